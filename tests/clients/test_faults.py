"""/_drydock/faults: what can go wrong, put in force and taken back through the admin API."""

import unittest

from botocore.exceptions import ClientError
from default_cluster import DefaultCluster, behaving
from harness import Server, container, eventually

ZONES = ('--simulated-instances', '4', '--simulated-zones', 'us-east-1a,us-east-1b', '--simulated-sizes', '8192:16384')


class World(DefaultCluster, unittest.TestCase):
    options = ('--clock', 'virtual') + ZONES

    def setUp(self):
        self.server = Server(*self.options)
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()

    def fault(self, kind, **members):
        return self.server.admin_ok('POST', 'faults', dict(members, kind=kind))

    def faults(self):
        return self.server.admin_ok('GET', 'faults')['faults']

    def remove(self, fault):
        self.server.admin_ok('DELETE', 'faults/' + fault['id'])

    def serve(self, name, *containers, count=4):
        """Debian's boto3 does not know availabilityZoneRebalancing, which would move tasks as faults come and go."""
        self.register(name, *containers)
        self.server.ok('CreateService', {'serviceName': name, 'taskDefinition': name, 'desiredCount': count,
                                         'availabilityZoneRebalancing': 'DISABLED'})

    def tasks(self, *arns):
        return self.ecs.describe_tasks(tasks=list(arns))['tasks'] if arns else []

    def tasks_of(self, name, status='RUNNING'):
        return self.tasks(*self.ecs.list_tasks(serviceName=name, desiredStatus=status)['taskArns'])

    def instances(self):
        arns = self.ecs.list_container_instances()['containerInstanceArns']
        return self.ecs.describe_container_instances(containerInstances=arns)['containerInstances'] if arns else []


class Machines(World):
    def test_an_instance_that_is_lost_takes_its_tasks_along(self):
        self.serve('app', container())
        victim = self.instances()[0]
        mine = [t for t in self.tasks_of('app') if t['containerInstanceArn'] == victim['containerInstanceArn']]
        self.assertEqual(len(mine), 1)
        fault = self.fault('instance-lost', scope={'instance': victim['containerInstanceArn']}, **{'for': '10m'})
        self.assertEqual(fault, {'id': 'fault-1', 'kind': 'instance-lost', 'until': '2025-01-01T00:10:00.000Z', 'scope': {
            'instance': victim['containerInstanceArn'].split('/')[-1]}})
        gone, = self.tasks(mine[0]['taskArn'])
        self.assertEqual((gone['lastStatus'], gone['stopCode'], gone['stoppedReason']),
                         ('STOPPED', 'TerminationNotice',
                          'Host EC2 (instance %s) terminated.' % victim['ec2InstanceId']))
        self.assertEqual(len(self.instances()), 3)
        self.assertEqual(self.service('app')['runningCount'], 4)
        self.server.clock(advance='10m')
        self.assertEqual((len(self.instances()), self.faults()), (4, []))
        self.assertTrue(all(i['agentConnected'] for i in self.instances()))

    def test_a_zone_that_is_lost(self):
        self.serve('app', container(), count=8)
        self.register('serverless', container(), networkMode='awsvpc', requiresCompatibilities=['FARGATE'], cpu='256',
                      memory='512')
        answer = self.ecs.run_task(taskDefinition='serverless', launchType='FARGATE', networkConfiguration={
            'awsvpcConfiguration': {'subnets': ['subnet-1']}})
        serverless = answer['tasks'][0]
        zone = serverless['availabilityZone']
        fault = self.fault('zone-lost', scope={'zone': zone})
        left = [i['attributes'] for i in self.instances()]
        self.assertEqual(len(left), 2)
        self.assertNotIn({'name': 'ecs.availability-zone', 'value': zone}, [a for attributes in left for a in attributes])
        self.assertEqual(self.service('app')['runningCount'], 8)
        self.assertEqual(self.tasks(serverless['taskArn'])[0]['lastStatus'], 'STOPPED')
        self.server.kill()
        self.server.start()
        self.assertEqual(len([i for i in self.instances() if i['agentConnected']]), 2)
        self.remove(fault)
        self.assertEqual(len([i for i in self.instances() if i['agentConnected']]), 4)

    def test_an_agent_that_is_disconnected_is_heard_again_afterwards(self):
        self.serve('app', behaving(run_for='30', exit_code='9'))
        victim = self.instances()[0]['containerInstanceArn']
        mine, = [t for t in self.tasks_of('app') if t['containerInstanceArn'] == victim]
        self.fault('agent-disconnected', scope={'instance': victim}, **{'for': '60s'})
        told, = [i for i in self.instances() if i['containerInstanceArn'] == victim]
        self.assertFalse(told['agentConnected'])
        self.server.clock(advance=59)
        then, = self.tasks(mine['taskArn'])
        self.assertEqual((then['lastStatus'], then['connectivity']), ('RUNNING', 'DISCONNECTED'))
        self.server.clock(advance=1)
        then, = self.tasks(mine['taskArn'])
        self.assertEqual((then['lastStatus'], then['containers'][0]['exitCode']), ('STOPPED', 9))
        told, = [i for i in self.instances() if i['containerInstanceArn'] == victim]
        self.assertTrue(told['agentConnected'])

    def test_spot_capacity_is_taken_away(self):
        self.ecs.put_cluster_capacity_providers(cluster='default', capacityProviders=['FARGATE', 'FARGATE_SPOT'],
                                                defaultCapacityProviderStrategy=[])
        self.register('spot', dict(behaving(stop_for='5')), networkMode='awsvpc', requiresCompatibilities=['FARGATE'],
                      cpu='256', memory='512')
        network = {'awsvpcConfiguration': {'subnets': ['subnet-1']}}
        arns = {}
        for provider in ('FARGATE', 'FARGATE_SPOT'):
            answer = self.ecs.run_task(taskDefinition='spot', count=2, networkConfiguration=network,
                                       capacityProviderStrategy=[{'capacityProvider': provider, 'weight': 1}])
            arns[provider] = [t['taskArn'] for t in answer['tasks']]
        answer = self.fault('spot-interruption', count=1)
        self.assertEqual((answer['count'], self.faults()), (1, []))
        self.fault('spot-interruption')
        for task in self.tasks(*arns['FARGATE_SPOT']):
            self.assertEqual((task['desiredStatus'], task['stopCode'], task['stoppedReason']),
                             ('STOPPED', 'SpotInterruption', 'Your Spot Task was interrupted.'))
            self.assertNotEqual(task['lastStatus'], 'STOPPED')
        self.server.clock(advance=5)
        self.assertEqual({t['lastStatus'] for t in self.tasks(*arns['FARGATE_SPOT'])}, {'STOPPED'})
        self.assertEqual({t['lastStatus'] for t in self.tasks(*arns['FARGATE'])}, {'RUNNING'})


class Tasks(World):
    def test_pulls_fail_by_image_and_count(self):
        self.fault('pull-failure', scope={'image': 'shop/*'}, count=2, message='toomanyrequests: slow down')
        self.serve('web', container(image='shop/web'), count=1)
        self.serve('other', container(image='other'), count=1)
        self.server.clock(until='stable', service='web')
        self.assertEqual([t['containers'][0]['reason'] for t in self.tasks_of('web', 'STOPPED')],
                         ['CannotPullContainerError: toomanyrequests: slow down'] * 2)
        self.assertEqual((self.tasks_of('other', 'STOPPED'), self.faults()), ([], []))

    def test_a_rate_is_about_as_often_and_the_same_for_the_same_seed(self):
        self.register('app', container())

        def failures():
            fault = self.fault('pull-failure', rate=0.3, seed=5)
            arns = [t['taskArn'] for _ in range(10) for t in self.ecs.run_task(taskDefinition='app', count=10)['tasks']]
            self.remove(fault)
            failed = [t['lastStatus'] == 'STOPPED' for t in self.tasks(*arns)]
            for arn in arns:
                self.ecs.stop_task(task=arn)
            return failed
        first = failures()
        self.assertTrue(15 <= sum(first) <= 45, sum(first))
        self.assertEqual(sum(first), sum(failures()))

    def test_stops_take_longer_or_do_not_happen(self):
        self.serve('app', container(image='app'), count=2)
        one, two = [t['taskArn'] for t in self.tasks_of('app')]
        self.fault('slow-stop', scope={'service': 'app', 'image': 'app'}, delay='90s', count=1)
        self.ecs.stop_task(task=one)
        self.server.clock(advance=89)
        self.assertEqual(self.tasks(one)[0]['lastStatus'], 'STOPPING')
        self.server.clock(advance=1)
        self.assertEqual(self.tasks(one)[0]['lastStatus'], 'STOPPED')
        stuck = self.fault('stop-failure', scope={'cluster': 'default'})
        self.ecs.stop_task(task=two)
        self.server.clock(advance='1h')
        self.assertEqual(self.tasks(two)[0]['lastStatus'], 'STOPPING')
        self.remove(stuck)
        self.server.clock(advance=1)
        self.assertEqual(self.tasks(two)[0]['lastStatus'], 'STOPPED')


class Calls(World):
    def refused(self, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        answer = caught.exception.response
        return answer['Error']['Code'], answer['Error']['Message'], answer['ResponseMetadata']['HTTPStatusCode']

    def test_operations_are_throttled(self):
        self.fault('throttling', scope={'operation': 'Describe*'}, count=2)
        self.ecs.list_clusters()
        for _ in range(2):
            self.assertEqual(self.refused(self.ecs.describe_clusters), ('ThrottlingException', 'Rate exceeded', 400))
        self.ecs.describe_clusters()
        self.fault('throttling', scope={'operation': 'ListClusters'}, count=2)
        self.assertEqual(len(self.server.ecs(retries=3).list_clusters()['clusterArns']), 1)

    def test_operations_fail_with_any_error(self):
        fault = self.fault('api-error', scope={'operation': 'RunTask', 'cluster': 'default'}, code='ClusterNotFoundException',
                           message='gone fishing')
        self.register('app', container())
        self.assertEqual(self.refused(self.ecs.run_task, taskDefinition='app'),
                         ('ClusterNotFoundException', 'gone fishing', 400))
        self.ecs.create_cluster(clusterName='other')
        self.assertEqual(self.refused(self.ecs.run_task, taskDefinition='app', cluster='other')[0],
                         'InvalidParameterException')
        self.remove(fault)
        self.assertEqual(len(self.ecs.run_task(taskDefinition='app')['tasks']), 1)
        self.fault('api-error', scope={'region': 'eu-west-1'})
        self.ecs.list_clusters()
        code, _, status = self.refused(self.server.ecs(region='eu-west-1').list_clusters)
        self.assertEqual((code, status), ('ServerException', 500))

    def test_a_fault_ends_in_time(self):
        self.fault('api-error', **{'for': '30s'})
        self.server.clock(advance='29.999s')
        self.assertEqual(self.refused(self.ecs.list_clusters)[0], 'ServerException')
        self.server.clock(advance='1ms')
        self.ecs.list_clusters()

    def test_what_is_wrong_is_refused(self):
        for body, told in (({}, 'kind'), ({'kind': 'flood'}, 'kind'), ([], 'object'),
                           ({'kind': 'zone-lost'}, 'zone'), ({'kind': 'slow-stop'}, 'delay'),
                           ({'kind': 'api-error', 'rate': 0}, 'rate'), ({'kind': 'api-error', 'rate': '1'}, 'rate'),
                           ({'kind': 'api-error', 'scope': {'image': 'x'}}, 'image'),
                           ({'kind': 'api-error', 'scope': []}, 'scope'), ({'kind': 'api-error', 'count': 0}, 'count'),
                           ({'kind': 'api-error', 'code': 'no code'}, 'code'), ({'kind': 'api-error', 'delay': 1}, 'delay'),
                           ({'kind': 'throttling', 'scope': {'account': '1'}}, '12 digits'),
                           ({'kind': 'throttling', 'for': '1h', 'until': 1}, 'for'),
                           ({'kind': 'throttling', 'until': '2024-01-01T00:00:00Z'}, 'already'),
                           ({'kind': 'throttling', 'id': 'a b'}, 'id')):
            status, answer = self.server.admin('POST', 'faults', body)
            self.assertEqual(status, 400, body)
            self.assertIn(told, answer['message'])
        self.assertEqual(self.server.admin('DELETE', 'faults/ghost')[0], 404)
        self.assertEqual(self.faults(), [])


class Storage(World):
    options = ()

    def test_storage_that_fails_refuses_changes_and_recovers(self):
        self.register('app', container())
        fault = self.fault('storage-failure', message='no space left on device')
        eventually(lambda: self.server.admin_ok('GET', 'health')['status'] == 'degraded', what='storage failed')
        status, _, text = self.server.call('CreateCluster', {'clusterName': 'late'})
        self.assertEqual(status, 500)
        self.assertIn('no space left on device', text)
        self.assertEqual(len(self.ecs.list_clusters()['clusterArns']), 1)
        self.remove(fault)
        self.ecs.create_cluster(clusterName='late')
        eventually(lambda: len(self.ecs.list_container_instances()['containerInstanceArns']), what='the instance')
        self.ecs.run_task(taskDefinition='app')
        self.server.kill()
        self.server.start()
        self.assertEqual(len(self.ecs.list_clusters()['clusterArns']), 2)
        self.assertEqual(self.faults(), [])

    def test_answers_wait_for_storage_that_is_slow(self):
        fault = self.fault('storage-slow', delay='100ms')
        self.ecs.create_cluster(clusterName='slow')
        self.remove(fault)
        self.server.kill()
        self.server.start()
        self.assertEqual(len(self.ecs.list_clusters()['clusterArns']), 2)


class VirtualStorage(World):
    def test_storage_fails_for_a_while(self):
        self.fault('storage-failure', **{'for': '30s'})
        status, _, text = self.server.call('CreateCluster', {'clusterName': 'late'})
        self.assertEqual(status, 500)
        self.server.clock(advance='30s')
        self.ecs.create_cluster(clusterName='late')
        self.assertEqual((self.server.admin_ok('GET', 'health')['status'], self.faults()), ('ok', []))


if __name__ == '__main__':
    unittest.main()
