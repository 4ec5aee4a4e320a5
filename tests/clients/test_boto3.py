"""boto3 against a simulated cluster: waiters, paginators, include options, filters, tags, idempotency."""

import unittest

from botocore.exceptions import ClientError, WaiterError

from harness import Server, container, eventually

FAST = {'Delay': 1, 'MaxAttempts': 20}


class Boto3(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server('--simulated-instances', '2', '--simulated-sizes', '4096:8192')
        cls.addClassCleanup(cls.server.close)
        cls.ecs = cls.server.ecs()
        cls.ecs.create_cluster()
        eventually(lambda: len(cls.ecs.list_container_instances()['containerInstanceArns']) == 2, what='two instances')
        cls.ecs.register_task_definition(family='app', containerDefinitions=[container()])

    def error(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response['Error']['Code'], code)
        return caught.exception.response['Error']['Message']

    def test_waiters_for_tasks(self):
        tasks = [t['taskArn'] for t in self.ecs.run_task(taskDefinition='app', count=3, group='waiters')['tasks']]
        self.assertEqual(len(tasks), 3)
        self.ecs.get_waiter('tasks_running').wait(tasks=tasks, WaiterConfig=FAST)
        for task in tasks:
            self.ecs.stop_task(task=task)
        self.ecs.get_waiter('tasks_stopped').wait(tasks=tasks, WaiterConfig=FAST)
        with self.assertRaises(WaiterError):
            self.ecs.get_waiter('tasks_running').wait(tasks=tasks, WaiterConfig=FAST)

    def test_waiters_for_services(self):
        self.ecs.create_service(serviceName='waited', taskDefinition='app', desiredCount=2)
        self.ecs.get_waiter('services_stable').wait(services=['waited'], WaiterConfig=FAST)
        self.ecs.register_task_definition(family='app2', containerDefinitions=[container()])
        service = self.ecs.update_service(service='waited', taskDefinition='app2')['service']
        self.assertEqual([d['status'] for d in service['deployments']], ['PRIMARY', 'ACTIVE'])
        self.ecs.get_waiter('services_stable').wait(services=['waited'], WaiterConfig=FAST)
        tasks = self.ecs.list_tasks(serviceName='waited')['taskArns']
        shown = self.ecs.describe_tasks(tasks=tasks)['tasks']
        self.assertEqual({t['taskDefinitionArn'].rsplit('/', 1)[1] for t in shown}, {'app2:1'})
        self.ecs.delete_service(service='waited', force=True)
        self.ecs.get_waiter('services_inactive').wait(services=['waited'], WaiterConfig=FAST)
        with self.assertRaises(WaiterError):
            self.ecs.get_waiter('services_stable').wait(services=['waited'], WaiterConfig=FAST)

    def test_force_new_deployment_shows_a_new_deployment_at_once(self):
        first = self.ecs.create_service(serviceName='forced', taskDefinition='app', desiredCount=1)['service']
        self.ecs.get_waiter('services_stable').wait(services=['forced'], WaiterConfig=FAST)
        same = self.ecs.update_service(service='forced', taskDefinition='app:1')['service']
        self.assertEqual([d['id'] for d in same['deployments']], [first['deployments'][0]['id']])
        second = self.ecs.update_service(service='forced', forceNewDeployment=True)['service']
        self.assertNotEqual(second['deployments'][0]['id'], first['deployments'][0]['id'])
        self.ecs.get_waiter('services_stable').wait(services=['forced'], WaiterConfig=FAST)
        self.ecs.delete_service(service='forced', force=True)

    def test_daemon_runs_once_on_every_instance(self):
        self.ecs.create_service(serviceName='daemon', taskDefinition='app', schedulingStrategy='DAEMON')
        eventually(lambda: self.ecs.describe_services(services=['daemon'])['services'][0]['runningCount'] == 2,
                   what='two daemons')
        service = self.ecs.describe_services(services=['daemon'])['services'][0]
        self.assertEqual((service['desiredCount'], service['deploymentConfiguration']['maximumPercent'],
                          service['deploymentConfiguration']['minimumHealthyPercent']), (2, 100, 0))
        tasks = self.ecs.describe_tasks(tasks=self.ecs.list_tasks(serviceName='daemon')['taskArns'])['tasks']
        self.assertEqual(len({t['containerInstanceArn'] for t in tasks}), 2)
        self.ecs.delete_service(service='daemon')

    def test_paginators_see_each_item_once(self):
        names = ['page-%03d' % i for i in range(25)]
        for name in names:
            self.ecs.create_cluster(clusterName=name)
        for size in (1, 7, 100):
            pages = self.ecs.get_paginator('list_clusters').paginate(PaginationConfig={'PageSize': size})
            arns = [arn for page in pages for arn in page['clusterArns']]
            self.assertEqual(len(arns), len(set(arns)))
            self.assertLessEqual(set(names), {arn.rsplit('/', 1)[1] for arn in arns})
        for i in range(12):
            self.ecs.register_task_definition(family='paged', containerDefinitions=[container()])
        pages = list(self.ecs.get_paginator('list_task_definitions').paginate(
            familyPrefix='paged', PaginationConfig={'PageSize': 5}))
        self.assertEqual([len(page['taskDefinitionArns']) for page in pages], [5, 5, 2])
        arns = [arn for page in pages for arn in page['taskDefinitionArns']]
        self.assertEqual([int(arn.rsplit(':', 1)[1]) for arn in arns], list(range(1, 13)))
        down = self.ecs.list_task_definitions(familyPrefix='paged', sort='DESC', maxResults=3)
        self.assertEqual([arn.rsplit(':', 1)[1] for arn in down['taskDefinitionArns']], ['12', '11', '10'])
        self.error('InvalidParameterException', self.ecs.list_clusters, nextToken='no-such-token')

    def test_list_services_has_pages_of_ten(self):
        self.ecs.create_cluster(clusterName='many-services')
        for i in range(11):
            self.ecs.create_service(cluster='many-services', serviceName='s%02d' % i, taskDefinition='app',
                                    desiredCount=0)
        first = self.ecs.list_services(cluster='many-services')
        self.assertEqual(len(first['serviceArns']), 10)
        last = self.ecs.list_services(cluster='many-services', nextToken=first['nextToken'])
        self.assertEqual(len(last['serviceArns']), 1)
        self.assertNotIn('nextToken', last)

    def test_include_options_of_describe_clusters(self):
        self.ecs.create_cluster(clusterName='included', tags=[{'key': 'team', 'value': 'pilots'}],
                                settings=[{'name': 'containerInsights', 'value': 'enabled'}])
        plain, = self.ecs.describe_clusters(clusters=['included'])['clusters']
        self.assertEqual((plain['settings'], plain['statistics'], plain['tags']), ([], [], []))
        full, = self.ecs.describe_clusters(
            clusters=['included'], include=['SETTINGS', 'STATISTICS', 'TAGS', 'CONFIGURATIONS', 'ATTACHMENTS'])['clusters']
        self.assertEqual(full['settings'], [{'name': 'containerInsights', 'value': 'enabled'}])
        self.assertEqual(full['tags'], [{'key': 'team', 'value': 'pilots'}])
        statistics = {entry['name']: entry['value'] for entry in full['statistics']}
        self.assertEqual(statistics['runningEC2TasksCount'], '0')
        answer = self.ecs.describe_clusters(clusters=['included', 'nowhere', 'included'])
        self.assertEqual([c['clusterName'] for c in answer['clusters']], ['included'])
        self.assertEqual(answer['failures'], [
            {'arn': 'arn:aws:ecs:us-east-1:000000000000:cluster/nowhere', 'reason': 'MISSING'}])

    def test_include_tags_gates_tags_everywhere(self):
        tags = [{'key': 'a', 'value': '1'}]
        self.ecs.register_task_definition(family='tagged', containerDefinitions=[container()], tags=tags)
        self.assertEqual(self.ecs.describe_task_definition(taskDefinition='tagged').get('tags', []), [])
        self.assertEqual(self.ecs.describe_task_definition(taskDefinition='tagged', include=['TAGS'])['tags'], tags)
        task = self.ecs.run_task(taskDefinition='app', tags=tags)['tasks'][0]
        self.assertEqual(task['tags'], tags)
        self.assertEqual(self.ecs.describe_tasks(tasks=[task['taskArn']])['tasks'][0].get('tags', []), [])
        shown = self.ecs.describe_tasks(tasks=[task['taskArn']], include=['TAGS'])['tasks'][0]
        self.assertEqual(shown['tags'], tags)
        self.ecs.create_service(serviceName='tagged', taskDefinition='app', desiredCount=0, tags=tags)
        self.assertEqual(self.ecs.describe_services(services=['tagged'])['services'][0].get('tags', []), [])
        shown = self.ecs.describe_services(services=['tagged'], include=['TAGS'])['services'][0]
        self.assertEqual(shown['tags'], tags)

    def test_tag_and_untag(self):
        arn = self.ecs.create_cluster(clusterName='labels')['cluster']['clusterArn']
        self.ecs.tag_resource(resourceArn=arn, tags=[{'key': 'a', 'value': '1'}, {'key': 'b', 'value': '2'}])
        self.ecs.tag_resource(resourceArn=arn, tags=[{'key': 'a', 'value': '3'}])
        listed = {t['key']: t['value'] for t in self.ecs.list_tags_for_resource(resourceArn=arn)['tags']}
        self.assertEqual(listed, {'a': '3', 'b': '2'})
        self.ecs.untag_resource(resourceArn=arn, tagKeys=['b', 'absent'])
        self.assertEqual(self.ecs.list_tags_for_resource(resourceArn=arn)['tags'], [{'key': 'a', 'value': '3'}])
        self.error('InvalidParameterException', self.ecs.tag_resource, resourceArn=arn,
                   tags=[{'key': 'aws:x', 'value': '1'}])
        self.error('InvalidParameterException', self.ecs.tag_resource, resourceArn=arn,
                   tags=[{'key': 'k%d' % i, 'value': ''} for i in range(51)])

    def test_filters_of_list_tasks(self):
        group = 'filters'
        mine = self.ecs.run_task(taskDefinition='app', count=2, startedBy='me', group=group)['tasks']
        arns = {t['taskArn'] for t in mine}
        self.ecs.get_waiter('tasks_running').wait(tasks=list(arns), WaiterConfig=FAST)
        self.assertEqual(set(self.ecs.list_tasks(startedBy='me')['taskArns']), arns)
        self.assertLessEqual(arns, set(self.ecs.list_tasks(family='app')['taskArns']))
        self.assertEqual(self.ecs.list_tasks(family='no-such')['taskArns'], [])
        self.assertEqual(self.ecs.list_tasks(desiredStatus='PENDING')['taskArns'], [])
        self.assertLessEqual(arns, set(self.ecs.list_tasks(launchType='EC2')['taskArns']))
        self.assertEqual(self.ecs.list_tasks(launchType='EXTERNAL')['taskArns'], [])
        self.error('ServiceNotFoundException', self.ecs.list_tasks, serviceName='no-such')
        self.error('InvalidParameterException', self.ecs.list_tasks, launchType='BOAT')
        for arn in arns:
            self.ecs.stop_task(task=arn)
        self.ecs.get_waiter('tasks_stopped').wait(tasks=list(arns), WaiterConfig=FAST)
        self.assertLessEqual(arns, set(self.ecs.list_tasks(desiredStatus='STOPPED')['taskArns']))

    def test_client_token_of_run_task(self):
        # Raw calls: Debian's boto3 does not know the member yet.
        once = {'taskDefinition': 'app', 'clientToken': 'token-1'}
        first = self.server.ok('RunTask', once)['tasks']
        again = self.server.ok('RunTask', once)['tasks']
        self.assertEqual([t['taskArn'] for t in again], [t['taskArn'] for t in first])
        _, code, _ = self.server.refused('RunTask', dict(once, count=2))
        self.assertEqual(code, 'ConflictException')

    def test_draining_instance_gives_its_tasks_away(self):
        self.ecs.create_service(serviceName='movers', taskDefinition='app', desiredCount=4)
        self.ecs.get_waiter('services_stable').wait(services=['movers'], WaiterConfig=FAST)
        instance = self.ecs.list_container_instances()['containerInstanceArns'][0]
        answer = self.ecs.update_container_instances_state(containerInstances=[instance], status='DRAINING')
        self.assertEqual([i['status'] for i in answer['containerInstances']], ['DRAINING'])
        self.assertIn(instance, self.ecs.list_container_instances(status='DRAINING')['containerInstanceArns'])
        try:
            eventually(lambda: not self.ecs.list_tasks(serviceName='movers', containerInstance=instance)['taskArns'],
                       what='the drained instance is empty')
            self.ecs.get_waiter('services_stable').wait(services=['movers'], WaiterConfig=FAST)
        finally:
            self.ecs.update_container_instances_state(containerInstances=[instance], status='ACTIVE')
        self.ecs.delete_service(service='movers', force=True)

    def test_regions_and_accounts_are_worlds_of_their_own(self):
        self.ecs.create_cluster(clusterName='here')
        other = self.server.ecs(region='eu-west-1')
        self.assertEqual(other.list_clusters()['clusterArns'], [])
        arn = self.server.ecs(key='123456789012').create_cluster(clusterName='here')['cluster']['clusterArn']
        self.assertEqual(arn, 'arn:aws:ecs:us-east-1:123456789012:cluster/here')


if __name__ == '__main__':
    unittest.main()
