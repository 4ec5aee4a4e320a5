#!/usr/bin/python3
"""The packages: an image of at most 30 MB that serves, and a .deb that installs and whose program runs without other
libraries than glibc's. Needs the engine at DOCKER_HOST (unix://...). Writes "PASSED FAILED" into the file that
DRYDOCK_RESULTS names, and prints the sizes."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'docker'))
from engine import main  # noqa: E402  pylint: disable=wrong-import-position
from harness import READY, eventually  # noqa: E402  pylint: disable=wrong-import-position

BINARY = os.path.join(ROOT, 'build', 'drydock')
IMAGE = 'drydock-test/drydock'
GLIBC = {'linux-vdso.so.1', 'libc.so.6', 'libm.so.6', 'ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'}
OLDEST_GLIBC = (2, 35)  # Ubuntu 22.04's


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT)
    if done.returncode != 0:
        raise AssertionError('%s: %s' % (' '.join(command), (done.stdout + done.stderr).strip()))
    return done.stdout.strip()


class Binary(unittest.TestCase):
    def test_it_needs_glibc_only(self):
        needed = {os.path.basename(line.split()[0]) for line in run('ldd', BINARY).splitlines()}
        self.assertLessEqual(needed, GLIBC)

    def test_the_glibc_of_the_oldest_distribution_will_do(self):
        versions = re.findall(r'GLIBC_(\d+)\.(\d+)', run('objdump', '-T', BINARY))
        self.assertLessEqual(max((int(major), int(minor)) for major, minor in versions), OLDEST_GLIBC)


class Image(unittest.TestCase):
    def test_it_is_small_and_serves(self):
        print(run('docker/build.sh', IMAGE))
        self.addCleanup(run, 'docker', 'rmi', '-f', IMAGE)
        self.assertLessEqual(int(run('docker', 'image', 'inspect', '--format', '{{.Size}}', IMAGE)), 30_000_000)
        # The network of the engine's host: a test engine may have no bridge that is reached from here.
        container = run('docker', 'run', '-d', '--network', 'host', IMAGE, 'serve', '--port', '0', '--data-dir', '/data',
                        '--runtime', 'simulated')
        self.addCleanup(run, 'docker', 'rm', '-f', container)

        def logged_port():
            found = READY.search(run('docker', 'logs', container))
            return found and int(found.group(1))
        port = eventually(logged_port, what='the port in the log of the container')
        with urllib.request.urlopen('http://127.0.0.1:%d/_drydock/health' % port, timeout=10) as answer:
            self.assertIn('"ok"', answer.read().decode())


class Deb(unittest.TestCase):
    def test_it_holds_the_program_its_service_and_its_manual(self):
        package = os.path.join(ROOT, run('packaging/deb.sh').splitlines()[-1])
        print('%s: %d bytes' % (os.path.basename(package), os.path.getsize(package)))
        with tempfile.TemporaryDirectory() as folder:
            run('dpkg-deb', '-x', package, folder)
            self.assertEqual(run(folder + '/usr/bin/drydock', '--version'), run(BINARY, '--version'))
            service = open(folder + '/lib/systemd/system/drydock.service', encoding='utf-8').read()
            self.assertIn('ExecStart=/usr/bin/drydock serve ', service)
            page = run('zcat', folder + '/usr/share/man/man1/drydock.1.gz').replace('\\-', '-')
            for option in re.findall(r'^  (--[a-z-]+)', run(BINARY, 'serve', '--help'), re.M):
                self.assertIn('.B ' + option, page)
            for word in ('status', 'explain', 'completion'):
                self.assertIn('.B ' + word, page)
            for script in ('bash-completion/completions/drydock', 'zsh/vendor-completions/_drydock',
                           'fish/vendor_completions.d/drydock.fish'):
                self.assertIn('explain', open(os.path.join(folder, 'usr/share', script), encoding='utf-8').read())
        control = run('dpkg-deb', '-f', package, 'Depends')
        self.assertRegex(control, r'^libc6 \(>= 2\.\d+\)$')


if __name__ == '__main__':
    main()
