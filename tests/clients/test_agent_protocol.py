"""AWS's container agent joins as a container instance: the checklist of spec/agent-protocol.md section 12, with an agent
that plays its part."""

import json
import tempfile
import time
import unittest
import urllib.parse

from agent import Agent, Refused
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from data_channel import Session
from harness import ACCOUNT, REGION, Server, container, eventually


class WithServer(unittest.TestCase):
    options = ()

    def setUp(self):
        self.server = Server(*self.options, runtime='none')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster(clusterName='default')
        self.agent = Agent(self.server)

    def register(self, family, *containers, **members):
        members.setdefault('networkMode', 'bridge')
        self.ecs.register_task_definition(family=family, containerDefinitions=list(containers or [container()]),
                                          **members)

    def run_task(self, family='app', **members):
        answer = self.ecs.run_task(taskDefinition=family, **members)
        self.assertEqual(answer['failures'], [])
        return answer['tasks'][0]['taskArn']

    def task(self, arn):
        return self.ecs.describe_tasks(tasks=[arn])['tasks'][0]

    def instance(self, agent=None):
        arn = (agent or self.agent).arn
        return self.ecs.describe_container_instances(containerInstances=[arn])['containerInstances'][0]

    def connected(self, value):
        eventually(lambda: self.instance()['agentConnected'] is value, what='agentConnected %s' % value)

    def status(self, arn, status):
        return eventually(lambda: self.task(arn)['lastStatus'] == status and self.task(arn), what=status)


class Registration(WithServer):
    def test_attributes_are_answered_as_they_were_sent_and_the_zone_is_added(self):
        instance = self.agent.register(('stack', 'blue'), tags=[{'key': 'env', 'value': 'test'}])
        attributes = {one['name']: one.get('value') for one in instance['attributes']}
        self.assertEqual(attributes['ecs.availability-zone'], REGION + 'a')
        first = self.agent.arn
        # A restart of the agent: the same instance, and custom attributes are not said again.
        self.agent.register()
        self.assertEqual(self.agent.arn, first)
        shown = self.instance()
        self.assertEqual({one['name']: one.get('value') for one in shown['attributes']}['stack'], 'blue')
        resources = {one['name']: one for one in shown['registeredResources']}
        self.assertEqual((resources['CPU']['integerValue'], resources['MEMORY']['integerValue']), (2048, 4096))
        self.assertIn('51678', resources['PORTS']['stringSetValue'])
        self.assertEqual(self.ecs.list_tags_for_resource(resourceArn=first)['tags'], [{'key': 'env', 'value': 'test'}])
        self.assertFalse(shown['agentConnected'])
        self.assertFalse(shown.get('versionInfo'))
        # Without what it had saved it is another one.
        self.assertNotEqual(Agent(self.server).register()['containerInstanceArn'], first)

    def test_the_urls_are_those_under_which_the_agent_called_and_stay_over_restarts(self):
        self.agent.register()
        urls = self.agent.discover()
        base = 'http://127.0.0.1:%d' % self.server.port
        self.assertEqual((urls['endpoint'], urls['telemetryEndpoint']), (base + '/acs', base + '/tcs'))
        self.server.kill()
        self.server.start()
        self.assertEqual(self.agent.discover(), urls)
        self.agent.host = 'host.docker.internal:%d' % self.server.port
        self.assertEqual(self.agent.discover()['endpoint'], 'http://host.docker.internal:%d/acs' % self.server.port)
        status, _, _ = self.server.call('DiscoverPollEndpoint', host='evil.example:80')
        self.assertEqual(status, 403)


class Sessions(WithServer):
    def test_agent_connected_follows_the_socket_and_the_version_comes_with_it(self):
        self.agent.start()
        self.connected(True)
        self.assertEqual(self.instance()['versionInfo'], {
            'agentVersion': '1.105.1', 'agentHash': 'a8b3e7d3', 'dockerVersion': 'DockerVersion: 20.10.24+dfsg1'})
        self.assertEqual(self.agent.acs.opcodes, {1})  # text frames
        self.agent.acs.drop()
        self.connected(False)
        self.agent.start()
        self.connected(True)

    def test_a_new_session_takes_the_place_of_the_old_one(self):
        first = self.agent.start().acs
        second = self.agent.start().acs
        self.assertEqual(first.closed(), 1008)
        self.register('app')
        task = self.run_task()
        self.assertEqual(self.agent.task()[0]['arn'], task)
        self.assertIs(self.agent.acs, second)
        self.assertTrue(self.instance()['agentConnected'])

    def test_the_first_heartbeat_comes_at_once(self):
        self.agent.start()
        self.assertTrue(self.agent.acs.next('HeartbeatMessage')['messageId'])

    def refused(self, **query):
        with self.assertRaises(Refused) as caught:
            self.agent.connect(**query)
        return caught.exception.status, caught.exception.type

    def test_who_is_not_known_is_refused_with_a_typed_body(self):
        self.agent.register()
        unknown = self.agent.arn[:-4] + '0000'
        self.assertEqual(self.refused(containerInstanceArn=unknown), (400, 'InvalidInstanceException'))
        self.assertEqual(self.refused(containerInstanceArn='nonsense'), (400, 'InvalidInstanceException'))
        self.assertEqual(self.refused(containerInstanceArn=''), (400, 'InvalidInstanceException'))
        self.assertEqual(self.refused(clusterArn='another'), (400, 'InvalidClusterException'))
        cluster = self.ecs.describe_clusters(clusters=['default'])['clusters'][0]['clusterArn']
        self.agent.connect(clusterArn=cluster).next('TaskManifestMessage')
        with self.assertRaises(Refused) as caught:
            self.agent.connect_telemetry(containerInstance=unknown)
        self.assertEqual(caught.exception.type, 'InvalidInstanceException')
        status, _, _ = self.server.call(None, '', method='GET', path='/acs/ws?' + urllib.parse.urlencode(
            {'containerInstanceArn': self.agent.arn}))
        self.assertEqual(status, 426)

    def test_a_deregistered_instance_loses_its_sessions_and_gets_no_new_ones(self):
        self.agent.start()
        telemetry = self.agent.connect_telemetry()
        telemetry.next('HeartbeatMessage')
        self.ecs.deregister_container_instance(containerInstance=self.agent.arn, force=True)
        self.assertEqual(self.agent.acs.closed(), 1008)
        self.assertEqual(telemetry.closed(), 1008)
        self.assertEqual(self.refused(), (400, 'InactiveInstanceException'))
        with self.assertRaises(Refused) as caught:
            self.agent.connect_telemetry()
        self.assertEqual(caught.exception.type, 'InactiveInstanceException')

    def test_pages_of_other_sites_open_no_sessions(self):
        self.agent.register()
        status, _, _ = self.server.call(None, '', method='GET', path='/acs/ws', headers={
            'Origin': 'http://evil.example', 'Upgrade': 'websocket', 'Connection': 'Upgrade'})
        self.assertEqual(status, 403)

    def test_signatures_are_those_of_the_instances_account(self):
        self.agent.register()
        query = urllib.parse.urlencode({'containerInstanceArn': self.agent.arn})

        def signed(key, region=REGION):
            request = AWSRequest('GET', self.server.url + '/acs/ws?' + query)
            SigV4Auth(Credentials(key, 'secret'), 'ecs', region).add_auth(request)
            return {name: value for name, value in request.headers.items() if name != 'Host'}
        self.agent.connect(headers=signed('AKIDEXAMPLE')).next('TaskManifestMessage')
        for headers in (signed('123456789012'), signed('AKIDEXAMPLE', 'eu-west-1')):
            with self.assertRaises(Refused) as caught:
                self.agent.connect(headers=headers)
            self.assertEqual((caught.exception.status, caught.exception.type), (403, 'AccessDeniedException'))

    def test_the_servers_end_is_said(self):
        self.agent.start()
        self.server.terminate()
        self.assertEqual(self.agent.acs.closed(), 1001)

    def test_an_agent_can_be_cut_off_by_a_fault(self):
        self.agent.start()
        fault = self.server.admin_ok('POST', 'faults', {'kind': 'agent-disconnected'})
        self.assertEqual(self.agent.acs.closed(), 1008)
        self.connected(False)
        self.assertEqual(self.refused(), (400, 'ServerException'))
        self.server.admin_ok('DELETE', 'faults/' + fault['id'])
        self.agent.start()
        self.connected(True)

    def test_a_reset_makes_agents_connect_anew(self):
        self.agent.start()
        self.server.admin_ok('POST', 'reset')
        self.assertEqual(self.agent.acs.closed(), 1001)
        self.assertEqual(self.refused(), (400, 'InvalidInstanceException'))


class Payloads(WithServer):
    def setUp(self):
        super().setUp()
        self.register('app', container(command=['sleep', '1'], environment=[{'name': 'A', 'value': 'b'}]))
        self.agent.start()

    def test_a_task_from_its_payload_to_its_end(self):
        arn = self.run_task()
        task, message = self.agent.task()
        self.assertEqual(message['containerInstanceArn'], self.agent.arn)
        self.assertEqual((task['arn'], task['family'], task['version'], task['overrides']), (arn, 'app', '1', '{}'))
        self.assertEqual(task['containers'][0]['environment'], {'A': 'b', 'AWS_EXECUTION_ENV': 'AWS_ECS_EC2'})
        self.assertEqual(task['containers'][0]['command'], ['sleep', '1'])
        digest = 'sha256:' + '9' * 64
        self.agent.report(arn, 'PENDING', [{'containerName': 'main', 'imageDigest': digest, 'status': 'PENDING'}])
        self.assertEqual(self.task(arn)['containers'][0]['imageDigest'], digest)
        self.agent.report(arn, 'RUNNING', [{
            'containerName': 'main', 'runtimeId': 'abc', 'status': 'RUNNING', 'networkBindings': [
                {'bindIP': '0.0.0.0', 'containerPort': 80, 'hostPort': 32770, 'protocol': 'tcp'}]}])
        shown = self.status(arn, 'RUNNING')
        self.assertEqual(shown['containers'][0]['networkBindings'][0]['hostPort'], 32770)
        self.assertEqual(shown['connectivity'], 'CONNECTED')
        self.ecs.stop_task(task=arn, reason='enough')
        stop, again = self.agent.task(arn, 'STOPPED')
        self.assertGreater(again['seqNum'], message['seqNum'])
        self.assertEqual([one['name'] for one in stop['containers']], ['main'])
        self.agent.stop(task, 143)
        shown = self.status(arn, 'STOPPED')
        self.assertEqual((shown['containers'][0]['exitCode'], shown['stopCode'], shown['stoppedReason']),
                         (143, 'UserInitiated', 'enough'))

    def test_an_unacknowledged_payload_comes_again_after_kill_9_of_the_server(self):
        arn = self.run_task()
        task, before = self.agent.task(ack=False)
        self.assertEqual(task['arn'], arn)
        timeline = self.agent.manifest['timeline']
        self.assertGreater(before['seqNum'], timeline)
        self.server.kill()
        self.server.start()
        self.assertFalse(self.instance()['agentConnected'])
        self.assertEqual(self.task(arn)['lastStatus'], 'PENDING')
        self.agent.connect()
        task, after = self.agent.task()
        self.assertEqual(task['arn'], arn)
        self.assertGreater(after['seqNum'], before['seqNum'])
        manifest = self.agent.acs.next('TaskManifestMessage')
        self.assertGreater(manifest['timeline'], after['seqNum'])
        self.assertEqual([(one['taskArn'], one['desiredStatus']) for one in manifest['tasks']], [(arn, 'RUNNING')])
        self.agent.run(task)
        self.status(arn, 'RUNNING')

    def test_tasks_are_kept_while_their_agent_is_away(self):
        arn = self.run_task()
        task, _ = self.agent.task()
        self.agent.run(task)
        self.status(arn, 'RUNNING')
        self.agent.acs.drop()
        self.connected(False)
        self.assertEqual((self.task(arn)['lastStatus'], self.task(arn)['connectivity']), ('RUNNING', 'DISCONNECTED'))
        # Reports need no session, and stops wait for the next one.
        self.ecs.stop_task(task=arn)
        self.agent.connect()
        self.agent.task(arn, 'STOPPED')
        self.agent.stop(task)
        self.status(arn, 'STOPPED')

    def test_reports_come_twice_late_out_of_order_and_of_unknown_tasks(self):
        arn = self.run_task()
        task, _ = self.agent.task()
        self.agent.run(task)
        self.agent.run(task)
        # One that ended at once: running and ended in one report, without times of a pull.
        self.agent.report(arn, 'STOPPED', [
            {'containerName': 'main', 'runtimeId': 'r', 'status': 'RUNNING'},
            {'containerName': 'main', 'runtimeId': 'r', 'status': 'STOPPED', 'exitCode': 3}])
        self.assertEqual(self.status(arn, 'STOPPED')['containers'][0]['exitCode'], 3)
        self.agent.run(task)
        self.assertEqual(self.task(arn)['lastStatus'], 'STOPPED')
        self.assertEqual(self.task(arn)['containers'][0]['exitCode'], 3)
        unknown = arn[:-8] + '00000000'
        self.assertTrue(self.agent.report(unknown, 'STOPPED')['acknowledgment'])
        # The status counts, whatever else is said.
        arn = self.run_task()
        self.agent.task(arn)
        self.agent.report(arn, 'RUNNING', [{'containerName': 'main', 'runtimeId': 'r', 'status': 'RUNNING', 'exitCode': 0}])
        self.assertEqual(self.status(arn, 'RUNNING')['containers'][0]['lastStatus'], 'RUNNING')

    def test_only_what_is_not_wanted_is_stopped(self):
        wanted = self.run_task()
        self.agent.task(wanted)
        self.agent.connect()
        manifest = self.agent.acs.next('TaskManifestMessage')
        stray = wanted[:-8] + '00000000'
        candidates = [{'taskArn': arn, 'taskClusterArn': 'c', 'desiredStatus': 'STOPPED'} for arn in (wanted, stray)]
        self.agent.acs.say('TaskStopVerificationMessage', messageId=manifest['messageId'], stopCandidates=candidates)
        answer = self.agent.acs.next('TaskStopVerificationAck')
        self.assertEqual(answer['messageId'], manifest['messageId'])
        self.assertEqual([one['taskArn'] for one in answer['stopTasks']], [stray])

    def test_tasks_that_a_restored_snapshot_does_not_know_are_stopped(self):
        self.server.admin_ok('POST', 'snapshots', {'name': 'before'})
        stray = self.run_task()
        self.agent.task(stray)
        self.server.admin_ok('POST', 'snapshots/before/restore')
        self.assertEqual(self.agent.acs.closed(), 1001)
        self.assertFalse(self.instance()['agentConnected'])
        self.agent.connect()
        manifest = self.agent.acs.next('TaskManifestMessage')
        self.assertEqual(manifest['tasks'], [])
        self.agent.acs.say('TaskStopVerificationMessage', messageId=manifest['messageId'], stopCandidates=[
            {'taskArn': stray, 'taskClusterArn': 'c', 'desiredStatus': 'STOPPED'}])
        self.assertEqual([one['taskArn'] for one in self.agent.acs.next('TaskStopVerificationAck')['stopTasks']], [stray])

    def test_a_port_is_handed_over_in_order(self):
        self.register('port', container(portMappings=[{'containerPort': 80, 'hostPort': 8080}]))
        self.ecs.create_service(serviceName='web', taskDefinition='port', desiredCount=1, deploymentConfiguration={
            'minimumHealthyPercent': 0, 'maximumPercent': 100})
        first, before = self.agent.task()
        self.agent.run(first)
        self.status(first['arn'], 'RUNNING')
        self.ecs.update_service(service='web', forceNewDeployment=True)
        _, stop = self.agent.task(first['arn'], 'STOPPED')
        self.agent.stop(first)
        second, after = self.agent.task()
        self.assertNotEqual(second['arn'], first['arn'])
        self.assertTrue(before['seqNum'] < stop['seqNum'] < after['seqNum'])

    def test_an_instance_is_never_given_more_than_it_has(self):
        self.register('big', container(cpu=900, memory=100))
        self.run_task('big', count=2)
        answer = self.ecs.run_task(taskDefinition='big')
        self.assertEqual([failure['reason'] for failure in answer['failures']], ['RESOURCE:CPU'])
        self.assertEqual({self.agent.task()[0]['family'] for _ in range(2)}, {'big'})

    def test_what_this_agent_cannot_have_is_the_reason_why_its_task_ends(self):
        self.register('disk', container(mountPoints=[{'sourceVolume': 'disk', 'containerPath': '/d'}]),
                      volumes=[{'name': 'disk', 'fsxWindowsFileServerVolumeConfiguration': {
                          'fileSystemId': 'fs-1', 'rootDirectory': 'd', 'authorizationConfig': {
                              'credentialsParameter': 'arn:aws:ssm:us-east-1:1:parameter/p', 'domain': 'd'}}}])
        arn = self.run_task('disk')
        shown = self.status(arn, 'STOPPED')
        self.assertIn('volume disk needs FSx for Windows File Server', shown['stoppedReason'])
        self.assertEqual(shown['stopCode'], 'TaskFailedToStart')
        self.register('net', networkMode='awsvpc')
        arn = self.run_task('net', networkConfiguration={'awsvpcConfiguration': {'subnets': ['subnet-12345678']}})
        self.assertIn('awsvpc tasks need a network interface', self.status(arn, 'STOPPED')['stoppedReason'])

    def test_secrets_are_in_the_payload_and_nowhere_else(self):
        self.server.service('ssm').put_parameter(Name='/db', Value='s3cret-value', Type='SecureString')
        self.register('secret', container(secrets=[{'name': 'DB', 'valueFrom': '/db'}]),
                      executionRoleArn='arn:aws:iam::000000000000:role/exec')
        self.run_task('secret')
        environment = self.agent.task()[0]['containers'][0]['environment']
        self.assertEqual(environment, {'DB': 's3cret-value', 'AWS_EXECUTION_ENV': 'AWS_ECS_EC2'})
        with open(self.server.log, encoding='utf-8') as log:
            self.assertNotIn('s3cret-value', log.read())

    def test_there_are_no_sessions_into_containers_of_this_agent(self):
        arn = self.run_task(enableExecuteCommand=True)
        task, _ = self.agent.task()
        self.agent.run(task)
        self.status(arn, 'RUNNING')
        session = Session(self.ecs.execute_command(task=arn, interactive=True, command='ls')['session'], handshake=False)
        session.read_to_end()
        self.assertIn('AWS Systems Manager only', session.closed)

    def test_frames_in_pieces_and_garbage(self):
        self.agent.acs.text('{')
        self.agent.acs.text('[1]')
        self.agent.acs.say('Unknown', messageId='x' * 1000)
        self.agent.connect()
        manifest = self.agent.acs.next('TaskManifestMessage')
        stray = {'taskArn': 'arn:aws:ecs:us-east-1:%s:task/default/%032d' % (ACCOUNT, 0), 'desiredStatus': 'STOPPED'}
        self.agent.acs.fragments(json.dumps({'type': 'TaskStopVerificationMessage', 'message': {
            'messageId': manifest['messageId'], 'stopCandidates': [stray] * 5}}))
        self.assertEqual(len(self.agent.acs.next('TaskStopVerificationAck')['stopTasks']), 5)


class Roles(WithServer):
    def setUp(self):
        super().setUp()
        self.register('app', container(), taskRoleArn='arn:aws:iam::000000000000:role/app',
                      executionRoleArn='arn:aws:iam::000000000000:role/exec')
        self.agent.start()

    def service(self, name, credentials):
        return self.server.service(name, key=credentials['accessKeyId'], secret=credentials['secretAccessKey'],
                                   token=credentials['sessionToken'])

    def test_credentials_come_with_the_payload_and_again_for_an_agent_that_has_none(self):
        arn = self.run_task()
        task, _ = self.agent.task()
        credentials = task['roleCredentials']
        self.assertEqual(credentials['roleArn'], 'arn:aws:iam::000000000000:role/app')
        identity = self.service('sts', credentials).get_caller_identity()
        self.assertEqual(identity['Arn'], 'arn:aws:sts::000000000000:assumed-role/app/' + arn.split('/')[-1])
        execution = self.service('sts', task['executionRoleCredentials']).get_caller_identity()
        self.assertIn(':assumed-role/exec/', execution['Arn'])
        self.assertNotEqual(task['executionRoleCredentials']['credentialsId'], credentials['credentialsId'])
        self.agent.run(task)
        self.status(arn, 'RUNNING')
        # The server and the agent are new; the URL in the containers must stay right.
        self.server.kill()
        self.server.start()
        self.agent.connect(sendCredentials='true')
        said = {}
        for _ in range(2):
            message = self.agent.acs.next('IAMRoleCredentialsMessage')
            self.assertEqual(message['taskArn'], arn)
            said[message['roleType']] = message['roleCredentials']['credentialsId']
        self.assertEqual(said, {'TaskApplication': credentials['credentialsId'],
                                'TaskExecution': task['executionRoleCredentials']['credentialsId']})

    def test_what_tasks_ask_through_their_agent_is_answered(self):
        arn = self.run_task()
        task, _ = self.agent.task()
        ecs = self.service('ecs', task['roleCredentials'])
        self.agent.run(task)
        self.status(arn, 'RUNNING')
        self.assertEqual(ecs.list_tags_for_resource(resourceArn=arn)['tags'], [])
        answer = ecs.get_task_protection(cluster='default', tasks=[arn])
        self.assertEqual(len(answer['protectedTasks']) + len(answer['failures']), 1)
        answer = ecs.update_task_protection(cluster='default', tasks=[arn], protectionEnabled=True)
        self.assertEqual(len(answer['protectedTasks']) + len(answer['failures']), 1)


class Telemetry(WithServer):
    def setUp(self):
        super().setUp()
        self.register('app', container(cpu=256, memory=64, healthCheck={'command': ['CMD-SHELL', 'true']}))
        self.agent.start()
        self.agent.connect_telemetry()
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=1)
        self.payload, _ = self.agent.task()
        self.agent.run(self.payload)
        self.arn = self.payload['arn']
        self.status(self.arn, 'RUNNING')

    def health(self, arn, status):
        return self.agent.publish('PublishHealthRequest', tasks=[{
            'taskArn': arn, 'taskDefinitionFamily': 'app', 'taskDefinitionVersion': '1',
            'containers': [{'containerName': 'main', 'healthStatus': status, 'statusSince': time.time()}]}])

    def test_health_is_the_tasks_health(self):
        self.assertEqual(self.payload['containers'][0]['healthCheckType'], 'docker')
        self.assertEqual(self.health(self.arn, 'HEALTHY'), {'message': 'ok'})
        self.assertEqual(self.task(self.arn)['healthStatus'], 'HEALTHY')
        self.assertEqual(self.task(self.arn)['containers'][0]['healthStatus'], 'HEALTHY')
        # The control plane acts on it, the agent does not.
        self.health(self.arn, 'UNHEALTHY')
        other, _ = self.agent.task()
        self.agent.run(other)
        self.status(other['arn'], 'RUNNING')
        self.health(other['arn'], 'HEALTHY')
        self.agent.task(self.arn, 'STOPPED')

    def test_an_agent_speaks_of_its_own_tasks_only(self):
        other = Agent(self.server)
        other.start()
        other.connect_telemetry()
        other.publish('PublishHealthRequest', tasks=[{'taskArn': self.arn, 'containers': [
            {'containerName': 'main', 'healthStatus': 'HEALTHY'}]}])
        self.assertEqual(self.task(self.arn)['healthStatus'], 'UNKNOWN')

    def test_use_becomes_metrics(self):
        idle = {'cluster': 'default', 'containerInstance': self.agent.arn, 'fin': True, 'idle': True, 'messageId': 'm'}
        self.assertEqual(self.agent.publish('PublishMetricsRequest', metadata=idle), {'message': 'ok'})
        self.agent.publish('PublishMetricsRequest', taskMetrics=[{
            'taskArn': self.arn, 'taskDefinitionFamily': 'app', 'taskDefinitionVersion': '1', 'containerMetrics': [{
                'containerName': 'main', 'cpuStatsSet': {'max': 10, 'min': 5, 'sampleCount': 20, 'sum': 125.0},
                'memoryStatsSet': {'max': 20, 'min': 10, 'sampleCount': 20, 'sum': 320}}]}])
        cloudwatch = self.server.service('cloudwatch')

        def mean(name):
            points = cloudwatch.get_metric_statistics(
                Namespace='AWS/ECS', MetricName=name, Period=60, Statistics=['Average'],
                StartTime=time.time() - 300, EndTime=time.time() + 60, Dimensions=[
                    {'Name': 'ClusterName', 'Value': 'default'}, {'Name': 'ServiceName', 'Value': 'web'}])['Datapoints']
            return points and points[0]['Average']
        # 6.25 % of 2048 units are 128 of the task's 256; 16 of its 64 MiB.
        self.assertEqual(mean('CPUUtilization'), 50)
        self.assertEqual(mean('MemoryUtilization'), 25)

    def test_the_instances_own_status_is_taken(self):
        self.assertEqual(self.agent.publish('PublishInstanceStatusRequest', statuses=[
            {'type': 'ContainerRuntime', 'status': 'OK', 'lastUpdated': time.time(), 'lastStatusChange': time.time()}]),
            {'message': 'ok'})

    def test_large_frames_in_pieces_and_garbage(self):
        tasks = [{'taskArn': self.arn, 'containers': [{'containerName': 'main', 'healthStatus': 'HEALTHY'}]},
                 {'taskArn': 'x' * 20000}]
        self.agent.tcs.text('no frame')
        self.agent.tcs.text('\r\n\r\n{"type":"PublishHealthRequest","message":{"tasks":[7]}}')
        self.agent.tcs.next('AckPublishHealth')
        self.agent.tcs.fragments('H: x\r\n\r\n' + json.dumps({'type': 'PublishHealthRequest', 'message': {'tasks': tasks}}))
        self.agent.tcs.next('AckPublishHealth')
        self.assertEqual(self.task(self.arn)['healthStatus'], 'HEALTHY')


class OwnInstances(unittest.TestCase):
    def test_the_servers_own_instances_are_nobody_elses(self):
        with Server() as server:
            agent = Agent(server)
            ecs = server.ecs()
            ecs.create_cluster(clusterName='default')
            agent.arn = eventually(lambda: ecs.list_container_instances()['containerInstanceArns'])[0]
            with self.assertRaises(Refused) as caught:
                agent.connect()
            self.assertEqual(caught.exception.type, 'AccessDeniedException')

    def test_agents_do_not_live_in_virtual_time(self):
        with Server('--clock', 'virtual', runtime='none') as server:
            server.ecs().create_cluster(clusterName='default')
            agent = Agent(server)
            agent.register()
            with self.assertRaises(Refused) as caught:
                agent.connect()
            self.assertEqual(caught.exception.type, 'BadRequestException')
            self.assertIn('--clock real', caught.exception.message)


class Verified(WithServer):
    def setUp(self):
        pass

    def test_verified_signatures_are_asked_of_sessions_too(self):
        with tempfile.NamedTemporaryFile('w', suffix='.ini') as file:
            file.write('[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = right\n')
            file.flush()
            with Server('--verify-signatures', '--credentials', file.name, runtime='none') as server:
                ecs = server.ecs(key='AKIDEXAMPLE', secret='right')
                ecs.create_cluster(clusterName='default')
                agent = Agent(server)
                agent.arn = ecs.register_container_instance(cluster='default')['containerInstance'][
                    'containerInstanceArn']
                agent.discover = lambda: {'endpoint': server.url + '/acs'}
                path = server.url + '/acs/ws?'
                query = {'agentHash': 'a8b3e7d3', 'agentVersion': '1.105.1', 'clusterArn': 'default',
                         'containerInstanceArn': agent.arn, 'dockerVersion': 'DockerVersion: 20.10.24+dfsg1',
                         'protocolVersion': '2', 'sendCredentials': 'true', 'seqNum': '1'}

                def signed(secret):
                    request = AWSRequest('GET', path + urllib.parse.urlencode(query, quote_via=urllib.parse.quote))
                    SigV4Auth(Credentials('AKIDEXAMPLE', secret), 'ecs', REGION).add_auth(request)
                    return {name: value for name, value in request.headers.items() if name != 'Host'}
                for headers in (None, signed('wrong')):
                    with self.assertRaises(Refused) as caught:
                        agent.connect(headers=headers)
                    self.assertEqual(caught.exception.type, 'AccessDeniedException')
                agent.fresh = True
                agent.connect(headers=signed('right')).next('TaskManifestMessage')


if __name__ == '__main__':
    unittest.main()
