#!/usr/bin/python3
"""What containers reach at 169.254.170.2: metadata, credentials of their role, task protection, the APIs. On the engine
at DOCKER_HOST (unix://...); the asking is done by this machine's Python and boto3, mounted into the containers. Writes
"PASSED FAILED" into the file that DRYDOCK_RESULTS names."""

import contextlib
import json
import os
import time
import unittest
import urllib.error
import urllib.request
from multiprocessing.pool import ThreadPool

import boto3

from engine import IMAGE, SOCKET, connected_instances, docker, main, remove_containers
from harness import REGION, Server, eventually
from remote import Agent

CLUSTER = 'metadata-harbour'
ACCOUNT = '123456789012'
FOREVER = 'trap "exit 0" TERM; while :; do sleep 1 & wait; done'

# Runs inside of a container, with nothing but the environment it finds.
ASK = r'''
import json, os, sys, urllib.error, urllib.request
told = {'environment': dict(os.environ)}
def get(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return [answer.status, json.loads(answer.read())]
    except urllib.error.HTTPError as error:
        return [error.code, json.loads(error.read())]
    except OSError as error:
        return [0, str(error)]
base = os.environ['ECS_CONTAINER_METADATA_URI_V4']
for path in ('', '/task', '/taskWithTags', '/stats', '/task/stats', '/associations/elastic-inference'):
    told['v4' + path] = get(base + path)
for path in ('', '/task'):
    told['v3' + path] = get(os.environ['ECS_CONTAINER_METADATA_URI'] + path)
root = base[:base.index('/v4/')]
for path in ('/v2/metadata', '/v2/stats'):
    told[path] = get(root + path)
print(json.dumps(told))
'''

CALL = r'''
import json, os, boto3
session = boto3.session.Session()
# Debian's boto3 does not read AWS_ENDPOINT_URL by itself yet.
ecs = session.client('ecs', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
with_uri = json.loads(__import__('urllib.request').request.urlopen(os.environ['ECS_CONTAINER_METADATA_URI_V4'] + '/task').read())
task, = ecs.describe_tasks(cluster=with_uri['Cluster'], tasks=[with_uri['TaskARN']])['tasks']
print(json.dumps({'method': session.get_credentials().method, 'key': session.get_credentials().access_key,
                  'region': session.region_name, 'task': task['taskArn'], 'clusters': ecs.list_clusters()['clusterArns']}))
'''


def request(url, method='GET', body=None, kind='application/json'):
    """Status, headers and body of one request from this machine."""
    data = body.encode() if body is not None else None
    asked = urllib.request.Request(url, data=data, method=method, headers={'Content-Type': kind} if data else {})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def busybox_answers(url):
    """Its httpd has no page to show."""
    try:
        return request(url)[0] == 404
    except urllib.error.URLError:
        return False


class Metadata(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        remove_containers(CLUSTER)
        cls.addClassCleanup(remove_containers, CLUSTER)
        if os.environ.get('DRYDOCK_REMOTE'):
            cls.server = Server(runtime='none')
        else:
            cls.server = Server('--docker-socket', SOCKET, '--instances-in', 'all', runtime='docker',
                                env={'ECS_CONTAINER_STOP_TIMEOUT': '2s'})
        cls.addClassCleanup(cls.server.close)
        cls.ecs = cls.server.ecs(key=ACCOUNT)
        cls.ecs.create_cluster(clusterName=CLUSTER)
        if os.environ.get('DRYDOCK_REMOTE'):
            cls.addClassCleanup(Agent(cls.server.url, CLUSTER, env={'AWS_ACCESS_KEY_ID': ACCOUNT}).close)
        eventually(lambda: cls.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns'], timeout=60,
                   what='the instance joined')
        cls.register('busy', 'while :; do :; done', cpu=4)
        cls.ecs.create_service(cluster=CLUSTER, serviceName='busy', taskDefinition='busy', desiredCount=1)
        cls.busy_since = time.monotonic()

    @classmethod
    def register(cls, family, script, mode='bridge', cpu=8, role=None, **members):
        definition = {'name': 'main', 'image': IMAGE, 'memory': 128, 'cpu': cpu, 'command': ['sh', '-c', script],
                      'mountPoints': [{'sourceVolume': name, 'containerPath': '/' + name, 'readOnly': True}
                                      for name in ('usr', 'lib', 'lib64')]}
        definition.update(members)
        more = {'taskRoleArn': role} if role else {}
        cls.ecs.register_task_definition(
            family=family, networkMode=mode, containerDefinitions=[definition],
            volumes=[{'name': name, 'host': {'sourcePath': '/' + name}} for name in ('usr', 'lib', 'lib64')], **more)

    def run_task(self, family, status='RUNNING', **arguments):
        answer = self.ecs.run_task(cluster=CLUSTER, taskDefinition=family, **arguments)
        self.assertEqual(answer['failures'], [])
        arn = answer['tasks'][0]['taskArn']
        return self.reached(arn, status)

    def reached(self, arn, status):
        def probe():
            task, = self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks']
            return task if task['lastStatus'] in (status, 'STOPPED') else None
        task = eventually(probe, timeout=90, what='%s is %s' % (arn, status))
        self.assertEqual(task['lastStatus'], status, task)
        return task

    def said(self, task):
        """The JSON line that a container of this task wrote."""
        identifier = task['containers'][0]['runtimeId']
        line = eventually(lambda: docker('logs', identifier), timeout=60, what='it said something')
        return json.loads(line.splitlines()[-1])

    def environment(self, task):
        shown = json.loads(docker('inspect', '-f', '{{json .Config.Env}}', task['containers'][0]['runtimeId']))
        return dict(entry.split('=', 1) for entry in shown)

    def asked(self, mode, **arguments):
        self.register('ask-' + mode, "/usr/bin/python3 -c '%s'; %s" % (ASK.replace("'", "'\\''"), FOREVER), mode=mode)
        task = self.run_task('ask-' + mode, **arguments)
        return task, self.said(task)

    def check_answers(self, task, told, mode):
        status, container = told['v4']
        self.assertEqual((status, container['Name'], container['KnownStatus']), (200, 'main', 'RUNNING'))
        self.assertEqual(container['DockerId'], task['containers'][0]['runtimeId'])
        self.assertEqual(container['ContainerARN'], task['containers'][0]['containerArn'])
        self.assertEqual(container['Networks'][0]['NetworkMode'], mode)
        status, shown = told['v4/task']
        self.assertEqual((status, shown['TaskARN'], shown['Cluster']), (200, task['taskArn'], CLUSTER))
        self.assertEqual([c['DockerId'] for c in shown['Containers']], [container['DockerId']])
        status, stats = told['v4/stats']
        self.assertEqual(status, 200, stats)
        self.assertGreater(stats['cpu_stats']['cpu_usage']['total_usage'], 0)
        self.assertGreater(stats['precpu_stats']['cpu_usage']['total_usage'], 0)
        self.assertGreater(stats['memory_stats']['usage'], 0)
        self.assertIn('rx_bytes_per_sec', stats['network_rate_stats'])
        self.assertEqual(list(told['v4/task/stats'][1]), [container['DockerId']])
        self.assertEqual(told['v4/associations/elastic-inference'], [200, {'Associations': None}])
        self.assertEqual(told['v3'][1]['DockerId'], container['DockerId'])
        self.assertEqual(told['v3/task'][1]['TaskARN'], task['taskArn'])

    def test_01_bridge(self):
        tags = [{'key': 'ship', 'value': 'brig'}]
        task, told = self.asked('bridge', tags=tags)
        self.check_answers(task, told, 'bridge')
        self.assertEqual(told['v4/taskWithTags'][1]['TaskTags'], {'ship': 'brig'})
        self.assertEqual((told['environment']['AWS_REGION'], told['environment']['AWS_EXECUTION_ENV']),
                         (REGION, 'AWS_ECS_EC2'))
        self.assertNotIn('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', told['environment'])
        self.assertEqual(told['/v2/metadata'][0], 400)

    def test_02_host(self):
        task, told = self.asked('host')
        self.check_answers(task, told, 'host')

    def test_03_awsvpc(self):
        network = {'awsvpcConfiguration': {'subnets': ['subnet-1']}}
        task, told = self.asked('awsvpc', networkConfiguration=network)
        self.check_answers(task, told, 'awsvpc')
        self.assertRegex(told['v4'][1]['Networks'][0]['IPv4SubnetCIDRBlock'], r'^[0-9.]+/[0-9]+$')
        # Version 2 knows a task by its address.
        self.assertEqual(told['/v2/metadata'][1]['TaskARN'], task['taskArn'])
        self.assertEqual(list(told['/v2/stats'][1]), [task['containers'][0]['runtimeId']])

    def test_04_none_is_told_but_cannot_ask(self):
        _, told = self.asked('none')
        self.assertEqual(told['v4'][0], 0)

    def test_05_boto3_in_a_container_calls_with_the_role_of_its_task(self):
        role = 'arn:aws:iam::%s:role/sailor' % ACCOUNT
        self.register('caller', "/usr/bin/python3 -c '%s'; %s" % (CALL.replace("'", "'\\''"), FOREVER), role=role)
        task = self.run_task('caller')
        told = self.said(task)
        self.assertEqual((told['method'], told['region'], told['task']), ('container-role', REGION, task['taskArn']))
        self.assertTrue(told['key'].startswith('ASIA'), told)
        self.assertEqual(told['clusters'], ['arn:aws:ecs:%s:%s:cluster/%s' % (REGION, ACCOUNT, CLUSTER)])
        environment = self.environment(task)
        base = environment['AWS_ENDPOINT_URL']
        path = environment.get('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')
        url = base + path if path else environment['AWS_CONTAINER_CREDENTIALS_FULL_URI']
        first = json.loads(request(url)[2])
        self.assertEqual((first['RoleArn'], first['AccessKeyId']), (role, told['key']))
        self.assertEqual(first, json.loads(request(url)[2]))
        self.assertRegex(first['Expiration'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$')
        for path, code, version in (('/v2/credentials', 'NoIdInRequest', 'V2'), ('/v2/credentials/', 'NoIdInRequest', 'V2'),
                                    ('/v2/credentials/nope', 'InvalidIdInRequest', 'V2'),
                                    ('/v1/credentials?id=nope', 'InvalidIdInRequest', 'V1')):
            status, _, body = request(base + path)
            shown = json.loads(body)
            self.assertEqual((status, shown['code'], shown['HTTPErrorCode']), (400, code, 400), path)
            self.assertTrue(shown['message'].startswith('Credentials%sRequest: ' % version), shown)
        # The API only: nothing of Drydock's own, and nothing unsigned by mistake.
        self.assertEqual(request(base + '/_drydock/health')[0], 404)
        self.assertEqual(request(base + '/_drydock/reset', 'POST', '{}')[0], 404)

    def test_06_unknown_ids_and_paths(self):
        base = self.environment(self.run_task('ask-bridge'))['AWS_ENDPOINT_URL']
        docker_id = 'unable to get container ID from request: unable to get docker ID from v3 endpoint ID: nope'
        task_id = 'unable to get task arn from request: unable to get task Arn from v3 endpoint ID: nope'
        for path, status, text in (('/v4/nope', 404, 'V4 container metadata handler: ' + docker_id),
                                   ('/v4/nope/task', 404, 'V4 task metadata handler: ' + task_id),
                                   ('/v3/nope/task', 500, 'V3 task metadata handler: ' + task_id),
                                   ('/v4/nope/nowhere', 404, None), ('/elsewhere', 404, None)):
            answer = request(base + path)
            self.assertEqual(answer[0], status, path)
            if text:
                self.assertEqual(json.loads(answer[2]), text)
        # A doubled slash is redirected, and urllib follows.
        self.assertEqual(request(base + '//v4//nope')[0], 404)

    def test_07_task_protection(self):
        self.register('guarded', FOREVER, role='arn:aws:iam::%s:role/sailor' % ACCOUNT)
        self.ecs.create_service(cluster=CLUSTER, serviceName='guarded', taskDefinition='guarded', desiredCount=1)
        arn, = eventually(lambda: self.ecs.list_tasks(cluster=CLUSTER, serviceName='guarded')['taskArns'], timeout=60)
        task = self.reached(arn, 'RUNNING')
        url = self.environment(task)['ECS_AGENT_URI'] + '/task-protection/v1/state'
        off = {'protection': {'ExpirationDate': None, 'ProtectionEnabled': False, 'TaskArn': arn}}
        self.assertEqual(json.loads(request(url)[2]), off)
        status, _, body = request(url, 'PUT', '{"ProtectionEnabled":true,"ExpiresInMinutes":60}')
        self.assertEqual(status, 200, body)
        self.assertTrue(json.loads(body)['protection']['ProtectionEnabled'])
        shown, = self.ecs.get_task_protection(cluster=CLUSTER, tasks=[arn])['protectedTasks']
        self.assertTrue(shown['protectionEnabled'])
        for body, code, text in (
                ('{"ProtectionEnabled":true,"Other":1}', 'InvalidParameterException', 'failed to decode request'),
                ('{}', 'InvalidParameterException', "does not contain 'ProtectionEnabled' field"),
                ('{"ProtectionEnabled":true,"ExpiresInMinutes":100000}', 'InvalidParameterException', '')):
            status, _, answer = request(url, 'PUT', body)
            error = json.loads(answer)['error']
            self.assertEqual((status, error['Code'], error['Arn']), (400, code, arn))
            self.assertIn(text, error['Message'])
        roleless = self.environment(self.run_task('ask-bridge'))['ECS_AGENT_URI'] + '/task-protection/v1/state'
        status, _, answer = request(roleless)
        self.assertEqual((status, json.loads(answer)['error']['Code']), (403, 'AccessDeniedException'))
        status, _, answer = request(url.replace('/api/', '/api/nope'))
        self.assertEqual((status, json.loads(answer)['error']['Code']), (404, 'ResourceNotFoundException'))
        self.assertEqual(request(url, 'PUT', '{"ProtectionEnabled":false}')[0], 200)

    def test_08_the_same_uri_after_a_restart(self):
        environment = self.environment(self.run_task('ask-bridge'))
        uri = environment['ECS_CONTAINER_METADATA_URI_V4']
        before = json.loads(request(uri)[2])
        self.server.kill()
        self.server.start()
        after = eventually(lambda: self.try_request(uri), timeout=60, what='the endpoint is back')
        self.assertEqual(after, before)
        eventually(lambda: connected_instances(self.ecs, CLUSTER), timeout=60, what='the agent is connected again')

    @staticmethod
    def try_request(uri):
        try:
            status, _, body = request(uri)
        except OSError:
            return None
        return json.loads(body) if status == 200 else None

    def test_09_many_requests_are_limited(self):
        uri = self.environment(self.run_task('ask-bridge'))['ECS_CONTAINER_METADATA_URI_V4']
        with ThreadPool(16) as pool:
            answers = pool.map(request, [uri.rsplit('/', 1)[0] + '/nope'] * 600)
        limited = [a for a in answers if a[0] == 429]
        self.assertTrue(limited)
        self.assertEqual(limited[0][2], 'You have reached maximum request limit.')
        self.assertEqual(limited[0][1]['X-Rate-Limit-Limit'], '40.00')
        self.assertGreaterEqual(len([a for a in answers if a[0] == 404]), 60)

    def test_10_metrics_of_a_service(self):
        watch = boto3.session.Session().client(
            'cloudwatch', endpoint_url=self.server.url, region_name=REGION, aws_access_key_id=ACCOUNT,
            aws_secret_access_key='test')

        def metric(name):
            now = time.time()
            points = watch.get_metric_statistics(
                Namespace='AWS/ECS', MetricName=name, StartTime=now - 600, EndTime=now + 60, Period=60,
                Statistics=['Average'],
                Dimensions=[{'Name': 'ClusterName', 'Value': CLUSTER}, {'Name': 'ServiceName', 'Value': 'busy'}])
            return [point['Average'] for point in points['Datapoints']]
        used = eventually(lambda: metric('CPUUtilization'), timeout=150, what='a metric of the service', interval=1)
        # Four units are reserved, and a loop takes what it gets.
        self.assertGreater(max(used), 100)
        self.assertTrue(0 < max(metric('MemoryUtilization')) < 100)

    @contextlib.contextmanager
    def another_drydock(self, *options):
        """On the same engine, at the same time; self.ecs is its client meanwhile."""
        first = self.ecs
        with Server('--docker-socket', SOCKET, '--instances-in', 'all', *options, runtime='docker',
                    env={'ECS_CONTAINER_STOP_TIMEOUT': '2s'}) as server:
            type(self).ecs = server.ecs(key=ACCOUNT)
            try:
                self.ecs.create_cluster(clusterName=CLUSTER)
                eventually(lambda: self.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns'],
                           timeout=60, what='the instance joined')
                yield
            finally:
                type(self).ecs = first

    def test_11_another_drydock_has_a_port_of_its_own(self):
        mine = self.environment(self.run_task('ask-bridge'))['ECS_CONTAINER_METADATA_URI_V4']
        with self.another_drydock():
            self.register('caller', "/usr/bin/python3 -c '%s'; %s" % (CALL.replace("'", "'\\''"), FOREVER), role='sailor')
            task = self.run_task('caller')
            environment = self.environment(task)
            self.assertRegex(environment['AWS_ENDPOINT_URL'], r'^http://169\.254\.170\.2:2\d{4}$')
            self.assertTrue(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'].startswith(environment['AWS_ENDPOINT_URL']))
            self.assertNotIn('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', environment)
            told = self.said(task)
            self.assertEqual((told['method'], told['task']), ('container-role', task['taskArn']))
            held = json.loads(request(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'])[2])
            self.assertEqual(held['RoleArn'], 'arn:aws:iam::%s:role/sailor' % ACCOUNT)
            # Each knows its own containers only.
            theirs = environment['ECS_CONTAINER_METADATA_URI_V4']
            self.assertEqual((request(mine)[0], request(theirs)[0]), (200, 200))
            self.assertEqual(request(mine.split('/v4/')[0] + '/v4/' + theirs.split('/v4/')[1])[0], 404)

    def test_12_without_an_endpoint_for_the_apis(self):
        with self.another_drydock('--endpoint-in-tasks', 'off'):
            self.register('quiet', FOREVER)
            environment = self.environment(self.run_task('quiet'))
            self.assertNotIn('AWS_ENDPOINT_URL', environment)
            uri = environment['ECS_CONTAINER_METADATA_URI_V4']
            self.assertEqual(request(uri)[0], 200)
            root = uri[:uri.index('/v4/')] + '/'
            asked = urllib.request.Request(root, data=b'{}', method='POST', headers={
                'Content-Type': 'application/x-amz-json-1.1',
                'X-Amz-Target': 'AmazonEC2ContainerServiceV20141113.ListClusters'})
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(asked, timeout=10)
            self.assertEqual(refused.exception.code, 404)

    def test_13_a_task_may_have_port_80_of_the_machine(self):
        self.register('on-80', 'httpd -f -p 80 & ' + FOREVER, role='sailor', portMappings=[{'containerPort': 80, 'hostPort': 80}])
        task = self.run_task('on-80')
        self.assertEqual([binding['hostPort'] for binding in task['containers'][0]['networkBindings']], [80])
        environment = self.environment(task)
        self.assertRegex(environment['ECS_CONTAINER_METADATA_URI_V4'], r'^http://169\.254\.170\.2:2\d{4}/v4/')
        self.assertNotIn('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', environment)
        self.assertEqual(request(environment['ECS_CONTAINER_METADATA_URI_V4'])[0], 200)
        held = json.loads(request(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'])[2])
        self.assertEqual(held['RoleArn'], 'arn:aws:iam::%s:role/sailor' % ACCOUNT)
        # The container itself answers at the port, at every address of the machine.
        for address in ('127.0.0.1', '169.254.170.2'):
            eventually(lambda url='http://%s/' % address: busybox_answers(url), timeout=20,
                       what='the task answers at %s' % address)
        self.ecs.stop_task(cluster=CLUSTER, task=task['taskArn'])
        self.reached(task['taskArn'], 'STOPPED')


if __name__ == '__main__':
    main()
