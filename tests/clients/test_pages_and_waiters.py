"""Every paginator and every waiter that botocore has for ECS, over worlds with several pages."""

import json
import unittest

from botocore.exceptions import WaiterError

from harness import Server, container, eventually

FAST = {'Delay': 1, 'MaxAttempts': 20}
SIZE = 2


class PagesAndWaiters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server('--instances-in', 'all')
        cls.addClassCleanup(cls.server.close)
        cls.ecs = cls.server.ecs()
        cls.ecs.create_cluster(clusterName='paged')
        cls.instance = eventually(lambda: cls.ecs.list_container_instances(cluster='paged')['containerInstanceArns'],
                                  what='an instance')[0]
        for _ in range(5):
            cls.ecs.register_task_definition(family='app', containerDefinitions=[container(cpu=1, memory=4)])

    def pages(self, method, member, **arguments):
        """All items of a paginator, which must give several pages, every one but the last full."""
        paginator = self.ecs.get_paginator(method)
        pages = [page[member] for page in paginator.paginate(PaginationConfig={'PageSize': SIZE}, **arguments)]
        self.assertGreater(len(pages), 1)
        for page in pages[:-1]:
            self.assertEqual(len(page), SIZE)
        items = [json.dumps(item, sort_keys=True) for page in pages for item in page]
        self.assertEqual(len(items), len(set(items)), 'an item came twice')
        return [json.loads(item) for item in items]

    def test_every_paginator_and_waiter_of_botocore_is_used_here(self):
        methods = {method for method in self.ecs.meta.method_to_api_mapping if self.ecs.can_paginate(method)}
        tested = {name[len('test_'):] for name in dir(self) if name.startswith('test_')}
        self.assertEqual(methods - tested, set())
        self.assertEqual(set(self.ecs.waiter_names) - tested, set())

    def test_list_account_settings(self):
        self.pages('list_account_settings', 'settings', effectiveSettings=True)

    def test_list_attributes(self):
        self.ecs.put_attributes(cluster='paged', attributes=[
            {'name': 'rack%d' % i, 'targetId': self.instance} for i in range(5)])
        found = self.pages('list_attributes', 'attributes', cluster='paged',
                           targetType='container-instance')
        self.assertEqual(len([entry for entry in found if entry['name'].startswith('rack')]), 5)

    def test_list_clusters(self):
        for i in range(5):
            self.ecs.create_cluster(clusterName='c%d' % i)
        arns = self.pages('list_clusters', 'clusterArns')
        self.assertLessEqual({'c%d' % i for i in range(5)}, {arn.rsplit('/', 1)[1] for arn in arns})

    def test_list_container_instances(self):
        self.ecs.create_cluster(clusterName='instances')
        for _ in range(5):
            self.ecs.register_container_instance(cluster='instances')
        arns = self.pages('list_container_instances', 'containerInstanceArns',
                          cluster='instances', status='ACTIVE')
        self.assertGreaterEqual(len(arns), 5)

    def services(self, cluster, **members):
        self.ecs.create_cluster(clusterName=cluster)
        for i in range(5):
            self.ecs.create_service(cluster=cluster, serviceName='s%d' % i, taskDefinition='app', desiredCount=0, **members)

    def test_list_services(self):
        self.services('services')
        self.assertEqual(len(self.pages('list_services', 'serviceArns', cluster='services')), 5)

    def test_list_services_by_namespace(self):
        namespace = 'arn:aws:servicediscovery:us-east-1:000000000000:namespace/ns-python'
        self.services('connected', serviceConnectConfiguration={'enabled': True, 'namespace': namespace})
        found = self.pages('list_services_by_namespace', 'serviceArns', namespace=namespace)
        self.assertEqual(len(found), 5)

    def test_list_task_definition_families(self):
        for i in range(5):
            self.ecs.register_task_definition(family='many-%d' % i, containerDefinitions=[container()])
        families = self.pages('list_task_definition_families', 'families',
                              familyPrefix='many-')
        self.assertEqual(families, ['many-%d' % i for i in range(5)])

    def test_list_task_definitions(self):
        arns = self.pages('list_task_definitions', 'taskDefinitionArns', familyPrefix='app',
                          sort='DESC')
        self.assertEqual([arn.rsplit(':', 1)[1] for arn in arns], ['5', '4', '3', '2', '1'])

    def test_list_tasks(self):
        self.ecs.run_task(cluster='paged', taskDefinition='app', count=5, startedBy='pages')
        self.assertEqual(len(self.pages('list_tasks', 'taskArns', cluster='paged', startedBy='pages')), 5)

    def wait(self, name, **arguments):
        self.ecs.get_waiter(name).wait(WaiterConfig=FAST, **arguments)

    def never(self, name, **arguments):
        """The waiter must give up at once: the state cannot be reached any more."""
        with self.assertRaisesRegex(WaiterError, 'terminal failure'):
            self.wait(name, **arguments)

    def test_tasks_running(self):
        tasks = [t['taskArn'] for t in self.ecs.run_task(cluster='paged', taskDefinition='app', count=3)['tasks']]
        self.wait('tasks_running', cluster='paged', tasks=tasks)
        self.ecs.stop_task(cluster='paged', task=tasks[0])
        self.wait('tasks_stopped', cluster='paged', tasks=tasks[:1])
        self.never('tasks_running', cluster='paged', tasks=tasks)
        self.never('tasks_running', cluster='paged', tasks=['0' * 32])

    def test_tasks_stopped(self):
        tasks = [t['taskArn'] for t in self.ecs.run_task(cluster='paged', taskDefinition='app', count=2)['tasks']]
        for task in tasks:
            self.ecs.stop_task(cluster='paged', task=task)
        self.wait('tasks_stopped', cluster='paged', tasks=tasks)

    def test_services_stable(self):
        self.ecs.create_service(cluster='paged', serviceName='stable', taskDefinition='app', desiredCount=2)
        self.wait('services_stable', cluster='paged', services=['stable'])
        self.never('services_stable', cluster='paged', services=['stable', 'nothing'])
        self.ecs.delete_service(cluster='paged', service='stable', force=True)

    def test_services_inactive(self):
        self.ecs.create_service(cluster='paged', serviceName='gone', taskDefinition='app', desiredCount=1)
        self.wait('services_stable', cluster='paged', services=['gone'])
        self.ecs.delete_service(cluster='paged', service='gone', force=True)
        self.wait('services_inactive', cluster='paged', services=['gone'])
        self.never('services_stable', cluster='paged', services=['gone'])
        self.never('services_inactive', cluster='paged', services=['nothing'])


if __name__ == '__main__':
    unittest.main()
