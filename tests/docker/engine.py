"""The engine at DOCKER_HOST (unix://...) for the tests of this folder: its docker command, and how they end."""

import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'clients'))

from harness import Server, eventually  # noqa: E402
from results import write_results  # noqa: E402

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


def instance_config(test, cluster):
    """A file like /etc/ecs/ecs.config that names the cluster; gone when the tests (a class, or one of them) end."""
    folder = tempfile.TemporaryDirectory()
    (test.addClassCleanup if isinstance(test, type) else test.addCleanup)(folder.cleanup)
    config = os.path.join(folder.name, 'ecs.config')
    with open(config, 'w', encoding='utf-8') as out:
        out.write('ECS_CLUSTER=%s\n' % cluster)
    return config


def start_with_instance(test, cluster, *options, env=None):
    """A server whose instance, on the engine, has joined the new cluster; both end when the tests do. With
    DRYDOCK_REMOTE=1 the instance is that of a `drydock agent`."""
    clean_up = test.addClassCleanup if isinstance(test, type) else test.addCleanup
    remove_containers(cluster)
    clean_up(remove_containers, cluster)
    if os.environ.get('DRYDOCK_REMOTE'):
        server = Server(*options, runtime='none', env=env)
    else:
        server = Server('--docker-socket', SOCKET, '--instance-config', instance_config(test, cluster), *options,
                        runtime='docker', env=env)
    clean_up(server.close)
    ecs = server.ecs()
    ecs.create_cluster(clusterName=cluster)
    if os.environ.get('DRYDOCK_REMOTE'):
        from remote import Agent  # which needs this module
        clean_up(Agent(server.url, cluster, env=env).close)
    eventually(lambda: connected_instances(ecs, cluster), timeout=60, what='the instance joined')
    return server, ecs


def connected_instances(ecs, cluster):
    """The container instances of the cluster whose agents are connected."""
    arns = ecs.list_container_instances(cluster=cluster)['containerInstanceArns']
    shown = ecs.describe_container_instances(cluster=cluster, containerInstances=arns) if arns else {}
    return [one for one in shown.get('containerInstances', []) if one['agentConnected']]


def main():
    """Runs the tests of the program; writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names."""
    result = unittest.main(module='__main__', exit=False, verbosity=2).result
    bad = len(result.failures) + len(result.errors) + len(result.skipped)
    write_results(max(result.testsRun - bad, 0), bad)
    sys.exit(1 if bad or not result.testsRun else 0)
