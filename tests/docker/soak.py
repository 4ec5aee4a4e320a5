#!/usr/bin/python3
"""Random traffic for a while (tasks that run, end, are stopped and killed; services that come, scale and go; sessions that
end or break off; logs that are read), and then a look at what is left: no container, network, volume, file descriptor,
thread, child process or memory. On the engine at DOCKER_HOST; writes "PASSED FAILED" into the file that DRYDOCK_RESULTS
names. The image comes from tests/docker/make_images.sh.

soak.py; SOAK_SECONDS (30; half an hour is 1800) is how long, SOAK_SEED which traffic."""

import collections
import os
import random
import re
import subprocess
import threading
import time
import unittest

import botocore.exceptions

from engine import IMAGE, docker, main, start_with_instance
from data_channel import Session
from harness import eventually

CLUSTER = 'soak-test'
SECONDS = float(os.environ.get('SOAK_SECONDS', '30'))
SEED = int(os.environ.get('SOAK_SEED', '1'))
LINES = 40
WORKERS = 3
PER_TASK_KB = 48  # a task's row, its events and what the allocator keeps of them
SLACK_KB = 12 * 1024
SLACK_FILES = 8  # connections that are kept for the next call, more or fewer of them
LONG = 'trap "exit 0" TERM; while true; do sleep 1 & wait $!; done'
QUICK = 'i=0; while [ $i -lt %d ]; do echo line $i; i=$((i+1)); done; exit %d'


def sockets(process):
    """By inode: unix, or what TCP says of the connection."""
    names = {}
    with open(process + '/net/unix', encoding='ascii', errors='replace') as table:
        for fields in (line.split() for line in table):
            names[fields[6]] = 'unix ' + (fields[7] if len(fields) > 7 else '')
    states = {'01': 'open', '08': 'closed by the other side', '0A': 'listening'}
    for kind in ('tcp', 'tcp6', 'udp', 'udp6'):
        with open(process + '/net/' + kind, encoding='ascii') as table:
            for fields in (line.split() for line in table):
                ends = [int(end.rsplit(':', 1)[1], 16) for end in fields[1:3] if ':' in end]
                # Which of the two is the usual port of a listener tells who called whom; the other one is any.
                names[fields[9]] = '%s %s %s' % (kind, states.get(fields[3], fields[3]), min(ends, default=0))
    return names


def open_files(pid):
    """How many file descriptors the process holds, by what they are."""
    process = '/proc/%d' % pid
    known = sockets(process)
    found = collections.Counter()
    for number in os.listdir(process + '/fd'):
        try:
            target = os.readlink('%s/fd/%s' % (process, number))
        except FileNotFoundError:
            continue
        socket = re.fullmatch(r'socket:\[(\d+)\]', target)
        found['socket ' + known.get(socket.group(1), '?') if socket else re.sub(r'[0-9a-f]{12,}', '#', target)] += 1
    return found


class Totals:
    """What the process and the engine hold now."""

    def __init__(self, server):
        process = '/proc/%d' % server.process.pid
        self.open_files = open_files(server.process.pid)
        self.files = sum(self.open_files.values())
        self.threads = len(os.listdir(process + '/task'))
        with open(process + '/status', encoding='ascii') as status:
            self.memory = next(int(line.split()[1]) for line in status if line.startswith('VmRSS:'))
        self.children = subprocess.run(['ps', '-o', 'pid=', '--ppid', str(server.process.pid)], capture_output=True,
                                       check=False, text=True).stdout.split()
        self.networks = sorted(docker('network', 'ls', '-q', '--no-trunc').split())
        self.volumes = sorted(docker('volume', 'ls', '-q').split())

    def __str__(self):
        return '%d files, %d threads, %d KB, %d children, %d networks, %d volumes' % (
            self.files, self.threads, self.memory, len(self.children), len(self.networks), len(self.volumes))


def tell(before, after):
    return 'before: %s; after: %s; files more: %s, fewer: %s' % (
        before, after, dict(after.open_files - before.open_files), dict(before.open_files - after.open_files))


class Worker(threading.Thread):
    """One client; what it did is counted, what it saw go wrong is listed."""

    def __init__(self, server, number, until):
        super().__init__()
        self.server, self.until = server, until
        self.ecs, self.logs = server.ecs(), server.service('logs')
        self.random = random.Random(SEED * 1000 + number)
        self.name = 'soak-%d' % number
        self.tasks = []  # (ARN, family, exit code that it will have by itself)
        self.started = 0
        self.done = {}
        self.wrong = []
        self.services = 0

    def run(self):
        actions = [self.run_one] * 6 + [self.stop_one] * 3 + [self.execute] * 2 + [self.kill_one] + [self.look] * 3 + \
            [self.serve]
        while time.monotonic() < self.until and not self.wrong:
            action = self.random.choice(actions)
            try:
                action()
            except botocore.exceptions.ClientError as error:
                # The task of a session may have ended a moment ago: every other refusal is a fault.
                if action != self.execute or error.response['Error']['Code'] not in (
                        'InvalidParameterException', 'TargetNotConnectedException'):
                    self.wrong.append('%s: %s' % (action.__name__, error))
            except Exception as error:  # pylint: disable=broad-except
                self.wrong.append('%s: %r' % (action.__name__, error))
            self.done[action.__name__] = self.done.get(action.__name__, 0) + 1

    def run_one(self):
        if len(self.tasks) >= 8:
            return self.stop_one()
        family = self.random.choice(['quick', 'quick', 'long', 'volume', 'awsvpc', 'bad'])
        code = self.random.choice([0, 3])
        override = {'containerOverrides': [{'name': 'main', 'command': ['sh', '-c', QUICK % (LINES, code)]}]}
        network = {'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['subnet-1']}}}
        answer = self.ecs.run_task(cluster=CLUSTER, taskDefinition=family, enableExecuteCommand=True,
                                   overrides=override if family == 'quick' else {},
                                   **(network if family == 'awsvpc' else {}))
        for task in answer['tasks']:
            self.tasks.append((task['taskArn'], family, code))
            self.started += 1
        return None

    def take(self, *families):
        fitting = [task for task in self.tasks if not families or task[1] in families]
        return self.random.choice(fitting) if fitting else None

    def stop_one(self):
        task = self.take()
        if task:
            self.tasks.remove(task)
            self.ecs.stop_task(cluster=CLUSTER, task=task[0], reason='soak')

    def execute(self):
        task = self.take('long', 'volume')
        if not task:
            return
        answer = self.ecs.execute_command(cluster=CLUSTER, task=task[0], container='main', interactive=True,
                                          command='sh -c "echo he""llo; sleep 0.1"')
        session = Session(answer['session'])
        try:
            if self.random.random() < 0.3:
                session.drop()
            else:
                session.read_to_end()
        except (ConnectionError, OSError):
            pass  # its container may have been stopped or killed under it

    def kill_one(self):
        task = self.take('long', 'volume', 'awsvpc')
        if not task:
            return
        ids = docker('ps', '-q', '--filter', 'label=com.amazonaws.ecs.task-arn=' + task[0]).split()
        if ids:
            subprocess.run(['docker', 'kill', self.random.choice(ids)], capture_output=True, check=False)
            self.tasks.remove(task)

    def look(self):
        """A quick task that ended has its exit code and all its lines; others are only asked for."""
        task = self.take()
        if not task:
            return
        arn, family, code = task
        shown = self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks'][0]
        if shown['lastStatus'] != 'STOPPED':
            return
        self.tasks.remove(task)
        if family != 'quick':
            return
        container = shown['containers'][0]
        if container.get('exitCode') != code:
            self.wrong.append('%s ended with %r, not with %d' % (arn, container, code))
        stream = 'app/main/' + arn.split('/')[-1]
        events = self.logs.get_log_events(logGroupName='/soak', logStreamName=stream, startFromHead=True)['events']
        if [event['message'] for event in events] != ['line %d' % i for i in range(LINES)]:
            self.wrong.append('%s wrote %r' % (arn, [event['message'] for event in events]))

    def serve(self):
        name = '%s-%d' % (self.name, self.services)
        self.services += 1
        self.ecs.create_service(cluster=CLUSTER, serviceName=name, taskDefinition='long', desiredCount=1)
        self.started += 1
        if self.random.random() < 0.5:
            self.ecs.update_service(cluster=CLUSTER, service=name, desiredCount=2)
            self.started += 1
        self.ecs.delete_service(cluster=CLUSTER, service=name, force=True)


class Soak(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server, cls.ecs = start_with_instance(cls, CLUSTER, env={'ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION': '2s',
                                                                    'ECS_CONTAINER_STOP_TIMEOUT': '2s'})
        cls.server.service('logs').create_log_group(logGroupName='/soak')
        log = {'logDriver': 'awslogs', 'options': {'awslogs-group': '/soak', 'awslogs-region': 'us-east-1',
                                                   'awslogs-stream-prefix': 'app'}}
        long = ['sh', '-c', LONG]
        cls.register('quick', long, logConfiguration=log)
        cls.register('long', long)
        cls.register('bad', ['/no/such/program'])
        cls.register('volume', long, mountPoints=[{'sourceVolume': 'scratch', 'containerPath': '/scratch'}])
        cls.register('awsvpc', long, mode='awsvpc')

    @classmethod
    def register(cls, family, command, mode='bridge', **members):
        volumes = [{'name': 'scratch', 'dockerVolumeConfiguration': {'scope': 'task', 'driver': 'local'}}]
        cls.ecs.register_task_definition(
            family=family, networkMode=mode, volumes=volumes if 'mountPoints' in members else [],
            containerDefinitions=[dict({'name': 'main', 'image': IMAGE, 'cpu': 8, 'memory': 16, 'stopTimeout': 2,
                                        'command': command}, **members)])

    def traffic(self, seconds, first):
        """How many tasks were started."""
        workers = [Worker(self.server, first + n, time.monotonic() + seconds) for n in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual([wrong for worker in workers for wrong in worker.wrong], [])
        started = sum(worker.started for worker in workers)
        print('%d tasks; %s' % (started, [worker.done for worker in workers]), flush=True)
        return started

    def drained(self):
        """What is held once every task has ended and its containers were removed."""
        def nothing_runs():
            left = self.ecs.list_tasks(cluster=CLUSTER)['taskArns']
            for arn in left:
                self.ecs.stop_task(cluster=CLUSTER, task=arn)
            return not left
        eventually(nothing_runs, timeout=120, interval=0.5, what='no task runs')
        eventually(lambda: not docker('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.cluster=' + CLUSTER),
                   timeout=60, interval=0.5, what='no container is left')
        return Totals(self.server)

    def test_nothing_is_left(self):
        networks = sorted(docker('network', 'ls', '-q', '--no-trunc').split())
        volumes = sorted(docker('volume', 'ls', '-q').split())
        self.traffic(min(60, max(10, SECONDS / 4)), 0)
        before = self.drained()
        started = self.traffic(SECONDS, WORKERS)
        self.assertGreater(started, WORKERS)
        after = []

        def as_before():
            after[:] = [self.drained()]
            return after[0].files <= before.files + SLACK_FILES and after[0].threads <= before.threads
        eventually(as_before, timeout=60, interval=1, what='files and threads are as before',
                   tell=lambda: tell(before, after[0]))
        print(tell(before, after[0]))
        self.assertEqual(after[0].networks, networks)
        self.assertEqual(after[0].volumes, volumes)
        self.assertEqual(after[0].children, before.children)
        self.assertLess(after[0].memory - before.memory, SLACK_KB + PER_TASK_KB * started)
        log = self.server.log_tail()
        self.assertNotIn('[error]', log)


if __name__ == '__main__':
    main()
