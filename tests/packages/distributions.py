#!/usr/bin/python3
"""The .deb in a fresh root of each supported distribution: it installs, the program runs, serves and stops. As root, with
debootstrap and the network; takes minutes and downloads each distribution, so it is not part of ./dev test.

distributions.py [NAME ...]   bookworm trixie jammy noble"""

import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEBIAN, UBUNTU = 'http://deb.debian.org/debian', 'http://archive.ubuntu.com/ubuntu'
MIRRORS = {'bookworm': DEBIAN, 'trixie': DEBIAN, 'jammy': UBUNTU, 'noble': UBUNTU}
READY = re.compile(r'http://127\.0\.0\.1:(\d+)')
AWS = dict(os.environ, AWS_ACCESS_KEY_ID='test', AWS_SECRET_ACCESS_KEY='test', AWS_DEFAULT_REGION='us-east-1')


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout.strip()


def make_root(name, folder):
    """Debian's debootstrap may not know the newest names, nor have Ubuntu's keys."""
    scripts = '/usr/share/debootstrap/scripts/'
    known = [] if os.path.exists(scripts + name) else [scripts + ('sid' if MIRRORS[name] == DEBIAN else 'gutsy')]
    keys = '/usr/share/keyrings/%s-archive-keyring.gpg' % ('debian' if MIRRORS[name] == DEBIAN else 'ubuntu')
    check = ['--keyring=' + keys] if os.path.exists(keys) else ['--no-check-gpg']
    run('debootstrap', '--variant=minbase', *check, name, folder, MIRRORS[name], *known)


def try_package(package, folder):
    """What the program says of itself, and the status of a cluster that was made with it."""
    run('cp', package, folder + '/tmp/drydock.deb')
    run('chroot', folder, 'dpkg', '-i', '/tmp/drydock.deb')
    version = run('chroot', folder, 'drydock', '--version')
    serving = subprocess.Popen(['chroot', folder, 'drydock', 'serve', '--port', '0', '--data-dir', '/tmp/data',
                                '--runtime', 'simulated'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = next(found.group(1) for found in map(READY.search, serving.stdout) if found)
        status = run('aws', '--endpoint-url', 'http://127.0.0.1:' + port, 'ecs', 'create-cluster', '--cluster-name', 'deepdive',
                     '--query', 'cluster.status', '--output', 'text', env=AWS)
    finally:
        serving.terminate()
        code = serving.wait(30)
    return version, status, code


def main():
    package = os.path.join(ROOT, run('packaging/deb.sh', cwd=ROOT).splitlines()[-1])
    failed = 0
    for name in sys.argv[1:] or MIRRORS:
        with tempfile.TemporaryDirectory(prefix='drydock-' + name) as folder:
            try:
                make_root(name, folder)
                version, status, code = try_package(package, folder)
                libc = run('chroot', folder, 'dpkg-query', '-W', '-f', '${Version}', 'libc6')
                good = status == 'ACTIVE' and code == 0
                print('%-9s glibc %-22s %s: cluster %s, exit code %d' % (name, libc, version, status, code), flush=True)
            except (subprocess.CalledProcessError, StopIteration) as error:
                good = False
                print('%-9s %s %s' % (name, error, getattr(error, 'stderr', '') or getattr(error, 'stdout', '')), flush=True)
        failed += not good
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
