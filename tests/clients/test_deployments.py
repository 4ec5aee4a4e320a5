"""Service deployments, revisions and task sets through boto3: paginators, rollbacks, and a restart."""

import unittest

from harness import Server, container, eventually


class Deployments(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-instances', '2', '--simulated-sizes', '4096:8192')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()
        eventually(lambda: len(self.ecs.list_container_instances()['containerInstanceArns']) == 2, what='2 instances')
        self.ecs.register_task_definition(family='app', containerDefinitions=[container()])

    def service(self):
        return self.server.ok('DescribeServices', {'services': ['web']})['services'][0]

    def deployments(self, size=20, **filters):
        """All pages. boto3 has no paginator for this, and Debian's does not know the operations on deployments."""
        found, token = [], {}
        while True:
            page = self.server.ok('ListServiceDeployments', dict(filters, service='web', maxResults=size, **token))
            found += page['serviceDeployments']
            self.assertLessEqual(len(page['serviceDeployments']), size)
            if 'nextToken' not in page:
                return found
            token = {'nextToken': page['nextToken']}

    def described(self, arn):
        answer = self.server.ok('DescribeServiceDeployments', {'serviceDeploymentArns': [arn]})
        return answer['serviceDeployments'][0]

    def ended(self, arn):
        done = ('SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED')
        return eventually(lambda: (lambda d: d if d['status'] in done else None)(self.described(arn)), what='its end')

    def deploy(self, **changes):
        self.ecs.update_service(service='web', **changes)
        return self.service()['currentServiceDeployment']

    def test_a_history_of_deployments_survives_a_restart(self):
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=2)
        first = self.service()['currentServiceDeployment']
        self.assertEqual(self.ended(first)['status'], 'SUCCESSFUL')
        for _ in range(4):
            self.assertEqual(self.ended(self.deploy(forceNewDeployment=True))['status'], 'SUCCESSFUL')
        arns = [one['serviceDeploymentArn'] for one in self.deployments(size=2)]
        self.assertEqual(len(arns), 5)
        self.assertEqual(arns[-1], first)
        self.assertEqual(len(self.deployments(status=['SUCCESSFUL'])), 5)
        self.assertEqual(self.deployments(status=['PENDING', 'IN_PROGRESS']), [])
        before = self.server.ok('DescribeServiceDeployments', {'serviceDeploymentArns': arns})
        self.assertEqual(before['failures'], [])
        revisions = [one['targetServiceRevision']['arn'] for one in before['serviceDeployments']]
        shown = self.server.ok('DescribeServiceRevisions', {'serviceRevisionArns': revisions})['serviceRevisions']
        self.server.kill()
        self.server.start()
        self.ecs = self.server.ecs()
        after = self.server.ok('DescribeServiceDeployments', {'serviceDeploymentArns': arns})
        self.assertEqual(after['serviceDeployments'], before['serviceDeployments'])
        again = self.server.ok('DescribeServiceRevisions', {'serviceRevisionArns': revisions})['serviceRevisions']
        self.assertEqual(again, shown)

    def test_a_stopped_deployment_rolls_back_over_a_restart(self):
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=2)
        self.ended(self.service()['currentServiceDeployment'])
        good = self.service()
        slow = container(dockerLabels={'drydock.simulated.start-for': '600'})
        self.ecs.register_task_definition(family='app', containerDefinitions=[slow])
        arn = self.deploy(taskDefinition='app')
        eventually(lambda: self.described(arn)['status'] == 'IN_PROGRESS', what='a deployment under way')
        self.server.kill()
        self.server.start()
        self.ecs = self.server.ecs()
        self.assertEqual(self.described(arn)['status'], 'IN_PROGRESS')
        self.assertEqual(self.server.ok('StopServiceDeployment', {'serviceDeploymentArn': arn}),
                         {'serviceDeploymentArn': arn})
        self.assertEqual(self.ended(arn)['status'], 'ROLLBACK_SUCCESSFUL')
        self.assertEqual(self.service()['taskDefinition'], good['taskDefinition'])
        self.assertEqual(self.service()['deployments'][0]['id'], good['deployments'][0]['id'])
        _, code, _ = self.server.refused('StopServiceDeployment', '{"serviceDeploymentArn": "%s"}' % arn)
        self.assertEqual(code, 'ConflictException')

    def test_the_circuit_breaker_rolls_back(self):
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=2, deploymentConfiguration={
            'deploymentCircuitBreaker': {'enable': True, 'rollback': True}})
        self.ended(self.service()['currentServiceDeployment'])
        good = self.service()
        bad = container(dockerLabels={'drydock.simulated.pull-error': 'no such image'})
        self.ecs.register_task_definition(family='app', containerDefinitions=[bad])
        deployment = self.ended(self.deploy(taskDefinition='app'))
        self.assertEqual(deployment['status'], 'ROLLBACK_SUCCESSFUL')
        self.assertEqual(deployment['deploymentCircuitBreaker']['status'], 'TRIGGERED')
        self.assertEqual(deployment['rollback']['serviceRevisionArn'], good['currentServiceRevisions'][0]['arn'])
        self.ecs.get_waiter('services_stable').wait(services=['web'], WaiterConfig={'Delay': 1})
        self.assertEqual(self.service()['taskDefinition'], good['taskDefinition'])
        self.assertEqual(self.service()['runningCount'], 2)

    def test_task_sets_survive_a_restart(self):
        self.ecs.create_service(serviceName='web', desiredCount=4, deploymentController={'type': 'EXTERNAL'})
        where = {'cluster': 'default', 'service': 'web'}
        made = [self.ecs.create_task_set(taskDefinition='app', scale={'value': value, 'unit': 'PERCENT'},
                                         **where)['taskSet'] for value in (100, 25)]
        ids = [one['id'] for one in made]

        def sets():
            shown = self.ecs.describe_task_sets(**where)['taskSets']
            return {one['id']: one for one in shown}

        def steady():
            return all(one['stabilityStatus'] == 'STEADY_STATE' for one in sets().values())
        eventually(steady, what='steady task sets')
        self.assertEqual([sets()[one]['runningCount'] for one in ids], [4, 1])
        self.ecs.update_service_primary_task_set(primaryTaskSet=ids[0], **where)
        self.server.kill()
        self.server.start()
        self.ecs = self.server.ecs()
        self.assertEqual([sets()[one]['status'] for one in ids], ['PRIMARY', 'ACTIVE'])
        self.ecs.update_task_set(taskSet=ids[1], scale={'value': 100, 'unit': 'PERCENT'}, **where)
        eventually(lambda: sets()[ids[1]]['runningCount'] == 4, what='a scaled task set')
        self.ecs.update_service_primary_task_set(primaryTaskSet=ids[1], **where)
        self.ecs.delete_task_set(taskSet=ids[0], force=True, **where)
        eventually(lambda: list(sets()) == [ids[1]], what='the end of the old task set')
        self.assertEqual(self.service()['runningCount'], 4)

    def test_services_of_a_namespace(self):
        connect = {'enabled': True, 'namespace': 'inner'}
        for i in range(12):
            self.ecs.create_service(serviceName='s%02d' % i, taskDefinition='app', desiredCount=0,
                                    serviceConnectConfiguration=connect)
        pages = self.ecs.get_paginator('list_services_by_namespace').paginate(namespace='inner')
        self.assertEqual([len(page['serviceArns']) for page in pages], [10, 2])


if __name__ == '__main__':
    unittest.main()
