#!/usr/bin/python3
"""`drydock agent`: machines that join a Drydock elsewhere. A server without instances of its own, and agents on the engine
at DOCKER_HOST (unix://...), told apart by their data directories; all through the public API. Writes "PASSED FAILED" into
the file that DRYDOCK_RESULTS names. The image comes from tests/docker/make_images.sh."""

import json
import os
import subprocess
import tempfile
import unittest

from engine import IMAGE, SOCKET, connected_instances, docker, main, remove_containers
from harness import BINARY, Server, eventually
from remote import Agent

CLUSTER = 'remote-harbour'
FOREVER = ('sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.1; done')
COUNTS = 'i=0; while [ $i -lt %d ]; do echo "line $i"; i=$((i+1)); %s done'


def container_of(task, name='main'):
    return next(one for one in task['containers'] if one['name'] == name)['runtimeId']


class Story(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        remove_containers(CLUSTER)
        cls.addClassCleanup(remove_containers, CLUSTER)
        cls.server = Server(runtime='none')
        cls.addClassCleanup(cls.server.close)
        cls.ecs = cls.server.ecs()
        cls.logs = cls.server.service('logs')
        # The agent is there before its cluster is.
        cls.one = Agent(cls.server.url, CLUSTER, config={'ECS_INSTANCE_ATTRIBUTES': '{"place":"one"}'})
        cls.addClassCleanup(cls.one.close)
        cls.one.hears('waiting for cluster')
        cls.ecs.create_cluster(clusterName=CLUSTER)
        cls.logs.create_log_group(logGroupName='/remote')
        cls.register('main', FOREVER)
        cls.register('short', ('sh', '-c', 'sleep 3; exit 7'))

    @classmethod
    def register(cls, family, command, **members):
        definition = {'name': 'main', 'image': IMAGE, 'memory': 32, 'cpu': 8, 'command': list(command), 'stopTimeout': 3,
                      'logConfiguration': {'logDriver': 'awslogs', 'options': {
                          'awslogs-group': '/remote', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'r'}}}
        definition.update(members.pop('container', {}))
        cls.ecs.register_task_definition(family=family, containerDefinitions=[definition], **members)

    def connected(self, count):
        return eventually(lambda: self.exactly(count), timeout=60, what='%d agents are connected' % count,
                          tell=lambda: self.one.said()[-3000:])

    def exactly(self, count):
        found = connected_instances(self.ecs, CLUSTER)
        return (found or [None]) if len(found) == count else None

    def task(self, arn):
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks'][0]

    def reached(self, arn, status, timeout=60):
        def probe():
            task = self.task(arn)
            return task if task['lastStatus'] == status else None
        return eventually(probe, timeout=timeout, what='%s is %s' % (arn, status),
                          tell=lambda: (self.task(arn), self.one.said()[-3000:]))

    def run_task(self, family, status='RUNNING', **arguments):
        answer = self.ecs.run_task(cluster=CLUSTER, taskDefinition=family, **arguments)
        self.assertEqual(answer['failures'], [])
        return self.reached(answer['tasks'][0]['taskArn'], status)

    def service_tasks(self, count):
        def probe():
            arns = self.ecs.list_tasks(cluster=CLUSTER, serviceName='web')['taskArns']
            tasks = self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)['tasks'] if arns else []
            return tasks if [one['lastStatus'] for one in tasks] == ['RUNNING'] * count else None
        return eventually(probe, timeout=60, what='%d tasks of the service run' % count,
                          tell=lambda: self.one.said()[-3000:])

    def lines(self, task):
        stream = 'r/main/' + task['taskArn'].split('/')[-1]
        found = []
        for page in self.logs.get_paginator('filter_log_events').paginate(logGroupName='/remote',
                                                                          logStreamNames=[stream]):
            found += [event['message'] for event in page['events']]
        return found

    def test_01_joins_once_the_cluster_is_there(self):
        instance, = self.connected(1)
        self.assertEqual(instance['status'], 'ACTIVE')
        self.assertTrue(instance['ec2InstanceId'].startswith('i-'))
        self.assertTrue(instance['versionInfo']['dockerVersion'])
        attributes = {one['name']: one.get('value') for one in instance['attributes']}
        self.assertEqual(attributes['place'], 'one')

    def test_02_a_service_keeps_its_tasks_running(self):
        self.ecs.create_service(cluster=CLUSTER, serviceName='web', taskDefinition='main', desiredCount=2)
        before = self.service_tasks(2)
        docker('kill', container_of(before[0]))
        stopped = self.reached(before[0]['taskArn'], 'STOPPED')
        self.assertEqual(stopped['containers'][0]['exitCode'], 137)
        self.assertEqual(stopped['stopCode'], 'EssentialContainerExited')
        after = self.service_tasks(2)
        self.assertEqual(len({one['taskArn'] for one in before} & {one['taskArn'] for one in after}), 1)

    def test_03_run_start_and_stop(self):
        task = self.run_task('main')
        self.ecs.stop_task(cluster=CLUSTER, task=task['taskArn'], reason='enough')
        stopped = self.reached(task['taskArn'], 'STOPPED')
        self.assertEqual((stopped['stoppedReason'], stopped['containers'][0]['exitCode']), ('enough', 0))
        instance, = self.connected(1)
        started = self.ecs.start_task(cluster=CLUSTER, taskDefinition='short',
                                      containerInstances=[instance['containerInstanceArn']])['tasks'][0]
        ended = self.reached(started['taskArn'], 'STOPPED')
        self.assertEqual(ended['containers'][0]['exitCode'], 7)
        self.assertEqual(ended['containerInstanceArn'], instance['containerInstanceArn'])

    def test_04_logs_arrive_whole(self):
        self.register('chatty', ('sh', '-c', COUNTS % (20000, '')))
        task = self.run_task('chatty', 'STOPPED')
        self.assertEqual(self.lines(task), ['line %d' % i for i in range(20000)])

    def test_05_a_missing_log_group_is_told_as_ecs_does(self):
        self.register('nowhere', FOREVER, container={'logConfiguration': {'logDriver': 'awslogs', 'options': {
            'awslogs-group': '/none', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'r'}}})
        task = self.run_task('nowhere', 'STOPPED')
        self.assertIn('ResourceNotFoundException', json.dumps(task['containers'][0]) + task['stoppedReason'])

    def test_06_health(self):
        self.register('checked', FOREVER, container={'healthCheck': {
            'command': ['CMD-SHELL', 'test ! -e /tmp/sick'], 'interval': 5, 'retries': 1, 'timeout': 2}})
        task = self.run_task('checked')

        def healthy(status):
            eventually(lambda: self.task(task['taskArn'])['healthStatus'] == status, timeout=30, what=status)
        healthy('HEALTHY')
        docker('exec', container_of(task), 'touch', '/tmp/sick')
        healthy('UNHEALTHY')
        self.ecs.stop_task(cluster=CLUSTER, task=task['taskArn'])

    def test_07_secrets_and_ports(self):
        self.server.service('ssm').put_parameter(Name='/harbour/key', Value='pearl', Type='SecureString')
        self.register('served', ('httpd', '-f', '-p', '80', '-h', '/www'),
                      executionRoleArn='arn:aws:iam::000000000000:role/exec', container={
                          'portMappings': [{'containerPort': 80, 'hostPort': 0}],
                          'secrets': [{'name': 'KEY', 'valueFrom': '/harbour/key'}]})
        task = self.run_task('served')
        self.assertEqual(docker('exec', container_of(task), 'sh', '-c', 'echo $KEY'), 'pearl')
        port = task['containers'][0]['networkBindings'][0]['hostPort']
        page = subprocess.run(['curl', '-sf', 'http://127.0.0.1:%d/' % port], capture_output=True, text=True, timeout=20,
                              check=True)
        self.assertEqual(page.stdout, 'harbour\n')
        self.ecs.stop_task(cluster=CLUSTER, task=task['taskArn'])

    def test_08_the_agent_is_killed(self):
        running, short = self.run_task('main'), self.run_task('short')
        self.register('steady', ('sh', '-c', COUNTS % (60, 'sleep 0.1;')))
        steady = self.run_task('steady')
        kept = {container_of(one) for one in self.service_tasks(2)} | {container_of(running)}
        self.one.kill()
        self.connected(0)
        docker('wait', container_of(short))
        self.assertEqual(self.task(short['taskArn'])['lastStatus'], 'RUNNING')
        self.one.start()
        ended = self.reached(short['taskArn'], 'STOPPED')
        self.assertEqual(ended['containers'][0]['exitCode'], 7)
        self.connected(1)
        now = {container_of(one) for one in self.service_tasks(2)} | {container_of(self.task(running['taskArn']))}
        self.assertEqual(kept, now)
        self.reached(steady['taskArn'], 'STOPPED')
        self.assertEqual(self.lines(steady), ['line %d' % i for i in range(60)])
        self.ecs.stop_task(cluster=CLUSTER, task=running['taskArn'])
        self.reached(running['taskArn'], 'STOPPED')

    def test_09_the_server_is_killed(self):
        steady, short = self.run_task('steady'), self.run_task('short')
        kept = {container_of(one) for one in self.service_tasks(2)}
        self.server.kill()
        docker('wait', container_of(short))
        self.server.start()
        ended = self.reached(short['taskArn'], 'STOPPED')
        self.assertEqual(ended['containers'][0]['exitCode'], 7)
        self.connected(1)
        self.assertEqual(kept, {container_of(one) for one in self.service_tasks(2)})
        self.reached(steady['taskArn'], 'STOPPED')
        self.assertEqual(self.lines(steady), ['line %d' % i for i in range(60)])

    def test_10_sigterm_leaves_containers_alone(self):
        kept = {container_of(one) for one in self.service_tasks(2)}
        self.assertEqual(self.one.terminate(), 0)
        self.connected(0)
        states = {docker('inspect', '--format', '{{.State.Running}}', one) for one in kept}
        self.assertEqual(states, {'true'})
        self.one.start()
        self.connected(1)
        self.assertEqual(kept, {container_of(one) for one in self.service_tasks(2)})

    def test_11_one_agent_for_each_data_directory(self):
        done = subprocess.run([BINARY, 'agent', '--url', self.server.url, '--data-dir', self.one.data_dir,
                               '--docker-socket', SOCKET], capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('another drydock agent uses', done.stderr)

    def test_12_two_agents_on_one_engine(self):
        first, = self.connected(1)
        two = Agent(self.server.url, CLUSTER)
        self.addCleanup(two.close)
        other, = [one for one in self.connected(2) if one['containerInstanceArn'] != first['containerInstanceArn']]
        started = self.ecs.start_task(cluster=CLUSTER, taskDefinition='main',
                                      containerInstances=[other['containerInstanceArn']])['tasks'][0]
        task = self.reached(started['taskArn'], 'RUNNING')
        kept = {container_of(one) for one in self.service_tasks(2)}
        # Each looks at what is on the engine when it starts; the other's containers are none of its business.
        self.one.restart()
        two.restart()
        self.connected(2)
        self.assertEqual(kept, {container_of(one) for one in self.service_tasks(2)})
        self.assertEqual(container_of(self.task(task['taskArn'])), container_of(task))
        states = {docker('inspect', '--format', '{{.State.Running}}', one) for one in kept | {container_of(task)}}
        self.assertEqual(states, {'true'})
        self.ecs.stop_task(cluster=CLUSTER, task=task['taskArn'])
        self.reached(task['taskArn'], 'STOPPED')
        self.ecs.deregister_container_instance(cluster=CLUSTER, containerInstance=other['containerInstanceArn'],
                                               force=True)
        two.hears('was deregistered')
        two.restart()
        again, = [one for one in self.connected(2) if one['containerInstanceArn'] != first['containerInstanceArn']]
        self.assertNotEqual(again['containerInstanceArn'], other['containerInstanceArn'])

    def test_13_a_command_in_a_container(self):
        task = self.run_task('main', enableExecuteCommand=True)
        environment = dict(os.environ, DRYDOCK_ENDPOINT=self.server.url)

        def run(*command, stdin=b''):
            done = subprocess.run([BINARY, 'exec', task['taskArn'], '--cluster', CLUSTER, '--', *command], input=stdin,
                                  capture_output=True, env=environment, timeout=60, check=False)
            return done.returncode, done.stdout, done.stderr
        self.assertEqual(run('sh', '-c', 'echo out; echo err >&2; exit 5'), (5, b'out\n', b'err\n'))
        megabytes = os.urandom(3 << 20)
        self.assertEqual(run('cat', stdin=megabytes), (0, megabytes, b''))
        self.assertIn(run('no-such-program')[0], (126, 127))
        self.ecs.stop_task(cluster=CLUSTER, task=task['taskArn'])

    def test_14_metadata_and_credentials(self):
        script = ('wget -qO- $ECS_CONTAINER_METADATA_URI_V4/task; echo; '
                  'u=${AWS_CONTAINER_CREDENTIALS_FULL_URI:-http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}; '
                  'wget -qO- $u; echo; env | grep AWS_ENDPOINT_URL')
        self.register('asks', ('sh', '-c', script), taskRoleArn='arn:aws:iam::000000000000:role/sailor')
        task = self.run_task('asks', 'STOPPED')
        said = self.lines(task)
        self.assertEqual(json.loads(said[0])['TaskARN'], task['taskArn'])
        given = json.loads(said[1])
        identity = self.server.service('sts', key=given['AccessKeyId'], secret=given['SecretAccessKey'],
                                       token=given['Token']).get_caller_identity()
        self.assertIn('sailor', identity['Arn'])
        self.assertTrue(said[2].startswith('AWS_ENDPOINT_URL=http://169.254.170.2'))
        self.assertNotIn(given['SecretAccessKey'], self.one.said())

    def test_15_a_server_that_forgot_everything(self):
        before, = self.connected(1)
        container = container_of(self.run_task('main'))
        self.server.admin_ok('POST', 'reset')
        self.ecs.create_cluster(clusterName=CLUSTER)
        after, = self.connected(1)
        self.assertNotEqual(before['containerInstanceArn'], after['containerInstanceArn'])
        eventually(lambda: container not in docker('ps', '-q', '--no-trunc').split(), what='nobody\'s container ends')


class Unreachable(unittest.TestCase):
    def test_it_waits_for_its_server(self):
        server = Server(runtime='none')
        self.addCleanup(server.close)
        ecs = server.ecs()
        ecs.create_cluster(clusterName=CLUSTER)
        server.terminate()
        agent = Agent(server.url, CLUSTER)
        self.addCleanup(agent.close)
        agent.hears('cannot be reached')
        server.start()
        eventually(lambda: connected_instances(ecs, CLUSTER), timeout=60, what='it joined', tell=agent.said)

    def test_what_is_said_without_a_server(self):
        done = subprocess.run([BINARY, 'agent'], capture_output=True, text=True, timeout=20, check=False,
                              env={key: value for key, value in os.environ.items() if not key.startswith('ECS_')})
        self.assertEqual(done.returncode, 2)
        self.assertIn('--url', done.stderr)

    def test_signed_calls(self):
        with tempfile.NamedTemporaryFile('w', suffix='.ini') as keys:
            keys.write('[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = pearl\n')
            keys.flush()
            server = Server('--credentials', keys.name, '--verify-signatures', runtime='none')
            self.addCleanup(server.close)
            ecs = server.ecs(key='AKIDEXAMPLE', secret='pearl')
            ecs.create_cluster(clusterName=CLUSTER)
            agent = Agent(server.url, CLUSTER, env={'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE',
                                                    'AWS_SECRET_ACCESS_KEY': 'pearl'})
            self.addCleanup(agent.close)
            eventually(lambda: connected_instances(ecs, CLUSTER), timeout=60, what='it joined', tell=agent.said)
            other = Agent(server.url, CLUSTER, env={'AWS_ACCESS_KEY_ID': 'AKIDEXAMPLE', 'AWS_SECRET_ACCESS_KEY': 'mud'})
            self.addCleanup(other.close)
            other.hears('InvalidSignatureException')


if __name__ == '__main__':
    main()
