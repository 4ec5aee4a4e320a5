"""The engine at DOCKER_HOST (unix://...) for the tests of this folder: its docker command, and how they end."""

import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'clients'))

IMAGE = 'drydock-test/busybox'  # tests/docker/make_images.sh
SOCKET = os.environ['DOCKER_HOST'][len('unix://'):]


def docker(*arguments, host=None):
    done = subprocess.run(['docker', *arguments], capture_output=True, text=True, timeout=120, check=False,
                          env=dict(os.environ, DOCKER_HOST=host or os.environ['DOCKER_HOST']))
    if done.returncode != 0:
        raise AssertionError('docker %s: %s' % (' '.join(arguments), done.stderr.strip()))
    return done.stdout.strip()


def remove_containers(*clusters, host=None):
    """Removes what tests left on the engine: containers of these clusters, nothing else."""
    for cluster in clusters:
        left = docker('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.cluster=' + cluster, host=host).split()
        if left:
            docker('rm', '-f', *left, host=host)


def main():
    """Runs the tests of the program; writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names."""
    result = unittest.main(module='__main__', exit=False, verbosity=2).result
    bad = len(result.failures) + len(result.errors) + len(result.skipped)
    if os.environ.get('DRYDOCK_RESULTS'):
        with open(os.environ['DRYDOCK_RESULTS'], 'w', encoding='utf-8') as out:
            out.write('%d %d\n' % (max(result.testsRun - bad, 0), bad))
    sys.exit(1 if bad or not result.testsRun else 0)
