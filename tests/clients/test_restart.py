"""Stopping and killing the server: what was acknowledged is there afterwards, and the work goes on."""

import os
import resource
import shutil
import socket
import subprocess
import tempfile
import unittest

from botocore.exceptions import ClientError

from harness import Server, container, eventually


class Restart(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-instances', '3', '--simulated-sizes', '4096:8192')
        self.addCleanup(self.server.close)

    def fill(self):
        ecs = self.server.ecs()
        ecs.create_cluster(tags=[{'key': 'k', 'value': 'v'}])
        eventually(lambda: len(ecs.list_container_instances()['containerInstanceArns']) == 3, what='three instances')
        for _ in range(3):
            ecs.register_task_definition(family='app', containerDefinitions=[container()])
        ecs.deregister_task_definition(taskDefinition='app:1')
        ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=5)
        eventually(lambda: ecs.describe_services(services=['web'])['services'][0]['runningCount'] == 5, what='5 tasks')
        one_off = ecs.run_task(taskDefinition='app:2', count=2, startedBy='me')['tasks']
        arns = [t['taskArn'] for t in one_off]
        eventually(lambda: all(t['lastStatus'] == 'RUNNING' for t in ecs.describe_tasks(tasks=arns)['tasks']), what='run')
        eventually(lambda: ecs.describe_services(services=['web'])['services'][0]['deployments'][0]['rolloutState'] ==
                   'COMPLETED', what='a completed rollout')

    def picture(self):
        ecs = self.server.ecs()
        tasks = ecs.describe_tasks(tasks=ecs.list_tasks()['taskArns'], include=['TAGS'])['tasks']
        instances = ecs.describe_container_instances(
            containerInstances=ecs.list_container_instances()['containerInstanceArns'])['containerInstances']
        return {
            'clusters': ecs.describe_clusters(include=['TAGS', 'SETTINGS', 'STATISTICS'])['clusters'],
            'families': ecs.list_task_definitions()['taskDefinitionArns'],
            'old': ecs.describe_task_definition(taskDefinition='app:1')['taskDefinition'],
            'services': ecs.describe_services(services=['web'])['services'],
            'tasks': sorted((t['taskArn'], t['lastStatus'], t['containerInstanceArn'], t['startedAt'],
                             [c['runtimeId'] for c in t['containers'] if 'runtimeId' in c]) for t in tasks),
            'instances': sorted((i['containerInstanceArn'], i['status'], i['agentConnected'], i['runningTasksCount'],
                                 str(i['remainingResources'])) for i in instances),
        }

    def same_after(self, stop):
        self.fill()
        before = self.picture()
        stop()
        self.server.start()
        ecs = self.server.ecs()
        arns = ecs.list_container_instances()['containerInstanceArns']
        eventually(lambda: all(i['agentConnected'] for i in ecs.describe_container_instances(
            containerInstances=arns)['containerInstances']), what='the instances reconnected')
        self.assertEqual(self.picture(), before)
        ecs.update_service(service='web', desiredCount=6)
        eventually(lambda: ecs.describe_services(services=['web'])['services'][0]['runningCount'] == 6, what='6 tasks')
        self.assertEqual(ecs.register_task_definition(family='app', containerDefinitions=[container()])
                         ['taskDefinition']['revision'], 4)

    def test_sigterm(self):
        self.same_after(lambda: self.assertEqual(self.server.terminate(), 0))

    def test_sigkill(self):
        self.same_after(self.server.kill)

    def test_stopping_takes_no_time_with_open_connections(self):
        connections = [socket.create_connection(('127.0.0.1', self.server.port)) for _ in range(10)]
        self.assertEqual(self.server.terminate(timeout=10), 0)
        for connection in connections:
            connection.close()

    def test_a_second_server_refuses_the_same_data(self):
        from harness import BINARY
        done = subprocess.run([BINARY, 'serve', '--port', '0', '--data-dir', self.server.data_dir, '--runtime', 'none'],
                              capture_output=True, text=True, timeout=30)
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stderr.strip())
        self.assertTrue(self.server.alive())

    def test_a_port_that_is_taken_is_named(self):
        from harness import BINARY
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([BINARY, 'serve', '--port', str(self.server.port), '--data-dir', folder, '--runtime',
                                   'none'], capture_output=True, text=True, timeout=30)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(str(self.server.port), done.stderr + done.stdout)

    def test_reset_empties_everything_and_the_instances_come_back(self):
        self.fill()
        status, _, text = self.server.call(None, '{}', path='/_drydock/reset', headers={
            'Content-Type': 'application/json'})
        self.assertEqual(status, 200, text)
        ecs = self.server.ecs()
        self.assertEqual(ecs.list_task_definitions()['taskDefinitionArns'], [])
        self.assertEqual([c for c in ecs.list_clusters()['clusterArns'] if not c.endswith('/default')], [])
        ecs.create_cluster()
        eventually(lambda: len(ecs.list_container_instances()['containerInstanceArns']) == 3, what='three instances')


class StorageFull(unittest.TestCase):
    """A disk without room: writes are refused clearly, reads go on, and all of it heals when there is room again."""

    def check(self, server, fill, empty):
        ecs = server.ecs()
        ecs.create_cluster()
        ecs.register_task_definition(family='app', containerDefinitions=[container()])
        fill()
        acknowledged = []
        refusal = None
        for i in range(3000):
            try:
                ecs.register_task_definition(family='fill', containerDefinitions=[
                    container(environment=[{'name': 'PADDING', 'value': 'x' * 20000}])])
                acknowledged.append(i + 1)
            except ClientError as error:
                refusal = error.response
                break
        self.assertIsNotNone(refusal, 'the storage never got full')
        self.assertEqual(refusal['ResponseMetadata']['HTTPStatusCode'], 500)
        self.assertEqual(refusal['Error']['Code'], 'ServerException')
        self.assertTrue(refusal['Error']['Message'])
        self.assertEqual(len(ecs.describe_clusters()['clusters']), 1)
        listed = self.revisions(ecs)
        self.assertEqual(listed, acknowledged)
        empty()

        def writes_again():
            try:
                return ecs.create_cluster(clusterName='after')
            except ClientError:
                return None
        eventually(writes_again, timeout=30, what='writing works again')
        self.assertEqual(self.revisions(ecs), acknowledged)
        server.kill()
        server.start()
        self.assertEqual(self.revisions(server.ecs()), acknowledged)
        self.assertEqual(len(server.ecs().list_clusters()['clusterArns']), 2)

    @staticmethod
    def revisions(ecs):
        pages = ecs.get_paginator('list_task_definitions').paginate(familyPrefix='fill')
        return [int(arn.rsplit(':', 1)[1]) for page in pages for arn in page['taskDefinitionArns']]

    if os.geteuid() == 0:  # mounting needs root; the test after this one does not

        def test_a_small_file_system(self):
            disk = tempfile.mkdtemp(prefix='drydock-disk-')
            self.addCleanup(shutil.rmtree, disk, True)
            subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=16m', 'drydock-test', disk], check=True)
            self.addCleanup(subprocess.run, ['umount', '-l', disk], check=False)
            ballast = os.path.join(disk, 'ballast')
            server = Server(runtime='none', data_dir=os.path.join(disk, 'data'))
            self.addCleanup(server.close)

            def fill():
                with open(ballast, 'wb') as out:
                    out.write(b'\0' * (8 << 20))
            self.check(server, fill, lambda: os.unlink(ballast))

    def test_a_limit_on_file_sizes(self):
        server = Server(runtime='none', limits=(resource.RLIMIT_FSIZE, (4 << 20, resource.RLIM_INFINITY)))
        self.addCleanup(server.close)

        def lift():
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            server.limits = None
        self.check(server, lambda: None, lift)


if __name__ == '__main__':
    unittest.main()
