"""Placement over simulated instances: spread, never more than an instance has, ports, failures, --instances-in."""

import collections
import unittest

from botocore.exceptions import ClientError

from harness import Server, container, eventually


def instances_of(ecs, cluster='default'):
    arns = ecs.list_container_instances(cluster=cluster)['containerInstanceArns']
    return ecs.describe_container_instances(cluster=cluster, containerInstances=arns)['containerInstances'] if arns else []


def resource(instance, name, kind='remainingResources'):
    entry = [e for e in instance[kind] if e['name'] == name][0]
    return entry['stringSetValue'] if entry['type'] == 'STRINGSET' else entry['integerValue']


def attribute(instance, name):
    return [a.get('value') for a in instance['attributes'] if a['name'] == name][0]


class Placement(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-instances', '6', '--simulated-sizes', '1024:1024,2048:2048',
                             '--simulated-zones', 'us-east-1a,us-east-1b,us-east-1c')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()
        eventually(lambda: len(instances_of(self.ecs)) == 6, what='six instances')

    def test_sizes_and_zones_are_dealt_out_in_turn(self):
        instances = instances_of(self.ecs)
        sizes = collections.Counter(resource(i, 'CPU', 'registeredResources') for i in instances)
        self.assertEqual(sizes, {1024: 3, 2048: 3})
        zones = collections.Counter(attribute(i, 'ecs.availability-zone') for i in instances)
        self.assertEqual(zones, {'us-east-1a': 2, 'us-east-1b': 2, 'us-east-1c': 2})

    def test_run_task_spreads_and_never_overloads(self):
        self.ecs.register_task_definition(family='quarter', containerDefinitions=[container(cpu=256, memory=256)])
        first = self.ecs.run_task(taskDefinition='quarter', count=6)
        self.assertEqual(first['failures'], [])
        self.assertEqual(len({t['containerInstanceArn'] for t in first['tasks']}), 6)
        started = 6
        refused = collections.Counter()
        for _ in range(6):
            answer = self.ecs.run_task(taskDefinition='quarter', count=10)
            started += len(answer['tasks'])
            refused.update(failure['reason'] for failure in answer['failures'])
        self.assertEqual(started, 3 * 4 + 3 * 8)
        self.assertEqual(set(refused), {'RESOURCE:CPU'})
        for instance in instances_of(self.ecs):
            self.assertEqual((resource(instance, 'CPU'), resource(instance, 'MEMORY')), (0, 0))
        task = self.ecs.list_tasks()['taskArns'][0]
        self.ecs.stop_task(task=task)
        eventually(lambda: self.ecs.describe_tasks(tasks=[task])['tasks'][0]['lastStatus'] == 'STOPPED', what='room')
        self.assertEqual(len(self.ecs.run_task(taskDefinition='quarter', count=1)['tasks']), 1)

    def test_memory_is_the_reservation_where_there_is_one(self):
        self.ecs.register_task_definition(family='soft', containerDefinitions=[
            container(cpu=0, memory=900, memoryReservation=512)])
        answer = self.ecs.run_task(taskDefinition='soft', count=10)
        self.assertEqual(len(answer['tasks']), 10)
        rest = self.ecs.run_task(taskDefinition='soft', count=10)
        self.assertEqual(len(rest['tasks']), 3 * 2 + 3 * 4 - 10)
        self.assertEqual({f['reason'] for f in rest['failures']}, {'RESOURCE:MEMORY'})

    def test_a_fixed_host_port_is_used_once_per_instance(self):
        self.ecs.register_task_definition(family='ported', containerDefinitions=[container(portMappings=[
            {'containerPort': 80, 'hostPort': 8080}, {'containerPort': 53, 'hostPort': 5353, 'protocol': 'udp'}])])
        answer = self.ecs.run_task(taskDefinition='ported', count=7)
        self.assertEqual(len(answer['tasks']), 6)
        self.assertEqual(len(answer['failures']), 6)
        self.assertLessEqual({f['reason'] for f in answer['failures']}, {'RESOURCE:PORTS', 'RESOURCE:PORTS_UDP'})
        for instance in instances_of(self.ecs):
            self.assertIn('8080', resource(instance, 'PORTS'))
            self.assertEqual(resource(instance, 'PORTS_UDP'), ['5353'])
            self.assertNotIn('8080', resource(instance, 'PORTS', 'registeredResources'))

    def test_services_spread_over_zones_first(self):
        self.ecs.register_task_definition(family='small', containerDefinitions=[container(cpu=64, memory=64)])
        self.ecs.create_service(serviceName='spread', taskDefinition='small', desiredCount=6)
        eventually(lambda: self.ecs.describe_services(services=['spread'])['services'][0]['runningCount'] == 6,
                   what='six tasks')
        tasks = self.ecs.describe_tasks(tasks=self.ecs.list_tasks(serviceName='spread')['taskArns'])['tasks']
        self.assertEqual(collections.Counter(t['availabilityZone'] for t in tasks),
                         {'us-east-1a': 2, 'us-east-1b': 2, 'us-east-1c': 2})
        self.assertEqual(len({t['containerInstanceArn'] for t in tasks}), 6)

    def test_start_task_takes_the_named_instance_or_says_why_not(self):
        self.ecs.register_task_definition(family='big', containerDefinitions=[container(cpu=1024, memory=1024)])
        small = [i for i in instances_of(self.ecs) if resource(i, 'CPU') == 1024][0]['containerInstanceArn']
        first = self.ecs.start_task(taskDefinition='big', containerInstances=[small])
        self.assertEqual([t['containerInstanceArn'] for t in first['tasks']], [small])
        second = self.ecs.start_task(taskDefinition='big', containerInstances=[small])
        self.assertEqual(second['tasks'], [])
        self.assertEqual([(f['arn'], f['reason']) for f in second['failures']], [(small, 'RESOURCE:CPU')])

    def test_a_service_that_does_not_fit_says_why(self):
        self.ecs.register_task_definition(family='huge', containerDefinitions=[container(cpu=4096, memory=64)])
        self.ecs.create_service(serviceName='huge', taskDefinition='huge', desiredCount=1)

        def events():
            return [e['message'] for e in self.ecs.describe_services(services=['huge'])['services'][0]['events']]
        eventually(events, what='an event')
        self.assertRegex(events()[0], r'^\(service huge\) was unable to place a task because no container instance met '
                         r'all of its requirements\. The closest matching \(container-instance [0-9a-f]{32}\) has '
                         r'insufficient CPU units available\.')


class InstancesInAll(unittest.TestCase):
    def test_every_cluster_gets_an_instance(self):
        with Server('--instances-in', 'all') as server:
            ecs = server.ecs()
            ecs.register_task_definition(family='app', containerDefinitions=[container()])
            for name in ('one', 'two'):
                ecs.create_cluster(clusterName=name)
                eventually(lambda name=name: instances_of(ecs, name), what='an instance in ' + name)
                self.assertEqual(len(instances_of(ecs, name)), 1)
                self.assertEqual(len(ecs.run_task(cluster=name, taskDefinition='app')['tasks']), 1)

    def test_without_it_a_cluster_has_none(self):
        with Server() as server:
            ecs = server.ecs()
            ecs.register_task_definition(family='app', containerDefinitions=[container()])
            ecs.create_cluster(clusterName='empty')
            with self.assertRaises(ClientError) as caught:
                ecs.run_task(cluster='empty', taskDefinition='app')
            error = caught.exception.response['Error']
            self.assertEqual(error['Code'], 'InvalidParameterException')
            self.assertTrue(error['Message'].startswith('No Container Instances were found in your cluster.'))


if __name__ == '__main__':
    unittest.main()
