"""How CI systems deploy to ECS: the steps that deploy scripts and actions have in common, each as its authors wrote
it down - register a changed copy of what is described, update the service, wait, and find out why when it fails."""

import json
import os
import tempfile
import unittest

from harness import Server, container, eventually

# What deploy scripts take out of a described task definition before they register it again.
READ_ONLY = ('taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities', 'registeredAt',
             'registeredBy')


class DeployHabits(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-instances', '2', '--simulated-sizes', '4096:8192', env={'ECS_CLUSTER': 'prod'})
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster(clusterName='prod')
        eventually(lambda: len(self.ecs.list_container_instances(cluster='prod')['containerInstanceArns']) == 2,
                   what='2 instances')
        self.ecs.register_task_definition(family='app', containerDefinitions=[
            container(image='example/app:1', environment=[{'name': 'RELEASE', 'value': '1'}]),
            container(name='side', image='example/side:1', essential=False)])
        self.ecs.create_service(cluster='prod', serviceName='web', taskDefinition='app', desiredCount=2)
        self.ecs.get_waiter('services_stable').wait(cluster='prod', services=['web'],
                                                    WaiterConfig={'Delay': 1, 'MaxAttempts': 30})

    def service(self):
        return self.ecs.describe_services(cluster='prod', services=['web'])['services'][0]

    def images(self):
        """The images of the service's running tasks, of the container `main`."""
        arns = self.ecs.list_tasks(cluster='prod', serviceName='web', desiredStatus='RUNNING')['taskArns']
        tasks = self.ecs.describe_tasks(cluster='prod', tasks=arns)['tasks']
        return sorted(one['image'] for task in tasks for one in task['containers'] if one['name'] == 'main')

    def changed(self, image, **members):
        """What the task definition is described as, with another image and without what only ECS writes."""
        described = self.ecs.describe_task_definition(taskDefinition='app')['taskDefinition']
        kept = {key: value for key, value in described.items() if key not in READ_ONLY}
        kept['containerDefinitions'][0].update(image=image, **members)
        return kept

    def test_with_the_aws_cli_in_a_shell_script(self):
        aws = self.server.ecs_json
        described = aws('describe-task-definition', '--task-definition', 'app', '--query', 'taskDefinition')
        copy = {key: value for key, value in described.items() if key not in READ_ONLY}
        copy['containerDefinitions'][0]['image'] = 'example/app:2'
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'next.json'), 'w', encoding='utf-8') as out:
                json.dump(copy, out)
            made = aws('register-task-definition', '--cli-input-json', 'file://next.json', cwd=folder)['taskDefinition']
        self.assertEqual(made['revision'], 2)
        updated = aws('update-service', '--cluster', 'prod', '--service', 'web', '--task-definition',
                      made['taskDefinitionArn'], '--force-new-deployment')['service']
        self.assertEqual(updated['taskDefinition'], made['taskDefinitionArn'])
        self.assertEqual([one['status'] for one in updated['deployments']], ['PRIMARY', 'ACTIVE'])
        code, _, err = self.server.aws('ecs', 'wait', 'services-stable', '--cluster', 'prod', '--services', 'web')
        self.assertEqual((code, err), (0, ''))
        self.assertEqual(self.images(), ['example/app:2', 'example/app:2'])
        only = {key: made[key] for key in copy}
        self.assertEqual(only, copy)
        # Old revisions are cleaned up by many scripts; the running one keeps working.
        aws('deregister-task-definition', '--task-definition', 'app:1')
        self.assertEqual(aws('list-task-definitions', '--family-prefix', 'app')['taskDefinitionArns'],
                         [made['taskDefinitionArn']])

    def test_by_family_name_a_mutable_tag_and_force_new_deployment(self):
        before = set(self.ecs.list_tasks(cluster='prod', serviceName='web')['taskArns'])
        self.ecs.update_service(cluster='prod', service='web', forceNewDeployment=True)
        self.ecs.get_waiter('services_stable').wait(cluster='prod', services=['web'],
                                                    WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
        after = set(self.ecs.list_tasks(cluster='prod', serviceName='web', desiredStatus='RUNNING')['taskArns'])
        self.assertEqual(len(after), 2)
        self.assertEqual(before & after, set())

    def test_polling_until_one_deployment_is_left_and_all_tasks_run_it(self):
        made = self.ecs.register_task_definition(**self.changed('example/app:3'))['taskDefinition']['taskDefinitionArn']
        self.ecs.update_service(cluster='prod', service='web', taskDefinition=made)

        def done():
            service = self.service()
            tasks = self.ecs.list_tasks(cluster='prod', serviceName='web', desiredStatus='RUNNING')['taskArns']
            described = self.ecs.describe_tasks(cluster='prod', tasks=tasks)['tasks']
            running = [task for task in described if task['lastStatus'] == 'RUNNING' and task['taskDefinitionArn'] == made]
            return len(service['deployments']) == 1 and len(running) == service['runningCount'] == service['desiredCount']
        eventually(done, what='the new tasks run')
        deployment = self.service()['deployments'][0]
        self.assertEqual((deployment['taskDefinition'], deployment['rolloutState']), (made, 'COMPLETED'))
        self.assertEqual(self.service()['events'][0]['message'], '(service web) has reached a steady state.')

    def test_a_migration_runs_as_a_task_of_its_own_first(self):
        made = self.ecs.register_task_definition(**self.changed('example/app:4', dockerLabels={
            'drydock.simulated.run-for': '0.1', 'drydock.simulated.exit-code': '3'}))['taskDefinition']['taskDefinitionArn']
        started = self.ecs.run_task(cluster='prod', taskDefinition=made, startedBy='ci-4711', overrides={
            'containerOverrides': [{'name': 'main', 'command': ['migrate', '--all'],
                                    'environment': [{'name': 'RELEASE', 'value': '4'}]}]})
        self.assertEqual(started['failures'], [])
        arn = started['tasks'][0]['taskArn']
        self.ecs.get_waiter('tasks_stopped').wait(cluster='prod', tasks=[arn], WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
        task = self.ecs.describe_tasks(cluster='prod', tasks=[arn])['tasks'][0]
        self.assertEqual((task['stopCode'], task['stoppedReason']),
                         ('EssentialContainerExited', 'Essential container in task exited'))
        self.assertEqual([one.get('exitCode') for one in task['containers'] if one['name'] == 'main'], [3])
        self.assertEqual(self.ecs.list_tasks(cluster='prod', startedBy='ci-4711', desiredStatus='STOPPED')['taskArns'], [arn])

    def test_a_deployment_that_fails_rolls_back_and_says_why(self):
        good = self.service()['taskDefinition']
        bad = self.ecs.register_task_definition(**self.changed('example/app:gone', dockerLabels={
            'drydock.simulated.pull-error': 'manifest unknown'}))['taskDefinition']['taskDefinitionArn']
        self.ecs.update_service(cluster='prod', service='web', taskDefinition=bad, deploymentConfiguration={
            'deploymentCircuitBreaker': {'enable': True, 'rollback': True}})
        eventually(lambda: self.service()['taskDefinition'] == good and len(self.service()['deployments']) == 1
                   and self.service()['deployments'][0]['rolloutState'] == 'COMPLETED', timeout=60, what='the rollback')
        events = [event['message'] for event in self.service()['events']]
        self.assertTrue(any('deployment failed: tasks failed to start.' in event for event in events), events)
        stopped = self.ecs.list_tasks(cluster='prod', family='app', desiredStatus='STOPPED')['taskArns']
        tasks = [task for task in self.ecs.describe_tasks(cluster='prod', tasks=stopped)['tasks']
                 if task['taskDefinitionArn'] == bad]
        self.assertEqual({task['stoppedReason'] for task in tasks}, {'Task failed to start'})
        reasons = {one.get('reason', '') for task in tasks for one in task['containers'] if one['name'] == 'main'}
        self.assertTrue(all(reason.startswith('CannotPullContainerError: ') and 'manifest unknown' in reason
                            for reason in reasons), reasons)
        self.assertEqual(self.images(), ['example/app:1', 'example/app:1'])


if __name__ == '__main__':
    unittest.main()
