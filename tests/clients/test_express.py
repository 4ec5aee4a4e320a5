"""Express services on simulated instances: made, run, updated, restarted, deleted. Raw calls: the clients of Debian 12
are older than these operations."""

import unittest

from harness import Server, eventually

ROLE = 'arn:aws:iam::000000000000:role/'


class Express(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-sizes', '16384:32768')
        self.addCleanup(self.server.close)

    def create(self, **members):
        return self.server.ok('CreateExpressGatewayService', dict({
            'serviceName': 'shop', 'executionRoleArn': ROLE + 'execution', 'infrastructureRoleArn': ROLE + 'infra',
            'primaryContainer': {'image': 'drydock-test/busybox:1'}}, **members))['service']

    def describe(self, arn):
        return self.server.ok('DescribeExpressGatewayService', {'serviceArn': arn, 'include': ['TAGS']})['service']

    def service(self):
        return self.server.ok('DescribeServices', {'services': ['shop']})['services'][0]

    def images(self):
        arns = self.server.ok('ListTasks', {'serviceName': 'shop'})['taskArns']
        if not arns:
            return []
        tasks = self.server.ok('DescribeTasks', {'tasks': arns})['tasks']
        return sorted(t['containers'][0]['image'] for t in tasks if t['lastStatus'] == 'RUNNING')

    def steady(self, *images):
        def reached():
            deployments = self.service()['deployments']
            return (len(deployments) == 1 and deployments[0]['rolloutState'] == 'COMPLETED' and
                    self.images() == sorted(images))
        eventually(reached, timeout=60, what='tasks of %r' % (images,), tell=self.service)

    def test_from_create_to_inactive(self):
        made = self.create(scalingTarget={'minTaskCount': 2}, tags=[{'key': 'k', 'value': 'v'}])
        arn = made['serviceArn']
        self.assertEqual(arn, 'arn:aws:ecs:us-east-1:000000000000:service/default/shop')
        self.steady(*['drydock-test/busybox:1'] * 2)
        task = self.server.ok('ListTasks', {'serviceName': 'shop'})['taskArns'][0]
        shown = self.server.ok('DescribeTasks', {'tasks': [task], 'include': ['TAGS']})['tasks'][0]
        self.assertIn({'key': 'k', 'value': 'v'}, shown['tags'])
        self.assertEqual((shown['capacityProviderName'], shown['launchType']), ('FARGATE', 'FARGATE'))

        update = self.server.ok('UpdateExpressGatewayService', {
            'serviceArn': arn, 'primaryContainer': {'image': 'drydock-test/busybox:2'}})['service']
        target = update['targetConfiguration']
        self.assertEqual(target['primaryContainer']['image'], 'drydock-test/busybox:2')
        self.assertEqual(target['primaryContainer']['containerPort'], 80)
        self.steady(*['drydock-test/busybox:2'] * 2)
        self.assertEqual([c['serviceRevisionArn'] for c in self.describe(arn)['activeConfigurations']],
                         [target['serviceRevisionArn']])

        deleted = self.server.ok('DeleteExpressGatewayService', {'serviceArn': arn})['service']
        self.assertEqual(deleted['status']['statusCode'], 'DRAINING')
        eventually(lambda: self.describe(arn)['status']['statusCode'] == 'INACTIVE', what='an INACTIVE service')
        eventually(lambda: self.images() == [], what='no tasks')
        _, code, _ = self.server.refused('DeleteExpressGatewayService', {'serviceArn': arn})
        self.assertEqual(code, 'ServiceNotActiveException')

    def test_kill_and_start_keep_it(self):
        arn = self.create(healthCheckPath='/health', tags=[{'key': 'k', 'value': 'v'}])['serviceArn']
        self.steady('drydock-test/busybox:1')
        before = self.describe(arn)
        revisions = {'serviceRevisionArns': [before['activeConfigurations'][0]['serviceRevisionArn']]}
        managed = self.server.ok('DescribeServiceRevisions', revisions)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.describe(arn), before)
        self.assertEqual(self.server.ok('DescribeServiceRevisions', revisions), managed)
        self.server.ok('UpdateExpressGatewayService', {
            'serviceArn': arn, 'primaryContainer': {'image': 'drydock-test/busybox:2'}})
        self.steady('drydock-test/busybox:2')
        after = self.describe(arn)
        self.assertEqual(after['activeConfigurations'][0]['healthCheckPath'], '/health')
        self.assertEqual(after['infrastructureRoleArn'], ROLE + 'infra')

    def test_other_services_are_none(self):
        self.server.ok('RegisterTaskDefinition', {
            'family': 'web', 'containerDefinitions': [{'name': 'app', 'image': 'web', 'memory': 64}]})
        arn = self.server.ok('CreateService', {
            'serviceName': 'web', 'taskDefinition': 'web', 'desiredCount': 0})['service']['serviceArn']
        for operation, code in (('DescribeExpressGatewayService', 'ResourceNotFoundException'),
                                ('UpdateExpressGatewayService', 'ServiceNotFoundException'),
                                ('DeleteExpressGatewayService', 'ServiceNotFoundException')):
            self.assertEqual(self.server.refused(operation, {'serviceArn': arn})[:2], (400, code))


if __name__ == '__main__':
    unittest.main()
