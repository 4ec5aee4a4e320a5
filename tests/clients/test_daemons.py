"""Daemons over raw calls, for the installed boto3 does not know them: from a definition to a daemon on every managed
instance, an update in steps, restarts, and the end."""

import unittest

from harness import ACCOUNT, REGION, Server, eventually

PROVIDER = {
    'name': 'machines', 'cluster': 'default', 'managedInstancesProvider': {
        'infrastructureRoleArn': 'arn:aws:iam::%s:role/infrastructure' % ACCOUNT,
        'instanceLaunchTemplate': {
            'ec2InstanceProfileArn': 'arn:aws:iam::%s:instance-profile/machine' % ACCOUNT,
            'networkConfiguration': {'subnets': ['subnet-1']}}}}


class Daemons(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-instances', '4', '--simulated-capacity-providers',
                             'machines,machines,machines,none')
        self.addCleanup(self.server.close)
        self.ok = self.server.ok
        self.ok('CreateCluster')
        eventually(lambda: len(self.ok('ListContainerInstances')['containerInstanceArns']) == 4, what='instances')
        self.provider = self.ok('CreateCapacityProvider', PROVIDER)['capacityProvider']['capacityProviderArn']
        self.arn = 'arn:aws:ecs:%s:%s:' % (REGION, ACCOUNT)

    def register(self):
        return self.ok('RegisterDaemonTaskDefinition', {'family': 'agent', 'containerDefinitions': [
            {'name': 'app', 'image': 'agent', 'memory': 32}]})['daemonTaskDefinitionArn']

    def create(self, **changes):
        return self.ok('CreateDaemon', dict({
            'daemonName': 'agent', 'daemonTaskDefinitionArn': self.register(),
            'capacityProviderArns': [self.provider]}, **changes))

    def status(self, started):
        answer = self.ok('DescribeDaemonDeployments', {'daemonDeploymentArns': [started['deploymentArn']]})
        self.assertEqual(answer['failures'], [])
        return answer['daemonDeployments'][0]['status']

    def done(self, started):
        eventually(lambda: self.status(started) == 'SUCCESSFUL', what='the deployment is SUCCESSFUL')

    def tasks(self):
        arns = self.ok('ListTasks', {'daemonName': 'agent'})['taskArns']
        return self.ok('DescribeTasks', {'tasks': arns})['tasks'] if arns else []

    def picture(self, started):
        daemon = self.ok('DescribeDaemon', {'daemonArn': started['daemonArn']})['daemon']
        return {
            'daemon': daemon,
            'revisions': self.ok('DescribeDaemonRevisions', {
                'daemonRevisionArns': [r['arn'] for r in daemon['currentRevisions']]}),
            'deployments': self.ok('ListDaemonDeployments', {'daemonArn': started['daemonArn']}),
            'definitions': self.ok('ListDaemonTaskDefinitions', {'status': 'ALL'}),
            'tags': self.ok('ListTagsForResource', {'resourceArn': started['daemonArn']}),
            'tasks': sorted((t['taskArn'], t['lastStatus'], t['containerInstanceArn']) for t in self.tasks())}

    def test_the_life_of_a_daemon(self):
        started = self.create(deploymentConfiguration={'drainPercent': 34})
        self.assertEqual(started['daemonArn'], self.arn + 'daemon/default/agent')
        self.done(started)
        before = self.tasks()
        self.assertEqual(len({t['containerInstanceArn'] for t in before}), 3)
        self.assertEqual({t['capacityProviderName'] for t in before}, {'machines'})
        self.assertEqual({t['taskDefinitionArn'] for t in before}, {self.arn + 'daemon-task-definition/agent:1'})
        updated = self.ok('UpdateDaemon', {
            'daemonArn': started['daemonArn'], 'daemonTaskDefinitionArn': self.register(),
            'capacityProviderArns': [self.provider]})
        self.done(updated)
        self.assertEqual({t['taskDefinitionArn'] for t in self.tasks()}, {self.arn + 'daemon-task-definition/agent:2'})
        stopped = self.tasks()[0]['taskArn']
        self.ok('StopTask', {'task': stopped})
        eventually(lambda: len([t for t in self.tasks() if t['lastStatus'] == 'RUNNING' and t['taskArn'] != stopped]) == 3,
                   what='the stopped task is replaced')
        self.ok('DeleteDaemonTaskDefinition', {'daemonTaskDefinition': 'agent:1'})
        eventually(lambda: self.ok('DescribeDaemonTaskDefinition', {'daemonTaskDefinition': 'agent:1'})
                   ['daemonTaskDefinition']['status'] == 'DELETED', what='the definition is DELETED')
        deleted = self.ok('DeleteDaemon', {'daemonArn': started['daemonArn']})
        self.assertEqual(deleted['status'], 'DELETE_IN_PROGRESS')
        self.done(deleted)
        self.assertEqual(self.tasks(), [])
        self.assertEqual(self.server.refused('DescribeDaemon', {'daemonArn': started['daemonArn']})[1],
                         'DaemonNotFoundException')

    def test_a_restart_keeps_everything(self):
        started = self.create(tags=[{'key': 'k', 'value': 'v'}])
        self.done(started)
        before = self.picture(started)
        self.assertEqual(len(before['tasks']), 3)
        self.server.kill()
        self.server.start()
        eventually(lambda: self.picture(started) == before, what='all is as before', tell=lambda: self.picture(started))
        updated = self.ok('UpdateDaemon', {
            'daemonArn': started['daemonArn'], 'daemonTaskDefinitionArn': self.register(),
            'capacityProviderArns': [self.provider]})
        self.server.kill()
        self.server.start()
        self.done(updated)
        # An instance whose agent is not back yet gets its task when it is.
        eventually(lambda: len(self.tasks()) == 3, what='a task on every instance')

    def test_other_tasks_come_after_the_daemon(self):
        self.create()
        self.ok('RegisterTaskDefinition', {'family': 'web', 'containerDefinitions': [
            {'name': 'app', 'image': 'web', 'memory': 32}]})
        self.ok('CreateService', {'serviceName': 'web', 'taskDefinition': 'web', 'desiredCount': 8})
        eventually(lambda: self.ok('DescribeServices', {'services': ['web']})['services'][0]['runningCount'] == 8,
                   what='8 tasks')
        web = self.ok('DescribeTasks', {'tasks': self.ok('ListTasks', {'serviceName': 'web'})['taskArns']})['tasks']
        daemons = {t['containerInstanceArn']: t['startedAt'] for t in self.tasks()}
        self.assertEqual(len(daemons), 3)
        for task in web:
            if task['containerInstanceArn'] in daemons:
                self.assertLessEqual(daemons[task['containerInstanceArn']], task['createdAt'])


if __name__ == '__main__':
    unittest.main()
