#!/usr/bin/python3
"""The seed story with real containers, on the engine at DOCKER_HOST (unix://...). Writes "PASSED FAILED" into the file
that DRYDOCK_RESULTS names. The image comes from tests/docker/make_images.sh."""

import json
import os
import subprocess
import tempfile
import time
import unittest
import urllib.request

from engine import IMAGE, ROOT, SOCKET, docker, main, remove_containers
from harness import BINARY, Server, eventually
from own_engine import OwnEngine

CLUSTER = 'story-deepdive'  # not deepdive: a developer may have that one on the same engine
WEB = 'file://' + os.path.join(ROOT, 'tests', 'clients', 'web.json')
ARN = 'com.amazonaws.ecs.task-arn'


def containers_of(task_arn, *filters, host=None):
    out = docker('ps', '--no-trunc', '-q', '--filter', 'label=%s=%s' % (ARN, task_arn), *filters, host=host)
    return out.split()


def fetch(port):
    """What the web server on a host port says, or None."""
    try:
        with urllib.request.urlopen('http://127.0.0.1:%d/' % port, timeout=5) as response:
            return response.read().decode().strip()
    except OSError:
        return None


class Story(unittest.TestCase):
    """Each test is the next step of one story; unittest runs them in the order of their names."""

    @classmethod
    def setUpClass(cls):
        remove_containers(CLUSTER, 'story-solo')
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        config = os.path.join(cls.folder.name, 'ecs.config')
        with open(config, 'w') as out:
            out.write('ECS_CLUSTER=%s\n' % CLUSTER)
        cls.server = Server('--docker-socket', SOCKET, '--instance-config', config, runtime='docker')
        cls.addClassCleanup(remove_containers, CLUSTER, 'story-solo')
        cls.addClassCleanup(cls.server.close)
        cls.aws = staticmethod(cls.server.ecs_json)
        cls.ecs = cls.server.ecs()

    def service(self, name='web'):
        return self.ecs.describe_services(cluster=CLUSTER, services=[name])['services'][0]

    def settled(self, count, name='web'):
        def probe():
            service = self.service(name)
            return len(service['deployments']) == 1 and service['runningCount'] == service['desiredCount'] == count
        eventually(probe, timeout=60, what='service %s settled at %d' % (name, count))

    def task(self, arn):
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks'][0]

    def tasks(self, **filters):
        arns = self.ecs.list_tasks(cluster=CLUSTER, **filters)['taskArns']
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)['tasks'] if arns else []

    def reached(self, arn, status, timeout=60):
        eventually(lambda: self.task(arn)['lastStatus'] == status, timeout=timeout, what='%s is %s' % (arn, status))
        return self.task(arn)

    def register(self, family, *command, role=None, **members):
        definition = {'name': 'main', 'image': IMAGE, 'memory': 16, 'cpu': 8, 'command': list(command), 'stopTimeout': 2}
        definition.update(members)
        roles = {'executionRoleArn': role} if role else {}
        self.ecs.register_task_definition(family=family, containerDefinitions=[definition], **roles)

    def run_one(self, family, **arguments):
        answer = self.ecs.run_task(cluster=CLUSTER, taskDefinition=family, **arguments)
        self.assertEqual(answer['failures'], [])
        return answer['tasks'][0]['taskArn']

    def container(self, task, name='main'):
        return [c for c in task['containers'] if c['name'] == name][0]

    def test_01_the_instance_waits_for_its_cluster(self):
        self.assertEqual(self.aws('list-clusters'), {'clusterArns': []})
        self.aws('create-cluster', '--cluster-name', CLUSTER)
        eventually(lambda: self.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns'], timeout=60,
                   what='the instance joined')
        arns = self.aws('list-container-instances', '--cluster', CLUSTER)['containerInstanceArns']
        instance, = self.aws('describe-container-instances', '--cluster', CLUSTER, '--container-instances',
                             *arns)['containerInstances']
        self.assertEqual((instance['status'], instance['agentConnected']), ('ACTIVE', True))
        engine = json.loads(docker('info', '--format', '{{json .}}'))
        for kind in ('registeredResources', 'remainingResources'):
            found = {entry['name']: entry for entry in instance[kind]}
            self.assertEqual(found['CPU']['integerValue'], engine['NCPU'] * 1024)
            memory = found['MEMORY']['integerValue'] << 20
            self.assertLessEqual(memory, engine['MemTotal'])
            self.assertGreater(memory, engine['MemTotal'] * 0.9 - (100 << 20))
            self.assertLessEqual({'22', '2375', '2376', '51678', '51679'}, set(found['PORTS']['stringSetValue']))
            self.assertEqual(found['PORTS_UDP']['stringSetValue'], [])
        self.assertEqual(instance['versionInfo']['dockerVersion'], 'DockerVersion: ' + engine['ServerVersion'])
        attributes = {entry['name']: entry.get('value') for entry in instance['attributes']}
        self.assertEqual(attributes['ecs.os-type'], 'linux')
        self.assertIn(attributes['ecs.cpu-architecture'], ('x86_64', 'arm64'))
        self.assertIn('com.amazonaws.ecs.capability.logging-driver.json-file', attributes)

    def test_02_a_service_runs_and_answers(self):
        self.aws('register-task-definition', '--cli-input-json', WEB)
        self.aws('create-service', '--cluster', CLUSTER, '--service-name', 'web', '--task-definition', 'web',
                 '--desired-count', '1')
        self.settled(1)
        code, out, err = self.server.aws('ecs', 'wait', 'services-stable', '--cluster', CLUSTER, '--services', 'web')
        self.assertEqual((code, out, err), (0, '', ''))
        task, = self.tasks(serviceName='web')
        self.assertEqual(len(containers_of(task['taskArn'])), 2)
        self.assertEqual({c['runtimeId'] for c in task['containers']}, set(containers_of(task['taskArn'])))
        binding, = self.container(task, 'front')['networkBindings']
        self.assertEqual((binding['bindIP'], binding['containerPort'], binding['protocol']), ('0.0.0.0', 80, 'tcp'))
        self.assertEqual(eventually(lambda: fetch(binding['hostPort']), what='the web server answers'), 'harbour')
        front = json.loads(docker('inspect', self.container(task, 'front')['runtimeId']))[0]
        self.assertIn('HARBOUR=north', front['Config']['Env'])
        self.assertEqual((front['HostConfig']['Memory'], front['HostConfig']['CpuShares']), (64 << 20, 128))
        labels = front['Config']['Labels']
        self.assertEqual(labels['com.amazonaws.ecs.cluster'], CLUSTER)
        self.assertEqual(labels['com.amazonaws.ecs.container-name'], 'front')
        self.assertEqual(labels['com.amazonaws.ecs.task-definition-family'], 'web')
        self.assertEqual(labels['com.amazonaws.ecs.task-definition-version'], '1')

    def test_03_a_killed_essential_container_is_replaced(self):
        task, = self.tasks(serviceName='web')
        docker('kill', self.container(task, 'front')['runtimeId'])
        stopped = self.reached(task['taskArn'], 'STOPPED')
        self.assertEqual((stopped['stopCode'], stopped['stoppedReason']),
                         ('EssentialContainerExited', 'Essential container in task exited'))
        self.assertEqual(self.container(stopped, 'front')['exitCode'], 137)
        self.assertEqual(containers_of(task['taskArn']), [])
        eventually(lambda: [t for t in self.tasks(serviceName='web') if t['taskArn'] != task['taskArn'] and
                            t['lastStatus'] == 'RUNNING'], timeout=60, what='a new task runs')
        self.settled(1)

    def test_04_a_killed_sidecar_does_not_stop_the_task(self):
        task, = self.tasks(serviceName='web')
        docker('kill', self.container(task, 'sidecar')['runtimeId'])
        eventually(lambda: self.container(self.task(task['taskArn']), 'sidecar')['lastStatus'] == 'STOPPED',
                   what='the sidecar is STOPPED')
        shown = self.task(task['taskArn'])
        self.assertEqual(self.container(shown, 'sidecar')['exitCode'], 137)
        self.assertEqual((shown['lastStatus'], shown['desiredStatus']), ('RUNNING', 'RUNNING'))

    def test_05_scale_to_three_and_to_zero(self):
        self.aws('update-service', '--cluster', CLUSTER, '--service', 'web', '--desired-count', '3')
        self.settled(3)
        ports = {self.container(t, 'front')['networkBindings'][0]['hostPort'] for t in self.tasks(serviceName='web')}
        self.assertEqual(len(ports), 3)
        for port in ports:
            self.assertEqual(eventually(lambda port=port: fetch(port), what='port %d answers' % port), 'harbour')
        self.aws('update-service', '--cluster', CLUSTER, '--service', 'web', '--desired-count', '0')
        self.settled(0)
        running = ('ps', '-q', '--filter', 'label=com.amazonaws.ecs.cluster=' + CLUSTER)
        eventually(lambda: not docker(*running), timeout=60, what='no container runs')

    def test_06_one_off_tasks_keep_their_exit_codes(self):
        for code in (0, 3):
            self.register('exit-%d' % code, 'sh', '-c', 'exit %d' % code)
            arn = self.run_one('exit-%d' % code)
            stopped = self.reached(arn, 'STOPPED')
            self.assertEqual(self.container(stopped)['exitCode'], code)
            self.assertEqual((stopped['stopCode'], stopped['stoppedReason']),
                             ('EssentialContainerExited', 'Essential container in task exited'))
        self.assertEqual(self.server.aws('ecs', 'wait', 'tasks-stopped', '--cluster', CLUSTER, '--tasks', arn)[0], 0)
        self.assertEqual(self.tasks(), [])

    def test_06_up_follows_what_is_written_bit_by_bit(self):
        path = os.path.join(self.folder.name, 'slow.json')
        with open(path, 'w', encoding='utf-8') as out:
            json.dump({'family': 'slow', 'containerDefinitions': [{
                'name': 'main', 'image': IMAGE, 'memory': 32, 'cpu': 8,
                'command': ['sh', '-c', 'for i in 1 2 3 4; do echo line $i; sleep 0.4; done; exit 5']}]}, out)
        done = subprocess.run([BINARY, 'up', '-f', path, '--cluster', CLUSTER, '--endpoint', self.server.url], check=False,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 5, done.stderr)
        lines = [line for line in done.stdout.splitlines() if line.startswith('line')]
        self.assertEqual(lines, ['line 1', 'line 2', 'line 3', 'line 4'], done.stdout + done.stderr)

    def test_07_overrides_reach_the_container(self):
        self.register('shell', 'sh', '-c', 'exit 9')
        arn = self.run_one('shell', overrides={'containerOverrides': [{
            'name': 'main', 'command': ['sh', '-c', 'exit $CODE'], 'environment': [{'name': 'CODE', 'value': '42'}]}]})
        self.assertEqual(self.container(self.reached(arn, 'STOPPED'))['exitCode'], 42)

    def test_07_secrets_reach_the_container_and_nobody_else(self):
        value = 'p w"$x=1'
        code, _, err = self.server.aws('ssm', 'put-parameter', '--name', '/story/key', '--type', 'SecureString',
                                       '--value', value)
        self.assertEqual((code, err), (0, ''))
        code, out, err = self.server.aws('secretsmanager', 'create-secret', '--name', 'story/db', '--secret-string',
                                         '{"user": "admin", "port": 5432}')
        self.assertEqual((code, err), (0, ''))
        arn = json.loads(out)['ARN']
        secrets = [{'name': 'KEY', 'valueFrom': '/story/key'}, {'name': 'DB_USER', 'valueFrom': arn + ':user::'},
                   {'name': 'PORT', 'valueFrom': arn + ':port::'}]
        role = 'arn:aws:iam::000000000000:role/launch'
        self.register('secretive', 'sh', '-c',
                      'test "$KEY" = \'%s\' && test "$DB_USER $PORT" = "admin 5432"' % value, role=role, secrets=secrets)
        task = self.reached(self.run_one('secretive'), 'STOPPED')
        self.assertEqual(self.container(task)['exitCode'], 0)
        self.assertNotIn(value, json.dumps(task, default=str))
        self.register('secretive', 'true', role=role, secrets=[{'name': 'KEY', 'valueFrom': '/story/none'}])
        task = self.reached(self.run_one('secretive'), 'STOPPED')
        self.assertEqual((task['stopCode'], task['stoppedReason']),
                         ('TaskFailedToStart',
                          'ResourceInitializationError: fetching secret data from SSM Parameter Store in us-east-1: '
                          'invalid parameters: /story/none'))
        self.assertEqual(containers_of(task['taskArn'], '-a'), [])

    def test_08_start_task_and_stop_with_a_signal_that_is_heard(self):
        self.register('polite', 'sh', '-c', 'trap "exit 7" TERM; touch /tmp/listens; while true; do sleep 0.1; done', stopTimeout=30)
        instance = self.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns'][0]
        task = self.aws('start-task', '--cluster', CLUSTER, '--task-definition', 'polite', '--container-instances',
                        instance)['tasks'][0]
        self.assertEqual(task['containerInstanceArn'], instance)
        identifier = self.container(self.reached(task['taskArn'], 'RUNNING'))['runtimeId']
        docker('exec', identifier, 'sh', '-c', 'until [ -e /tmp/listens ]; do sleep 0.05; done')
        started = time.monotonic()
        answer = self.aws('stop-task', '--cluster', CLUSTER, '--task', task['taskArn'])['task']
        self.assertEqual((answer['desiredStatus'], answer['stopCode']), ('STOPPED', 'UserInitiated'))
        stopped = self.reached(task['taskArn'], 'STOPPED')
        self.assertLess(time.monotonic() - started, 15)
        self.assertEqual(self.container(stopped)['exitCode'], 7)
        self.assertEqual(stopped['stoppedReason'], 'Task stopped by user')

    def test_09_a_container_that_ignores_sigterm_is_killed(self):
        self.register('deaf', 'sh', '-c', 'trap "" TERM; while true; do sleep 0.1; done', stopTimeout=2)
        arn = self.run_one('deaf')
        self.reached(arn, 'RUNNING')
        started = time.monotonic()
        self.ecs.stop_task(cluster=CLUSTER, task=arn, reason='too loud')
        stopped = self.reached(arn, 'STOPPED')
        self.assertTrue(1.9 <= time.monotonic() - started < 15, time.monotonic() - started)
        self.assertEqual((self.container(stopped)['exitCode'], stopped['stoppedReason']), (137, 'too loud'))

    def test_10_an_image_that_does_not_exist(self):
        self.register('ghost', 'true', image='localhost:1/no/such-image:1')
        asked = time.monotonic()
        arn = self.run_one('ghost')
        self.assertLess(time.monotonic() - asked, 2, 'RunTask answers before any image is pulled')
        stopped = self.reached(arn, 'STOPPED', timeout=120)
        self.assertEqual(stopped['stopCode'], 'TaskFailedToStart')
        self.assertRegex(self.container(stopped)['reason'], '^CannotPull(Container|ImageManifest)Error: ')
        self.assertNotIn('exitCode', self.container(stopped))
        self.assertNotIn('startedAt', stopped)

    def test_11_a_killed_server_adopts_what_runs(self):
        self.aws('update-service', '--cluster', CLUSTER, '--service', 'web', '--desired-count', '2')
        self.settled(2)
        self.register('leaves', 'sh', '-c', 'while [ ! -e /tmp/go ]; do sleep 0.1; done; exit 5')
        leaver = self.run_one('leaves')
        self.reached(leaver, 'RUNNING')
        before = {t['taskArn']: sorted(c['runtimeId'] for c in t['containers']) for t in self.tasks(serviceName='web')}
        identifier = self.container(self.task(leaver))['runtimeId']
        self.server.kill()
        docker('exec', identifier, 'touch', '/tmp/go')
        eventually(lambda: docker('inspect', '-f', '{{.State.Status}}', identifier) == 'exited', what='it left')
        self.server.start()
        self.settled(2)
        self.assertEqual(before, {t['taskArn']: sorted(c['runtimeId'] for c in t['containers'])
                                  for t in self.tasks(serviceName='web')})
        for arn, identifiers in before.items():
            self.assertEqual(sorted(containers_of(arn, '-a')), identifiers)
        self.assertEqual(self.container(self.reached(leaver, 'STOPPED'))['exitCode'], 5)

    def test_12_stopping_the_server_leaves_the_containers(self):
        arns = [t['taskArn'] for t in self.tasks(serviceName='web')]
        self.assertEqual(self.server.terminate(), 0)
        for arn in arns:
            self.assertEqual(len(containers_of(arn)), 2)
        self.server.start()
        self.settled(2)
        self.assertEqual(sorted(arns), sorted(t['taskArn'] for t in self.tasks(serviceName='web')))

    def test_13_delete_service_drains(self):
        answer = self.aws('delete-service', '--cluster', CLUSTER, '--service', 'web', '--force')['service']
        self.assertEqual(answer['status'], 'DRAINING')
        eventually(lambda: self.service()['status'] == 'INACTIVE', timeout=60, what='the service is INACTIVE')
        self.assertEqual(self.tasks(), [])
        # INACTIVE means that every task is STOPPING at least; the containers follow.
        eventually(lambda: docker('ps', '-q', '--filter', 'label=com.amazonaws.ecs.cluster=' + CLUSTER) == '',
                   timeout=60, what='the containers are gone')

    def test_14_only_our_own_containers_are_touched(self):
        foreign = docker('run', '-d', '--label', 'com.amazonaws.ecs.cluster=elsewhere', '--label',
                         ARN + '=arn:aws:ecs:us-east-1:000000000000:task/elsewhere/' + '0' * 32, IMAGE, 'sleep', '1000')
        try:
            self.server.kill()
            self.server.start()
            eventually(self.connected, what='the instance is back')
            self.register('brief', 'true')
            self.reached(self.run_one('brief'), 'STOPPED')
            self.assertEqual(docker('inspect', '-f', '{{.State.Status}}', foreign), 'running')
        finally:
            docker('rm', '-f', foreign)

    def connected(self):
        arns = self.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns']
        return all(i['agentConnected'] for i in self.ecs.describe_container_instances(
            cluster=CLUSTER, containerInstances=arns)['containerInstances'])


class EngineStops(unittest.TestCase):
    def setUp(self):
        self.engine = OwnEngine(self)

    def test_the_engine_stops_and_starts(self):
        with Server('--docker-socket', self.engine.socket, runtime='docker', env={'ECS_CLUSTER': 'story-solo'}) as server:
            self.addCleanup(self.remove)
            ecs = server.ecs()
            ecs.create_cluster(clusterName='story-solo')
            eventually(lambda: ecs.list_container_instances(cluster='story-solo')['containerInstanceArns'], timeout=60,
                       what='the instance joined')
            ecs.register_task_definition(family='app', networkMode='none', containerDefinitions=[
                {'name': 'main', 'image': IMAGE, 'memory': 16, 'command': ['sleep', '100000'], 'stopTimeout': 2}])
            ecs.create_service(cluster='story-solo', serviceName='app', taskDefinition='app', desiredCount=2)

            def settled(count=2):
                service = ecs.describe_services(cluster='story-solo', services=['app'])['services'][0]
                return service['runningCount'] == count and len(service['deployments']) == 1

            def connected():
                arn, = ecs.list_container_instances(cluster='story-solo')['containerInstanceArns']
                instance, = ecs.describe_container_instances(cluster='story-solo', containerInstances=[arn])['containerInstances']
                return instance['agentConnected']
            eventually(settled, timeout=60, what='two tasks run')
            before = sorted(ecs.list_tasks(cluster='story-solo')['taskArns'])
            self.engine.stop()
            eventually(lambda: not connected(), timeout=60, what='agentConnected is false')
            shown = ecs.describe_tasks(cluster='story-solo', tasks=before)['tasks']
            self.assertEqual({t['lastStatus'] for t in shown}, {'RUNNING'})
            ecs.update_service(cluster='story-solo', service='app', desiredCount=3)
            self.engine.start()
            eventually(connected, timeout=60, what='agentConnected is true again')
            eventually(lambda: settled(3), timeout=60, what='three tasks run')
            after = ecs.list_tasks(cluster='story-solo')['taskArns']
            self.assertLessEqual(set(before), set(after))
            for arn in before:
                self.assertEqual(len(containers_of(arn, '-a', host=self.engine.host)), 1)
            ecs.delete_service(cluster='story-solo', service='app', force=True)
            eventually(lambda: not docker('ps', '-q', host=self.engine.host), timeout=60, what='nothing runs')

    def remove(self):
        if self.engine.runs():
            remove_containers(CLUSTER, 'story-solo', host=self.engine.host)


if __name__ == '__main__':
    main()
