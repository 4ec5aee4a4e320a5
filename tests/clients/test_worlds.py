"""Accounts and regions: each pair is a world of its own, over restarts, and can be emptied alone."""

import json
import unittest

from botocore.exceptions import ClientError

from harness import Server, container, eventually

ONE, TWO = '111111111111', '222222222222'
FARGATE = {'requiresCompatibilities': ['FARGATE'], 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512'}
NETWORK = {'awsvpcConfiguration': {'subnets': ['subnet-1']}}


def fill(ecs):
    """One of everything, called the same in every world."""
    cluster = ecs.create_cluster(clusterName='sea', tags=[{'key': 'a', 'value': 'b'}])['cluster']['clusterArn']
    definition = ecs.register_task_definition(family='app', containerDefinitions=[container()], **FARGATE)
    service = ecs.create_service(cluster='sea', serviceName='web', taskDefinition='app', desiredCount=1,
                                 launchType='FARGATE', networkConfiguration=NETWORK)['service']['serviceArn']
    ecs.get_waiter('services_stable').wait(cluster='sea', services=['web'], WaiterConfig={'Delay': 1})
    task = ecs.list_tasks(cluster='sea')['taskArns'][0]
    return {'cluster': cluster, 'definition': definition['taskDefinition']['taskDefinitionArn'], 'service': service,
            'task': task}


def seen(ecs):
    return {'clusters': ecs.list_clusters()['clusterArns'],
            'definitions': ecs.list_task_definitions()['taskDefinitionArns'],
            'families': ecs.list_task_definition_families()['families']}


NOTHING = {'clusters': [], 'definitions': [], 'families': []}


class Worlds(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-instances', '2')
        self.addCleanup(self.server.close)

    def worlds(self):
        return {(key, region): self.server.ecs(key=key, region=region)
                for key in (ONE, TWO) for region in ('us-east-1', 'eu-west-1')}

    def code(self, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        return caught.exception.response['Error']['Code']

    def test_two_accounts_and_two_regions_see_nothing_of_each_other(self):
        worlds = self.worlds()
        first = worlds[ONE, 'us-east-1']
        made = fill(first)
        for kind, arn in made.items():
            self.assertIn(':ecs:us-east-1:%s:' % ONE, arn, kind)
        for where, ecs in worlds.items():
            if ecs is not first:
                self.assertEqual(seen(ecs), NOTHING, where)
        self.assertEqual(seen(self.server.ecs()), NOTHING)

        other = worlds[TWO, 'eu-west-1']
        self.assertIn(':ecs:eu-west-1:%s:' % TWO, fill(other)['task'])
        before = seen(first)
        other.delete_service(cluster='sea', service='web', force=True)
        self.assertEqual(seen(first), before)
        self.assertEqual(first.describe_services(cluster='sea', services=['web'])['services'][0]['status'], 'ACTIVE')

    def test_an_arn_of_another_world_names_nothing(self):
        worlds = self.worlds()
        arns = fill(worlds[ONE, 'us-east-1'])
        fill(worlds[ONE, 'eu-west-1'])
        fill(worlds[TWO, 'us-east-1'])
        for where in ((ONE, 'eu-west-1'), (TWO, 'us-east-1')):
            with self.subTest(where=where):
                ecs = worlds[where]
                self.assertEqual(ecs.describe_clusters(clusters=[arns['cluster']])['failures'],
                                 [{'arn': arns['cluster'], 'reason': 'MISSING'}])
                for call in (ecs.list_tasks, ecs.list_services, ecs.delete_cluster, ecs.list_container_instances):
                    self.assertEqual(self.code(call, cluster=arns['cluster']), 'ClusterNotFoundException')
                self.assertEqual(ecs.describe_tasks(cluster='sea', tasks=[arns['task']])['failures'],
                                 [{'arn': arns['task'], 'reason': 'MISSING'}])
                self.assertEqual(self.code(ecs.stop_task, cluster='sea', task=arns['task']),
                                 'InvalidParameterException')
                self.assertEqual(ecs.describe_services(cluster='sea', services=[arns['service']])['failures'],
                                 [{'arn': arns['service'], 'reason': 'MISSING'}])
                self.assertEqual(self.code(ecs.update_service, cluster='sea', service=arns['service'], desiredCount=9),
                                 'ServiceNotFoundException')
                self.assertEqual(self.code(ecs.describe_task_definition, taskDefinition=arns['definition']),
                                 'ClientException')
                self.assertEqual(self.code(ecs.run_task, cluster='sea', taskDefinition=arns['definition']),
                                 'ClientException')
                for kind, code in (('cluster', 'ClusterNotFoundException'), ('service', 'ServiceNotFoundException'),
                                   ('task', 'ResourceNotFoundException'), ('definition', 'ResourceNotFoundException')):
                    self.assertEqual(self.code(ecs.list_tags_for_resource, resourceArn=arns[kind]), code)
        self.assertEqual(worlds[ONE, 'us-east-1'].describe_services(
            cluster='sea', services=['web'])['services'][0]['desiredCount'], 1)

    def test_partitions_follow_the_region(self):
        for region, partition in (('cn-north-1', 'aws-cn'), ('us-gov-west-1', 'aws-us-gov')):
            ecs = self.server.ecs(region=region)
            arn = ecs.create_cluster(clusterName='p')['cluster']['clusterArn']
            self.assertEqual(arn, 'arn:%s:ecs:%s:000000000000:cluster/p' % (partition, region))
            self.assertEqual(self.code(ecs.list_tasks, cluster=arn.replace(partition + ':ecs', 'aws:ecs')),
                             'ClusterNotFoundException')

    def test_built_in_instances_join_the_default_world_only(self):
        default, other = self.server.ecs(), self.server.ecs(key=ONE)
        default.create_cluster()
        other.create_cluster()
        eventually(lambda: len(default.list_container_instances()['containerInstanceArns']) == 2, what='instances')
        self.assertEqual(other.list_container_instances()['containerInstanceArns'], [])
        self.assertEqual(self.server.ecs(region='eu-west-1').list_container_instances()['containerInstanceArns'], [])

    def test_a_restart_keeps_worlds_apart(self):
        worlds = self.worlds()
        made = {where: fill(ecs) for where, ecs in list(worlds.items())[:3]}
        self.server.kill()
        self.server.start()
        worlds = self.worlds()
        for where, ecs in worlds.items():
            if where not in made:
                self.assertEqual(seen(ecs), NOTHING)
                continue
            self.assertEqual(seen(ecs), {'clusters': [made[where]['cluster']], 'definitions': [made[where]['definition']],
                                         'families': ['app']})
            task, = ecs.describe_tasks(cluster='sea', tasks=[made[where]['task']])['tasks']
            self.assertEqual(task['lastStatus'], 'RUNNING')

    def reset(self, path='/_drydock/reset', body=''):
        status, _, text = self.server.call(None, body, path=path, headers={'Content-Type': 'application/json'})
        return status, json.loads(text)

    def test_reset_of_one_account_leaves_the_others(self):
        worlds = self.worlds()
        made = {where: fill(ecs) for where, ecs in worlds.items()}
        default = self.server.ecs()
        default.create_cluster()
        eventually(lambda: len(default.list_container_instances()['containerInstanceArns']) == 2, what='instances')
        instances = default.list_container_instances()['containerInstanceArns']

        self.assertEqual(self.reset('/_drydock/reset?account=%s&region=eu-west-1' % ONE)[0], 200)
        self.assertEqual(seen(worlds[ONE, 'eu-west-1']), NOTHING)
        self.assertEqual(seen(worlds[ONE, 'us-east-1'])['clusters'], [made[ONE, 'us-east-1']['cluster']])
        self.assertEqual(self.reset(body=json.dumps({'account': ONE}))[0], 200)
        self.assertEqual(seen(worlds[ONE, 'us-east-1']), NOTHING)
        for region in ('us-east-1', 'eu-west-1'):
            ecs = worlds[TWO, region]
            self.assertEqual(seen(ecs)['clusters'], [made[TWO, region]['cluster']])
            task, = ecs.describe_tasks(cluster='sea', tasks=[made[TWO, region]['task']])['tasks']
            self.assertEqual(task['lastStatus'], 'RUNNING')
        self.assertEqual(default.list_container_instances()['containerInstanceArns'], instances)
        # What is left goes on: a stopped task is noticed and replaced by the host that all worlds share.
        left = worlds[TWO, 'us-east-1']
        left.stop_task(cluster='sea', task=made[TWO, 'us-east-1']['task'])
        eventually(lambda: [t for t in left.list_tasks(cluster='sea')['taskArns']
                            if t != made[TWO, 'us-east-1']['task']], what='a replacement')
        # And what was emptied can be filled again.
        fill(worlds[ONE, 'us-east-1'])

    def test_reset_of_the_default_account_brings_its_instances_back(self):
        default, other = self.server.ecs(), self.server.ecs(key=ONE)
        default.create_cluster()
        other.create_cluster()
        eventually(lambda: len(default.list_container_instances()['containerInstanceArns']) == 2, what='instances')
        self.assertEqual(self.reset('/_drydock/reset?account=000000000000')[0], 200)
        self.assertEqual(default.list_clusters()['clusterArns'], [])
        self.assertEqual(len(other.list_clusters()['clusterArns']), 1)
        default.create_cluster()
        eventually(lambda: len(default.list_container_instances()['containerInstanceArns']) == 2, what='instances again')

    def test_a_reset_that_is_not_understood_resets_nothing(self):
        self.server.ecs().create_cluster()
        for path, body in (('?acount=' + ONE, ''), ('?account=12', ''), ('?account=', ''), ('?region=EU', ''),
                           ('', '[]'), ('', '{"account": 1}'), ('', '{"who": "me"}'), ('', 'x')):
            self.assertEqual(self.reset('/_drydock/reset' + path, body)[0], 400, path + body)
        self.assertEqual(len(self.server.ecs().list_clusters()['clusterArns']), 1)
        self.assertEqual(self.reset(body='{}')[0], 200)
        self.assertEqual(self.server.ecs().list_clusters()['clusterArns'], [])


class InstancesInAll(unittest.TestCase):
    def test_every_cluster_of_every_world_has_instances_of_its_own(self):
        with Server('--instances-in', 'all', '--simulated-instances', '1') as server:
            machines = set()
            for key, region in ((ONE, 'us-east-1'), (ONE, 'eu-west-1'), (TWO, 'us-east-1')):
                ecs = server.ecs(key=key, region=region)
                ecs.create_cluster(clusterName='sea')
                arn, = eventually(lambda: ecs.list_container_instances(cluster='sea')['containerInstanceArns'])
                self.assertTrue(arn.startswith('arn:aws:ecs:%s:%s:' % (region, key)))
                instance, = ecs.describe_container_instances(cluster='sea', containerInstances=[arn])['containerInstances']
                machines.add(instance['ec2InstanceId'])
                ecs.register_task_definition(family='app', containerDefinitions=[container()])
                eventually(lambda: ecs.run_task(cluster='sea', taskDefinition='app')['tasks'], what='a placed task')
                eventually(lambda: ecs.describe_clusters(clusters=['sea'])['clusters'][0]['runningTasksCount'])
            self.assertEqual(len(machines), 3)
            status, _, _ = server.call(None, '', path='/_drydock/reset?account=' + ONE,
                                       headers={'Content-Type': 'application/json'})
            self.assertEqual(status, 200)
            ecs = server.ecs(key=ONE)
            ecs.create_cluster(clusterName='sea')
            eventually(lambda: ecs.list_container_instances(cluster='sea')['containerInstanceArns'])
            self.assertEqual(server.ecs(key=TWO).describe_clusters(clusters=['sea'])['clusters'][0]['runningTasksCount'], 1)


if __name__ == '__main__':
    unittest.main()
