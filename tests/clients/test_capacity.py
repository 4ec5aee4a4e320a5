"""Simulated Auto Scaling groups: instances come when tasks wait for them, and go when they are not needed."""

import subprocess
import unittest
from datetime import datetime, timedelta, timezone

from harness import BINARY, REGION, SESSION, Server, container

GROUP = 'arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:u:autoScalingGroupName/web-asg'


class Capacity(unittest.TestCase):
    def setUp(self):
        self.server = Server('--clock', 'virtual', '--simulated-instances', '0', '--instance-group',
                             'web-asg=0:3:1024:1024')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()
        self.ecs.create_capacity_provider(name='web', autoScalingGroupProvider={
            'autoScalingGroupArn': GROUP, 'managedScaling': {'status': 'ENABLED'}})
        self.ecs.put_cluster_capacity_providers(
            cluster='default', capacityProviders=['web'],
            defaultCapacityProviderStrategy=[{'capacityProvider': 'web', 'weight': 1}])
        self.ecs.register_task_definition(family='app', containerDefinitions=[container(memory=512)])

    def group(self):
        return self.server.admin_ok('GET', 'instance-groups/web-asg')

    def task(self, arn):
        return self.ecs.describe_tasks(tasks=[arn])['tasks'][0]

    def instances(self):
        return self.ecs.list_container_instances()['containerInstanceArns']

    def test_instances_come_and_go_with_the_tasks(self):
        self.assertEqual((self.group()['capacityProvider'], self.group()['cluster'], self.instances()),
                         ('web', 'default', []))
        tasks = [task['taskArn'] for task in self.ecs.run_task(taskDefinition='app', count=5)['tasks']]
        self.server.clock(advance='1s')
        self.assertEqual([self.task(arn)['lastStatus'] for arn in tasks], ['RUNNING'] * 5)
        self.assertEqual(len(self.instances()), 3)
        shown = self.ecs.describe_container_instances(containerInstances=self.instances())['containerInstances']
        self.assertEqual({one['capacityProviderName'] for one in shown}, {'web'})
        for arn in tasks:
            self.ecs.stop_task(task=arn)
        self.server.clock(until='idle', limit='1h')
        self.assertEqual((self.instances(), self.group()['desired'], self.group()['machines']), ([], 0, []))

    def test_tasks_wait_while_machines_start(self):
        self.server.admin_ok('PUT', 'instance-groups/web-asg', {'startup': 90})
        arn = self.ecs.run_task(taskDefinition='app')['tasks'][0]['taskArn']
        self.server.clock(advance='30s')
        self.assertEqual([machine['status'] for machine in self.group()['machines']], ['LAUNCHED', 'LAUNCHED'])
        self.server.clock(advance='59s')
        task = self.task(arn)
        self.assertEqual(task['lastStatus'], 'PROVISIONING')
        self.assertNotIn('containerInstanceArn', task)
        self.assertEqual(self.server.admin_ok('GET', 'explain/' + arn)['code'], 'PROVISIONING')
        # One would do: after a minute the other is not waited for.
        self.assertEqual([machine['status'] for machine in self.group()['machines']], ['LAUNCHED'])
        self.server.clock(advance='1s')
        self.assertEqual(self.task(arn)['lastStatus'], 'RUNNING')

    def test_the_reservation_is_in_cloudwatch(self):
        self.ecs.run_task(taskDefinition='app', count=8)
        self.server.clock(advance='2m')
        cloudwatch = SESSION.client('cloudwatch', endpoint_url=self.server.url, region_name=REGION,
                                    aws_access_key_id='test', aws_secret_access_key='test')
        now = datetime(2025, 1, 1, tzinfo=timezone.utc)
        points = cloudwatch.get_metric_statistics(
            Namespace='AWS/ECS/ManagedScaling', MetricName='CapacityProviderReservation',
            Dimensions=[{'Name': 'CapacityProviderName', 'Value': 'web'}, {'Name': 'ClusterName', 'Value': 'default'}],
            StartTime=now + timedelta(minutes=1), EndTime=now + timedelta(minutes=2), Period=60,
            Statistics=['Average'])['Datapoints']
        self.assertEqual([round(point['Average']) for point in points], [133])  # 4 are needed, 3 is the most

    def test_the_former_name_of_the_option(self):
        with Server('--simulated-instances', '0', '--simulated-group', 'old=1:2:512:256') as server:
            group = server.admin_ok('GET', 'instance-groups/old')
            self.assertEqual((group['minimum'], group['maximum'], group['cpu'], group['memory']), (1, 2, 512, 256))

    def test_groups_that_cannot_be_are_refused(self):
        for options, reason in ((('none', '--instance-group', 'a=0:1:512:256'), 'need --runtime docker or simulated'),
                                (('docker', '--instance-group', 'a=2:1:512:256'), 'is not NAME=MIN:MAX:CPU:MEMORY')):
            done = subprocess.run([BINARY, 'serve', '--port', '0', '--runtime', *options], capture_output=True,
                                  text=True, timeout=20, check=False)
            self.assertEqual(done.returncode, 2, options)
            self.assertIn('--instance-group: ', done.stdout + done.stderr)
            self.assertIn(reason, done.stdout + done.stderr)
        with Server(runtime='none') as server:
            status, answer = server.admin('PUT', 'instance-groups/web-asg', {'maximum': 1})
            self.assertEqual(status, 400)
            self.assertIn('--runtime docker, or simulated', answer['message'])

    def test_a_group_outlives_a_restart_and_can_be_removed(self):
        self.ecs.run_task(taskDefinition='app')
        self.server.clock(advance='1s')
        machines = [machine['instanceId'] for machine in self.group()['machines']]
        self.server.kill()
        self.server.start()
        self.assertEqual([machine['instanceId'] for machine in self.group()['machines']], machines)
        self.server.admin_ok('DELETE', 'instance-groups/web-asg')
        self.assertEqual(self.server.ecs().list_container_instances()['containerInstanceArns'], [])


if __name__ == '__main__':
    unittest.main()
