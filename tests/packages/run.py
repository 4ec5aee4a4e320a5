#!/usr/bin/python3
"""The packages: an image of at most 30 MB that serves, and a .deb that installs and whose program runs without other
libraries than glibc's. Needs the engine at DOCKER_HOST (unix://...). Writes "PASSED FAILED" into the file that
DRYDOCK_RESULTS names, and prints the sizes."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'docker'))
from engine import SOCKET, main  # noqa: E402  pylint: disable=wrong-import-position
from harness import READY, TARGET, eventually  # noqa: E402  pylint: disable=wrong-import-position

BINARY = os.path.join(ROOT, 'build', 'drydock')
IMAGE = 'drydock-test/drydock'
GLIBC = {'linux-vdso.so.1', 'libc.so.6', 'libm.so.6', 'ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1'}
OLDEST_GLIBC = (2, 35)  # Ubuntu 22.04's


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT)
    if done.returncode != 0:
        raise AssertionError('%s: %s' % (' '.join(command), (done.stdout + done.stderr).strip()))
    return done.stdout.strip()


def setUpModule():
    print(run('docker/build.sh', IMAGE))
    unittest.addModuleCleanup(run, 'docker', 'rmi', '-f', IMAGE)


class Binary(unittest.TestCase):
    def test_it_needs_glibc_only(self):
        needed = {os.path.basename(line.split()[0]) for line in run('ldd', BINARY).splitlines()}
        self.assertLessEqual(needed, GLIBC)

    def test_the_glibc_of_the_oldest_distribution_will_do(self):
        versions = re.findall(r'GLIBC_(\d+)\.(\d+)', run('objdump', '-T', BINARY))
        self.assertLessEqual(max((int(major), int(minor)) for major, minor in versions), OLDEST_GLIBC)


class Image(unittest.TestCase):
    def test_it_is_small_and_serves(self):
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

    def test_it_needs_no_words(self):
        container = run('docker', 'run', '-d', IMAGE)
        self.addCleanup(run, 'docker', 'rm', '-f', '--volumes', container)
        eventually(lambda: 'Drydock listens on http://0.0.0.0:4566' in run('docker', 'logs', container),
                   what='the container listens')
        # Its program is the only one there, and its own client.
        word = ('docker', 'exec', container, '/usr/bin/drydock')
        run(*word, 'wait', 'ready')
        first = json.loads(run(*word, 'doctor', '--output', 'json'))['findings'][0]
        self.assertEqual((first['about'], first['finding']), ('server', 'ok'))


class Compose(unittest.TestCase):
    """docker/compose.yaml as it is, but for the image's name and where this engine's socket is."""

    def up(self, profile):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        change = os.path.join(folder.name, 'change.json')
        with open(change, 'w', encoding='utf-8') as out:
            json.dump({'services': {'simulated': {'image': IMAGE}, 'docker': {
                'image': IMAGE, 'volumes': [SOCKET + ':/var/run/docker.sock']}}}, out)
        compose = ('docker-compose', '-p', 'drydock-test', '-f', 'docker/compose.yaml', '-f', change, '--profile', profile)
        self.addCleanup(run, *compose, 'down', '--volumes')
        run(*compose, 'up', '--detach')
        return compose

    def test_simulated(self):
        compose = self.up('simulated')

        def status():
            # Asked inside: a test engine may publish no ports.
            done = subprocess.run([*compose, 'exec', '-T', 'simulated', '/usr/bin/drydock', 'status'], check=False,
                                  capture_output=True, text=True, cwd=ROOT)
            return done.returncode == 0 and done.stdout
        self.assertIn('simulated', eventually(status, timeout=60, what='its status', interval=0.5))

    def test_docker(self):
        self.up('docker')
        drydock = 'http://127.0.0.1:4566/'

        def call(operation, **body):
            request = urllib.request.Request(drydock, json.dumps(body).encode(), {
                'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': TARGET + operation})
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)

        def created():
            try:
                return call('CreateCluster', clusterName='default')
            except OSError:
                return None
        eventually(created, timeout=60, what='a cluster', interval=0.2)
        eventually(lambda: call('ListContainerInstances')['containerInstanceArns'], timeout=60, what='the instance')


class Workflow(unittest.TestCase):
    """The steps of the GitHub Actions job in docs/install.md, as a runner takes them: one shell after another."""

    def test_its_steps_run(self):
        with open(os.path.join(ROOT, 'docs', 'install.md'), encoding='utf-8') as page:
            workflow = yaml.safe_load(re.search(r'```yaml\n(.*?)```', page.read(), re.S).group(1))
        job = workflow['jobs']['test']
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.mkdir(folder.name + '/bin')
        os.symlink(BINARY, folder.name + '/bin/drydock')
        with open(folder.name + '/run-the-tests', 'w', encoding='utf-8') as script:
            script.write('#!/bin/sh\naws ecs list-clusters --query "clusterArns[0]" --output text > seen\n')
        os.chmod(folder.name + '/run-the-tests', 0o755)
        environment = dict(os.environ, RUNNER_TEMP=folder.name, **job['env'])
        self.addCleanup(subprocess.run, ['pkill', '-f', folder.name + '/drydock'], check=False)
        for step in job['steps']:
            if 'run' in step and 'if' not in step:
                # To a file: the server of the first step lives on, and holds what the shell writes to.
                with open(folder.name + '/output', 'w+', encoding='utf-8') as output:
                    code = subprocess.call(['bash', '-e', '-c', step['run']], cwd=folder.name, env=environment,
                                           stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=120)
                    output.seek(0)
                    self.assertEqual(code, 0, output.read())
        with open(folder.name + '/seen', encoding='utf-8') as seen:
            self.assertTrue(seen.read().strip().endswith(':cluster/default'))


class Deb(unittest.TestCase):
    def test_it_holds_the_program_its_service_and_its_manual(self):
        package = os.path.join(ROOT, run('packaging/deb.sh').splitlines()[-1])
        print('%s: %d bytes' % (os.path.basename(package), os.path.getsize(package)))
        with tempfile.TemporaryDirectory() as folder:
            run('dpkg-deb', '-x', package, folder)
            self.assertEqual(run(folder + '/usr/bin/drydock', '--version'), run(BINARY, '--version'))
            with open(folder + '/lib/systemd/system/drydock.service', encoding='utf-8') as unit:
                service = unit.read()
            self.assertIn('ExecStart=/usr/bin/drydock serve ', service)
            check = subprocess.run(['systemd-analyze', 'verify', '--man=no', folder + '/lib/systemd/system/drydock.service'],
                                   check=False, capture_output=True, text=True)
            complaints = [line for line in (check.stdout + check.stderr).splitlines() if 'drydock.service' in line]
            # Here the program is not where the package puts it; all else is to be right.
            self.assertRegex('\n'.join(complaints), r'\A[^\n]*/usr/bin/drydock is not executable[^\n]*\Z|\A\Z')
            page = run('zcat', folder + '/usr/share/man/man1/drydock.1.gz').replace('\\-', '-')
            for option in re.findall(r'^  (--[a-z-]+)', run(BINARY, 'serve', '--help'), re.M):
                self.assertIn('.B ' + option, page)
            for word in ('status', 'explain', 'completion'):
                self.assertIn('.B ' + word, page)
            for script in ('bash-completion/completions/drydock', 'zsh/vendor-completions/_drydock',
                           'fish/vendor_completions.d/drydock.fish'):
                with open(os.path.join(folder, 'usr/share', script), encoding='utf-8') as text:
                    self.assertIn('explain', text.read())
        control = run('dpkg-deb', '-f', package, 'Depends')
        self.assertRegex(control, r'^libc6 \(>= 2\.\d+\)$')


if __name__ == '__main__':
    main()
