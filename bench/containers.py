"""Many containers at once, on the engine at DOCKER_HOST: how long 100 tasks take to start beside the same containers
through the Engine API alone, and what Drydock spends on 100 tasks that run."""

import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import threading
import time

from harness import Server, container, eventually

CLUSTER = 'drydock-bench'
TASKS = 100
CALLERS = 10  # of both sides
ROUNDS = 3
IDLE_SECONDS = 30
PLAIN = {'Image': 'drydock-test/busybox', 'Cmd': ['sleep', '1000'], 'Labels': {'com.amazonaws.ecs.cluster': CLUSTER},
         'HostConfig': {'Memory': 16 << 20, 'CpuShares': 16}}


class EngineConnection(http.client.HTTPConnection):
    """Keep-alive, over the engine's unix socket."""

    def __init__(self, path):
        super().__init__('localhost')
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)

    def post(self, target, body=None):
        self.request('POST', target, json.dumps(body) if body else None, {'Content-Type': 'application/json'})
        answer = self.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise AssertionError('%s: %d %s' % (target, answer.status, text))
        return json.loads(text) if text else None


def in_parallel(work):
    """Seconds until `work(caller)` has ended for each caller."""
    threads = [threading.Thread(target=work, args=(caller,)) for caller in range(CALLERS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def labelled(*options):
    return subprocess.run(['docker', 'ps', '-q', '--filter', 'label=com.amazonaws.ecs.cluster=' + CLUSTER, *options],
                          check=True, capture_output=True, text=True).stdout.split()


def remove_all():
    left = labelled('-a')
    if left:
        subprocess.run(['docker', 'rm', '-f', *left], check=False, capture_output=True)


def plain(path):
    """100 containers, made and started by ten callers."""
    def caller(_):
        engine = EngineConnection(path)
        for _ in range(TASKS // CALLERS):
            identifier = engine.post('/containers/create', PLAIN)['Id']
            engine.post('/containers/%s/start' % identifier)
        engine.close()
    took = in_parallel(caller)
    if len(labelled()) != TASKS:
        raise AssertionError('only %d containers run' % len(labelled()))
    remove_all()
    return took


def running(client):
    return client.describe_clusters(clusters=[CLUSTER])['clusters'][0]['runningTasksCount']


def run_all(client, family):
    """100 tasks by ten calls; seconds until all are RUNNING."""
    began = time.monotonic()
    for _ in range(CALLERS):
        answer = client.run_task(cluster=CLUSTER, taskDefinition=family, count=TASKS // CALLERS)
        if answer['failures']:
            raise AssertionError(answer['failures'])
    eventually(lambda: running(client) == TASKS, timeout=300, what='all run', interval=0.02)
    return time.monotonic() - began


def stop_all(client):
    for arn in client.list_tasks(cluster=CLUSTER)['taskArns']:
        client.stop_task(cluster=CLUSTER, task=arn)
    eventually(lambda: running(client) == 0, timeout=300, what='nothing runs', interval=0.1)
    remove_all()


@contextlib.contextmanager
def one_instance(path):
    # A machine that is large enough, whatever this one has: the containers only sleep.
    environment = {'ECS_CLUSTER': CLUSTER, 'ECS_RESERVED_MEMORY': '0'}
    with Server('--docker-socket', path, runtime='docker', env=environment) as server:
        client = server.ecs()
        client.create_cluster(clusterName=CLUSTER)
        eventually(lambda: client.list_container_instances(cluster=CLUSTER)['containerInstanceArns'], timeout=60,
                   what='the instance')
        for family, members in (('bench', {}), ('watched', {'healthCheck': {'command': ['CMD', 'true'], 'interval': 30}})):
            client.register_task_definition(family=family, containerDefinitions=[
                container(cpu=16, memory=16, command=['sleep', '1000'], stopTimeout=2, **members)])
        try:
            yield server, client
        finally:
            remove_all()


def cpu_share(server, cpu_seconds):
    """Percent of a core that the server takes, over a while."""
    spent, began = cpu_seconds(server.process.pid), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return 100 * (cpu_seconds(server.process.pid) - spent) / (time.monotonic() - began)


def bench_many(path, row, cpu_seconds):
    ours, theirs = [], []
    with one_instance(path) as (server, client):
        for _ in range(ROUNDS):
            theirs.append(plain(path))
            ours.append(run_all(client, 'bench'))
            stop_all(client)
        run_all(client, 'watched')
        share = cpu_share(server, cpu_seconds)
        stop_all(client)
    mine, base = statistics.median(ours), statistics.median(theirs)
    row('%d tasks started at once' % TASKS, '%.1f s' % mine, '%.2f x Engine API (%.1f s)' % (mine / base, base),
        '1.15 x Engine API', mine <= 1.15 * base)
    row('%d running tasks, statistics and health' % TASKS, '%.2f %% of a core' % share, '', '< 2 % of a core', share < 2)
