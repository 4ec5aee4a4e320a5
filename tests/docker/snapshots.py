#!/usr/bin/python3
"""Snapshots with real containers: what a restore does to those of tasks that came, went on and ended since. On the engine
at DOCKER_HOST; writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names. The image comes from
tests/docker/make_images.sh."""

import unittest

from engine import IMAGE, docker, main, start_with_instance
from harness import eventually

CLUSTER = 'snapshots-test'


class Snapshots(unittest.TestCase):
    def setUp(self):
        self.server, self.ecs = start_with_instance(self, CLUSTER)
        self.ecs.register_task_definition(family='sleep', containerDefinitions=[{
            'name': 'main', 'image': IMAGE, 'cpu': 32, 'memory': 32, 'stopTimeout': 2,
            'command': ['sh', '-c', 'trap "exit 0" TERM; sleep 600 & wait']}])

    def instances(self):
        return self.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns']

    def run_one(self):
        answer = self.ecs.run_task(cluster=CLUSTER, taskDefinition='sleep')
        self.assertEqual(answer['failures'], [])
        arn = answer['tasks'][0]['taskArn']
        eventually(lambda: self.status(arn) == 'RUNNING', timeout=60)
        return arn

    def status(self, arn):
        tasks = self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks']
        return tasks[0]['lastStatus'] if tasks else None

    def containers(self, arn=None):
        label = 'com.amazonaws.ecs.task-arn=' + arn if arn else 'com.amazonaws.ecs.cluster=' + CLUSTER
        return sorted(docker('ps', '-q', '--no-trunc', '--filter', 'label=' + label).split())

    def connected(self):
        answer = self.ecs.describe_container_instances(cluster=CLUSTER, containerInstances=self.instances())
        return all(one['agentConnected'] for one in answer['containerInstances'])

    def restore(self):
        self.server.admin_ok('POST', 'snapshots/base/restore')
        eventually(self.connected, timeout=60)

    def test_containers_follow_what_is_restored(self):
        stays, ends, instances = self.run_one(), self.run_one(), self.instances()
        container = self.containers(stays)
        self.assertEqual(len(container), 1)
        self.server.admin_ok('POST', 'snapshots', {'name': 'base'})
        comes = self.run_one()
        self.ecs.stop_task(cluster=CLUSTER, task=ends)
        eventually(lambda: self.status(ends) == 'STOPPED', timeout=60)
        self.restore()
        self.assertEqual(self.instances(), instances)
        self.assertIsNone(self.status(comes))
        eventually(lambda: not self.containers(comes), timeout=60, what='the container of no task removed')
        eventually(lambda: self.status(ends) == 'STOPPED', timeout=60, what='the lost container reported')
        self.assertEqual((self.status(stays), self.containers(stays)), ('RUNNING', container))
        # It is looked after as before.
        self.ecs.stop_task(cluster=CLUSTER, task=stays)
        eventually(lambda: self.status(stays) == 'STOPPED' and not self.containers(stays), timeout=60)
        self.restore()
        eventually(lambda: self.status(stays) == 'STOPPED', timeout=60)
        self.assertEqual(self.containers(), [])

    def test_a_service_replaces_what_is_gone(self):
        self.ecs.create_service(cluster=CLUSTER, serviceName='web', taskDefinition='sleep', desiredCount=2)
        eventually(lambda: len(self.containers()) == 2, timeout=60)

        def stable():
            service = self.ecs.describe_services(cluster=CLUSTER, services=['web'])['services'][0]
            return service['runningCount'] == 2 and len(self.containers()) == 2
        eventually(stable, timeout=60)
        self.server.admin_ok('POST', 'snapshots', {'name': 'base'})
        self.server.admin_ok('POST', 'reset')
        eventually(lambda: not self.containers(), timeout=60)
        self.restore()
        eventually(stable, timeout=120)
        self.server.kill()
        before = self.containers()
        self.server.start()
        eventually(self.connected, timeout=60)
        eventually(stable, timeout=60)
        self.assertEqual(self.containers(), before)


if __name__ == '__main__':
    main()
