#!/usr/bin/python3
"""Instance groups whose machines are further container instances on the engine at DOCKER_HOST (unix://...): they come
when tasks wait for them, outlive kill -9, and leave nothing when they go. Writes "PASSED FAILED" into the file that
DRYDOCK_RESULTS names. The image comes from tests/docker/make_images.sh."""

import json
import os
import tempfile
import unittest
from datetime import datetime

from engine import IMAGE, SOCKET, docker, main, remove_containers
from harness import Server, eventually

CLUSTER = 'groups-harbour'  # of both servers
GROUP = 'arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:u:autoScalingGroupName/web-asg'
LABEL = 'io.drydock.group=web-asg'
STUBBORN = ('sh', '-c', 'trap "" TERM; while true; do sleep 0.1; done')


class Harbour:
    """A Drydock with the group web-asg, of 0 to 2 machines with room for two tasks each."""

    def __init__(self, folder, name):
        config = os.path.join(folder, name + '.config')
        with open(config, 'w', encoding='utf-8') as out:
            out.write('ECS_CLUSTER=%s\nECS_CONTAINER_STOP_TIMEOUT=3s\nECS_RESERVED_MEMORY=32\n' % CLUSTER)
        self.server = Server('--docker-socket', SOCKET, '--instance-config', config, '--local-ports', 'off',
                             '--instance-group', 'web-asg=0:2:512:256', '--simulated-zones', 'us-east-1b',
                             runtime='docker')
        self.ecs = self.server.ecs()
        self.ecs.create_cluster(clusterName=CLUSTER)
        self.ecs.create_capacity_provider(name='web', autoScalingGroupProvider={
            'autoScalingGroupArn': GROUP, 'managedScaling': {'status': 'ENABLED'}})
        self.ecs.put_cluster_capacity_providers(
            cluster=CLUSTER, capacityProviders=['web'],
            defaultCapacityProviderStrategy=[{'capacityProvider': 'web', 'weight': 1}])
        self.register('web', ('sleep', '100000'))
        self.drydock = None  # its label, known from its first container

    def register(self, family, command):
        self.ecs.register_task_definition(family=family, volumes=[{'name': 'notes'}], containerDefinitions=[{
            'name': 'main', 'image': IMAGE, 'memory': 128, 'cpu': 64, 'command': list(command), 'stopTimeout': 2,
            'mountPoints': [{'sourceVolume': 'notes', 'containerPath': '/notes'}]}])

    def group(self):
        return self.server.admin_ok('GET', 'instance-groups/web-asg')

    def machines(self):
        return self.group()['machines']

    def instances(self):
        """The container instances of the group, by their EC2 ids."""
        arns = self.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns']
        if not arns:
            return {}
        shown = self.ecs.describe_container_instances(cluster=CLUSTER, containerInstances=arns)['containerInstances']
        return {one['ec2InstanceId']: one for one in shown if one.get('capacityProviderName') == 'web'}

    def tasks(self):
        arns = self.ecs.list_tasks(cluster=CLUSTER)['taskArns']
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)['tasks'] if arns else []

    def task(self, arn):
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks'][0]

    def running(self, count):
        """The tasks, once so many run and there is no other."""
        def probe():
            tasks = self.tasks()
            return (tasks,) if [task['lastStatus'] for task in tasks] == ['RUNNING'] * count else None
        tasks, = eventually(probe, timeout=90, what='%d tasks run' % count, tell=lambda: (
            [task['lastStatus'] for task in self.tasks()], self.group()))
        if self.drydock is None and tasks:
            self.drydock = labels_of(container_of(tasks[0]))['io.drydock.id']
        return tasks

    def ours(self):
        return ('--filter', 'label=' + LABEL, '--filter', 'label=io.drydock.id=' + self.drydock)

    def containers(self, *filters):
        """Of its machines, in any state."""
        return set(docker('ps', '-aq', '--no-trunc', *self.ours(), *filters).split())

    def volumes(self):
        return set(docker('volume', 'ls', '-q', *self.ours()).split())

    def connected(self, count):
        def probe():
            found = self.instances()
            return found if len(found) == count and all(one['agentConnected'] for one in found.values()) else None
        return eventually(probe, timeout=60, what='%d machines are connected' % count, tell=self.group)


def container_of(task):
    return task['containers'][0]['runtimeId']


def labels_of(container):
    return json.loads(docker('inspect', '--format', '{{json .Config.Labels}}', container))


def resources_of(instance):
    return {one['name']: one['integerValue'] for one in instance['registeredResources'] if one['type'] == 'INTEGER'}


class Groups(unittest.TestCase):
    """Each test is the next step of one story; unittest runs them in the order of their names."""

    @classmethod
    def setUpClass(cls):
        remove_containers(CLUSTER)
        cls.addClassCleanup(remove_containers, CLUSTER)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.one = Harbour(folder.name, 'one')
        cls.addClassCleanup(cls.one.server.close)
        cls.other = Harbour(folder.name, 'other')
        cls.addClassCleanup(cls.other.server.close)

    def test_1_tasks_wait_for_machines_that_come(self):
        self.assertEqual(self.one.machines(), [])
        self.one.server.admin_ok('PUT', 'instance-groups/web-asg', {'startup': 3})
        task = self.one.ecs.run_task(cluster=CLUSTER, taskDefinition='web', count=1)['tasks'][0]
        self.assertEqual(task['lastStatus'], 'PROVISIONING')
        self.assertNotIn('containerInstanceArn', task)
        self.one.ecs.create_service(cluster=CLUSTER, serviceName='web', taskDefinition='web', desiredCount=3)
        tasks = self.one.running(4)
        machines = self.one.connected(2)
        self.assertEqual({one['instanceId'] for one in self.one.machines()}, set(machines))
        for machine in self.one.machines():
            instance = machines[machine['instanceId']]
            launched = datetime.fromisoformat(machine['launchedAt'].replace('Z', '+00:00'))
            self.assertGreater((instance['registeredAt'] - launched).total_seconds(), 2.99)
            self.assertEqual((resources_of(instance)['CPU'], resources_of(instance)['MEMORY']), (512, 256))
            self.assertEqual(instance['runningTasksCount'], 2)
            attributes = {one['name']: one.get('value') for one in instance['attributes']}
            self.assertEqual(attributes['ecs.availability-zone'], 'us-east-1b')
        for task in tasks:
            labels = labels_of(container_of(task))
            self.assertEqual(machines[labels['io.drydock.instance']]['containerInstanceArn'],
                             task['containerInstanceArn'])
            self.assertEqual((labels['io.drydock.group'], task['availabilityZone']), ('web-asg', 'us-east-1b'))
        self.assertEqual(self.one.containers(), {container_of(task) for task in tasks})
        self.assertEqual(len(self.one.volumes()), 4)

    def test_2_another_drydock_has_machines_of_its_own(self):
        before = self.one.containers()
        self.other.ecs.run_task(cluster=CLUSTER, taskDefinition='web', count=1)
        theirs = {container_of(task) for task in self.other.running(1)}
        self.assertNotEqual(self.one.drydock, self.other.drydock)
        self.assertEqual((self.one.containers(), self.other.containers()), (before, theirs))

    def test_3_an_agent_is_disconnected(self):
        victim = sorted(self.one.instances())[0]
        before = self.one.containers('--filter', 'status=running')
        fault = self.one.server.admin_ok('POST', 'faults', {'kind': 'agent-disconnected',
                                                            'scope': {'instance': victim}})
        eventually(lambda: not self.one.instances()[victim]['agentConnected'], what='the agent is gone')
        self.assertEqual(self.one.containers('--filter', 'status=running'), before)
        self.one.server.admin_ok('DELETE', 'faults/' + fault['id'])
        self.one.connected(2)

    def test_4_kill_9_keeps_machines_and_containers(self):
        tasks = self.one.running(4)
        before = {key: one['containerInstanceArn'] for key, one in self.one.instances().items()}
        containers = {task['taskArn']: container_of(task) for task in tasks}
        victim = [task['taskArn'] for task in tasks if task['group'] == 'service:web'][0]
        self.one.server.kill()
        docker('kill', containers[victim])
        self.one.server.start()
        after = {key: one['containerInstanceArn'] for key, one in self.one.connected(2).items()}
        self.assertEqual(after, before)
        eventually(lambda: self.one.task(victim)['lastStatus'] == 'STOPPED', timeout=60, what='the loss is noticed')
        self.assertEqual(self.one.task(victim)['containers'][0]['exitCode'], 137)
        now = {task['taskArn']: container_of(task) for task in self.one.running(4)}
        self.assertNotIn(victim, now)
        del containers[victim]
        self.assertLess(containers.items(), now.items())

    def test_5_a_machine_that_is_deregistered_is_switched_off_and_replaced(self):
        victim, instance = sorted(self.one.instances().items())[0]
        lost = self.one.containers('--filter', 'label=io.drydock.instance=' + victim)
        alone = [task['taskArn'] for task in self.one.tasks() if task['group'] != 'service:web' and
                 task['containerInstanceArn'] == instance['containerInstanceArn']]
        self.assertTrue(lost)
        self.one.ecs.deregister_container_instance(
            cluster=CLUSTER, containerInstance=instance['containerInstanceArn'], force=True)
        tasks = self.one.running(4 - len(alone))
        machines = self.one.connected(2)
        self.assertNotIn(victim, machines)
        self.assertLessEqual({labels_of(container_of(task))['io.drydock.instance'] for task in tasks}, set(machines))
        eventually(lambda: not lost & self.one.containers(), timeout=60, what='its containers are gone')

    def test_6_a_machine_that_is_switched_off_takes_its_containers_along(self):
        self.other.register('stubborn', STUBBORN)
        self.other.ecs.run_task(cluster=CLUSTER, taskDefinition='stubborn', count=3)
        self.other.running(4)
        theirs, ours = self.other.containers(), self.one.containers('--filter', 'status=running')
        self.assertEqual(len(theirs), 4)
        self.other.server.admin_ok('DELETE', 'instance-groups/web-asg')
        # What ignores SIGTERM still runs: the next life has to end it.
        self.other.server.kill()
        self.assertTrue(self.other.containers('--filter', 'status=running'))
        self.other.server.start()
        eventually(lambda: not self.other.containers(), timeout=60, what='the containers are gone')
        eventually(lambda: not self.other.volumes(), timeout=60, what='the volumes are gone')
        self.assertEqual((self.other.tasks(), self.other.machines()), ([], []))
        self.assertEqual(self.one.containers('--filter', 'status=running'), ours)

    def test_7_machines_go_when_nothing_needs_them(self):
        self.other.ecs.run_task(cluster=CLUSTER, taskDefinition='web', count=1)
        theirs = {container_of(task) for task in self.other.running(1)}
        self.one.ecs.update_service(cluster=CLUSTER, service='web', desiredCount=0)
        for task in self.one.tasks():
            if task['group'] != 'service:web':
                self.one.ecs.stop_task(cluster=CLUSTER, task=task['taskArn'])
        self.one.running(0)
        # A minute later, and at most half of the group a minute.
        eventually(lambda: not self.one.machines(), timeout=240, interval=0.5, what='the machines go',
                   tell=self.one.group)
        self.assertEqual(self.one.instances(), {})
        # Not even those that ended, which other instances keep for a while.
        eventually(lambda: not self.one.containers() and not self.one.volumes(), timeout=60, what='nothing is left')
        self.assertEqual(self.other.containers('--filter', 'status=running'), theirs)
        self.assertTrue(self.one.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns'],
                        'the machine itself is still an instance')

    def test_8_machines_come_back(self):
        self.one.server.admin_ok('PUT', 'instance-groups/web-asg', {'startup': 0})
        self.one.ecs.update_service(cluster=CLUSTER, service='web', desiredCount=1)
        self.assertEqual(len(self.one.running(1)), 1)


if __name__ == '__main__':
    main()
