"""The seed story, word for word with the aws CLI, on one simulated container instance."""

import json
import os
import unittest

from harness import ROOT, Server, eventually

WEB = 'file://' + os.path.join(ROOT, 'tests', 'clients', 'web.json')
CLUSTER = 'arn:aws:ecs:us-east-1:000000000000:cluster/deepdive'


class Story(unittest.TestCase):
    """Each test is the next step of one story; unittest runs them in the order of their names."""

    @classmethod
    def setUpClass(cls):
        config = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'drydock-story-%d.config' % os.getpid())
        with open(config, 'w') as out:
            out.write('# as on a real instance\nECS_CLUSTER=deepdive\n\nECS_INSTANCE_ATTRIBUTES={"stack": "blue"}\n')
        cls.addClassCleanup(os.unlink, config)
        cls.server = Server('--instance-config', config, '--simulated-sizes', '2048:4096')
        cls.addClassCleanup(cls.server.close)
        cls.aws = staticmethod(cls.server.ecs_json)

    def refused(self, *arguments):
        code, out, err = self.server.aws('ecs', *arguments)
        self.assertIn(code, (254, 255), out + err)
        self.assertEqual(out, '')
        return err.strip()

    def service(self):
        return self.aws('describe-services', '--cluster', 'deepdive', '--services', 'web')['services'][0]

    def settled(self, count):
        """The service once it has `count` running tasks and no other deployment."""
        client = self.server.ecs()

        def probe():
            service = client.describe_services(cluster='deepdive', services=['web'])['services'][0]
            return len(service['deployments']) == 1 and service['runningCount'] == service['desiredCount'] == count
        eventually(probe, what='service web settled at %d' % count)
        return self.service()

    def tasks(self, *filters):
        arns = self.aws('list-tasks', '--cluster', 'deepdive', *filters)['taskArns']
        if not arns:
            return []
        return self.aws('describe-tasks', '--cluster', 'deepdive', '--tasks', *arns)['tasks']

    def test_01_create_cluster(self):
        cluster = self.aws('create-cluster', '--cluster-name', 'deepdive')['cluster']
        self.assertEqual(cluster['clusterArn'], CLUSTER)
        self.assertEqual(cluster['clusterName'], 'deepdive')
        self.assertEqual(cluster['status'], 'ACTIVE')
        self.assertEqual(cluster['settings'], [{'name': 'containerInsights', 'value': 'disabled'}])
        for empty in ('statistics', 'tags', 'capacityProviders', 'defaultCapacityProviderStrategy'):
            self.assertEqual(cluster[empty], [], empty)
        self.assertEqual(self.aws('list-clusters'), {'clusterArns': [CLUSTER]})

    def test_02_the_configured_instance_is_in_its_cluster(self):
        client = self.server.ecs()
        eventually(lambda: client.list_container_instances(cluster='deepdive')['containerInstanceArns'],
                   what='the instance joined')
        arns = self.aws('list-container-instances', '--cluster', 'deepdive')['containerInstanceArns']
        self.assertEqual(len(arns), 1)
        self.assertRegex(arns[0], r'^arn:aws:ecs:us-east-1:000000000000:container-instance/deepdive/[0-9a-f]{32}$')
        answer = self.aws('describe-container-instances', '--cluster', 'deepdive', '--container-instances', *arns)
        self.assertEqual(answer['failures'], [])
        instance = answer['containerInstances'][0]
        self.assertEqual(instance['status'], 'ACTIVE')
        self.assertIs(instance['agentConnected'], True)
        self.assertEqual((instance['runningTasksCount'], instance['pendingTasksCount']), (0, 0))
        for kind in ('registeredResources', 'remainingResources'):
            found = {entry['name']: entry for entry in instance[kind]}
            self.assertEqual(found['CPU']['integerValue'], 2048, kind)
            self.assertEqual(found['MEMORY']['integerValue'], 4096, kind)
            self.assertEqual(set(found['PORTS']['stringSetValue']) >= {'22', '2375', '2376', '51678', '51679'}, True)
            self.assertEqual(found['PORTS_UDP']['stringSetValue'], [])
            self.assertEqual((found['CPU']['type'], found['PORTS']['type']), ('INTEGER', 'STRINGSET'))
            self.assertEqual((found['CPU']['longValue'], found['CPU']['doubleValue']), (0, 0.0))
        attributes = {entry['name']: entry.get('value') for entry in instance['attributes']}
        self.assertEqual(attributes.get('stack'), 'blue')
        self.assertEqual(attributes.get('ecs.os-type'), 'linux')
        for name in ('ecs.availability-zone', 'ecs.instance-type', 'ecs.cpu-architecture',
                     'com.amazonaws.ecs.capability.docker-remote-api.1.18', 'ecs.capability.container-ordering'):
            self.assertIn(name, attributes)

    def test_03_register_task_definition(self):
        definition = self.aws('register-task-definition', '--cli-input-json', WEB)['taskDefinition']
        self.assertEqual(definition['taskDefinitionArn'],
                         'arn:aws:ecs:us-east-1:000000000000:task-definition/web:1')
        self.assertEqual((definition['family'], definition['revision'], definition['status']), ('web', 1, 'ACTIVE'))
        self.assertEqual(set(definition['compatibilities']), {'EC2', 'EXTERNAL'})
        self.assertEqual((definition['volumes'], definition['placementConstraints']), ([], []))
        front, sidecar = definition['containerDefinitions']
        self.assertEqual((front['name'], sidecar['name']), ('front', 'sidecar'))
        self.assertEqual(front['portMappings'], [{'containerPort': 80, 'hostPort': 0, 'protocol': 'tcp'}])
        self.assertEqual((sidecar['mountPoints'], sidecar['volumesFrom'], sidecar['portMappings']), ([], [], []))
        self.assertIn('ecs.capability.container-ordering', [a['name'] for a in definition['requiresAttributes']])
        shown = self.aws('describe-task-definition', '--task-definition', 'web')['taskDefinition']
        self.assertEqual(shown, definition)

    def test_04_create_service_and_wait(self):
        service = self.aws('create-service', '--cluster', 'deepdive', '--service-name', 'web', '--task-definition',
                           'web', '--desired-count', '1')['service']
        self.assertEqual(service['serviceArn'], 'arn:aws:ecs:us-east-1:000000000000:service/deepdive/web')
        self.assertEqual((service['status'], service['launchType'], service['schedulingStrategy']),
                         ('ACTIVE', 'EC2', 'REPLICA'))
        self.assertEqual(service['deploymentConfiguration']['maximumPercent'], 200)
        self.assertEqual(service['deploymentConfiguration']['minimumHealthyPercent'], 100)
        self.assertEqual([d['status'] for d in service['deployments']], ['PRIMARY'])
        self.settled(1)
        code, out, err = self.server.aws('ecs', 'wait', 'services-stable', '--cluster', 'deepdive', '--services', 'web')
        self.assertEqual((code, out, err), (0, '', ''))
        task, = self.tasks('--service-name', 'web')
        self.assertEqual((task['lastStatus'], task['desiredStatus']), ('RUNNING', 'RUNNING'))
        self.assertEqual(task['group'], 'service:web')
        self.assertEqual(task['startedBy'], self.service()['deployments'][0]['id'])
        self.assertEqual((task['cpu'], task['memory']), ('192', '96'))
        front = [c for c in task['containers'] if c['name'] == 'front'][0]
        binding, = front['networkBindings']
        self.assertEqual((binding['bindIP'], binding['containerPort'], binding['protocol']), ('0.0.0.0', 80, 'tcp'))
        self.assertGreater(binding['hostPort'], 1023)
        self.assertEqual((front['cpu'], front['memory']), ('128', '64'))

    def test_05_events_and_rollout_of_the_service(self):
        service = self.service()
        deployment, = service['deployments']
        self.assertRegex(deployment['id'], r'^ecs-svc/\d{19}$')
        eventually(lambda: self.service()['deployments'][0]['rolloutState'] == 'COMPLETED', what='rollout completed')
        deployment = self.service()['deployments'][0]
        self.assertEqual(deployment['rolloutStateReason'], 'ECS deployment %s completed.' % deployment['id'])
        task, = self.tasks('--service-name', 'web')
        messages = [event['message'] for event in self.service()['events']]
        self.assertEqual(messages[::-1][:3], [
            '(service web) has started 1 tasks: (task %s).' % task['taskArn'].rsplit('/', 1)[1],
            '(service web) (deployment %s) deployment completed.' % deployment['id'],
            '(service web) has reached a steady state.'])

    def test_06_scale_to_three_and_back_to_zero(self):
        self.aws('update-service', '--cluster', 'deepdive', '--service', 'web', '--desired-count', '3')
        self.settled(3)
        instance = self.instance()
        remaining = {entry['name']: entry for entry in instance['remainingResources']}
        self.assertEqual(remaining['CPU']['integerValue'], 2048 - 3 * 192)
        self.assertEqual(remaining['MEMORY']['integerValue'], 4096 - 3 * 96)
        self.assertEqual(instance['runningTasksCount'], 3)
        self.aws('update-service', '--cluster', 'deepdive', '--service', 'web', '--desired-count', '0')
        self.settled(0)
        eventually(lambda: not self.tasks(), what='no tasks left')
        stopped = self.tasks('--desired-status', 'STOPPED')
        self.assertEqual(len(stopped), 3)
        deployment = self.service()['deployments'][0]['id']
        for task in stopped:
            eventually(lambda arn=task['taskArn']: self.task(arn)['lastStatus'] == 'STOPPED', what='stopped')
            self.assertEqual(task['stopCode'], 'ServiceSchedulerInitiated')
            self.assertEqual(task['stoppedReason'], 'Scaling activity initiated by (deployment %s)' % deployment)

    def instance(self):
        arns = self.aws('list-container-instances', '--cluster', 'deepdive')['containerInstanceArns']
        return self.aws('describe-container-instances', '--cluster', 'deepdive', '--container-instances',
                        *arns)['containerInstances'][0]

    def task(self, arn):
        return self.aws('describe-tasks', '--cluster', 'deepdive', '--tasks', arn)['tasks'][0]

    def test_07_run_task(self):
        answer = self.aws('run-task', '--cluster', 'deepdive', '--task-definition', 'web', '--count', '1')
        self.assertEqual(answer['failures'], [])
        task, = answer['tasks']
        self.assertEqual((task['lastStatus'], task['desiredStatus'], task['version']), ('PENDING', 'RUNNING', 1))
        self.assertEqual((task['group'], task['launchType']), ('family:web', 'EC2'))
        self.assertNotIn('startedBy', task)
        self.assertEqual(task['overrides'], {'containerOverrides': [{'name': 'front'}, {'name': 'sidecar'}],
                                             'inferenceAcceleratorOverrides': []})
        arn = task['taskArn']
        eventually(lambda: self.task(arn)['lastStatus'] == 'RUNNING', what='the task runs')
        code, out, err = self.server.aws('ecs', 'wait', 'tasks-running', '--cluster', 'deepdive', '--tasks', arn)
        self.assertEqual((code, out, err), (0, '', ''))

    def test_08_stop_task(self):
        task, = self.tasks()
        answer = self.aws('stop-task', '--cluster', 'deepdive', '--task', task['taskArn'])['task']
        self.assertEqual((answer['desiredStatus'], answer['stopCode'], answer['stoppedReason']),
                         ('STOPPED', 'UserInitiated', 'Task stopped by user'))
        eventually(lambda: self.task(task['taskArn'])['lastStatus'] == 'STOPPED', what='the task stopped')
        code, _, err = self.server.aws('ecs', 'wait', 'tasks-stopped', '--cluster', 'deepdive', '--tasks',
                                       task['taskArn'])
        self.assertEqual((code, err), (0, ''))
        stopped = self.task(task['taskArn'])
        self.assertEqual(stopped['stoppedReason'], 'Task stopped by user')
        times = [stopped[name] for name in ('createdAt', 'startedAt', 'stoppingAt', 'stoppedAt')]
        self.assertEqual(times, sorted(times))
        self.assertEqual(self.tasks(), [])

    def test_09_start_task_with_a_reason_to_stop(self):
        instance = self.instance()
        answer = self.aws('start-task', '--cluster', 'deepdive', '--task-definition', 'web:1', '--container-instances',
                          instance['containerInstanceArn'], '--started-by', 'night-shift')
        task, = answer['tasks']
        self.assertEqual(task['containerInstanceArn'], instance['containerInstanceArn'])
        self.assertEqual(task['startedBy'], 'night-shift')
        arn = task['taskArn']
        eventually(lambda: self.task(arn)['lastStatus'] == 'RUNNING', what='the task runs')
        self.assertEqual(len(self.tasks('--started-by', 'night-shift')), 1)
        self.assertEqual(len(self.tasks('--container-instance', instance['containerInstanceArn'])), 1)
        self.aws('stop-task', '--cluster', 'deepdive', '--task', arn.rsplit('/', 1)[1], '--reason', 'tide')
        eventually(lambda: self.task(arn)['lastStatus'] == 'STOPPED', what='the task stopped')
        self.assertEqual(self.task(arn)['stoppedReason'], 'tide')

    def test_10_delete_cluster_has_preconditions(self):
        self.aws('update-service', '--cluster', 'deepdive', '--service', 'web', '--desired-count', '1')
        self.settled(1)
        self.assertEqual(self.refused('delete-cluster', '--cluster', 'deepdive'),
                         'An error occurred (ClusterContainsTasksException) when calling the DeleteCluster operation: '
                         'The Cluster cannot be deleted while Tasks are active.')
        self.assertEqual(self.refused('delete-service', '--cluster', 'deepdive', '--service', 'web'),
                         'An error occurred (InvalidParameterException) when calling the DeleteService operation: '
                         'The service cannot be stopped while it is scaled above 0.')
        self.aws('update-service', '--cluster', 'deepdive', '--service', 'web', '--desired-count', '0')
        self.settled(0)
        eventually(lambda: self.instance()['runningTasksCount'] == 0 and not self.pending(), what='nothing runs')
        self.assertEqual(self.refused('delete-cluster', '--cluster', 'deepdive'),
                         'An error occurred (ClusterContainsServicesException) when calling the DeleteCluster '
                         'operation: The Cluster cannot be deleted while Services are active.')

    def pending(self):
        return [t for t in self.tasks('--desired-status', 'STOPPED') if t['lastStatus'] != 'STOPPED']

    def test_11_delete_service_drains(self):
        self.aws('update-service', '--cluster', 'deepdive', '--service', 'web', '--desired-count', '2')
        self.settled(2)
        service = self.aws('delete-service', '--cluster', 'deepdive', '--service', 'web', '--force')['service']
        self.assertIn(service['status'], ('DRAINING', 'INACTIVE'))
        self.assertEqual(service['desiredCount'], 0)
        eventually(lambda: self.service()['status'] == 'INACTIVE', what='the service is INACTIVE')
        code, _, err = self.server.aws('ecs', 'wait', 'services-inactive', '--cluster', 'deepdive', '--services', 'web')
        self.assertEqual((code, err), (0, ''))
        self.assertEqual(self.aws('list-services', '--cluster', 'deepdive'), {'serviceArns': []})
        self.assertEqual(self.tasks(), [])

    def test_12_delete_cluster_once_its_instance_is_gone(self):
        eventually(lambda: not self.pending(), what='nothing runs')
        self.assertEqual(self.refused('delete-cluster', '--cluster', 'deepdive'),
                         'An error occurred (ClusterContainsContainerInstancesException) when calling the '
                         'DeleteCluster operation: The Cluster cannot be deleted while Container Instances are active '
                         'or draining.')
        gone = self.aws('deregister-container-instance', '--cluster', 'deepdive', '--container-instance',
                        self.instance()['containerInstanceArn'])['containerInstance']
        self.assertEqual(gone['status'], 'INACTIVE')
        cluster = self.aws('delete-cluster', '--cluster', 'deepdive')['cluster']
        self.assertEqual(cluster['status'], 'INACTIVE')
        self.assertEqual(self.aws('list-clusters'), {'clusterArns': []})
        shown = self.aws('describe-clusters', '--clusters', 'deepdive')['clusters']
        self.assertEqual([c['status'] for c in shown], ['INACTIVE'])

    def test_13_newcomers_without_an_instance_are_told_so(self):
        self.aws('create-cluster', '--cluster-name', 'empty')
        message = self.refused('run-task', '--cluster', 'empty', '--task-definition', 'web')
        self.assertTrue(message.startswith('An error occurred (InvalidParameterException) when calling the RunTask '
                                           'operation: No Container Instances were found in your cluster.'), message)
        json.loads(self.server.aws('ecs', 'create-service', '--cluster', 'empty', '--service-name', 'lonely',
                                   '--task-definition', 'web', '--desired-count', '1')[1])
        client = self.server.ecs()

        def events():
            service = client.describe_services(cluster='empty', services=['lonely'])['services'][0]
            return [event['message'] for event in service['events']]
        eventually(events, what='an event of the service')
        self.assertTrue(events()[0].startswith(
            '(service lonely) was unable to place a task because no container instance met all of its requirements. '
            'Reason: No Container Instances were found in your cluster.'), events()[0])


if __name__ == '__main__':
    unittest.main()
