#!/usr/bin/python3
"""Images that cannot be had here, and what --image-map runs in their place: another image, or a stub. On the engine at
DOCKER_HOST; writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names. The image comes from
tests/docker/make_images.sh."""

import os
import subprocess
import tempfile
import unittest

from engine import IMAGE, docker, main, start_with_instance
from harness import eventually

CLUSTER = 'images-test'
SHOP = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:7'
AGENT = 'public.ecr.aws/vendor/agent:7'
STUB = 'drydock/stub:1'


class Images(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run(['docker', 'rmi', '-f', STUB], check=False, capture_output=True)
        cls.addClassCleanup(subprocess.run, ['docker', 'rmi', '-f', STUB], check=False, capture_output=True)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        rules = os.path.join(folder.name, 'images')
        with open(rules, 'w', encoding='utf-8') as out:
            out.write('# What this machine has instead\n%s=%s:latest\npublic.ecr.aws/vendor/*=stub\n' % (SHOP, IMAGE))
        cls.server, cls.ecs = start_with_instance(cls, CLUSTER, '--image-map', rules)

    def run_task(self, containers, mode='bridge'):
        self.ecs.register_task_definition(family='images', networkMode=mode, containerDefinitions=containers)
        network = {'networkConfiguration': {'awsvpcConfiguration': {'subnets': ['subnet-1']}}} if mode == 'awsvpc' else {}
        answer = self.ecs.run_task(cluster=CLUSTER, taskDefinition='images', **network)
        self.assertEqual(answer['failures'], [])
        return answer['tasks'][0]['taskArn']

    def task(self, arn):
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks'][0]

    def container(self, arn, name):
        return next(one for one in self.task(arn)['containers'] if one['name'] == name)

    def reaches(self, arn, status):
        def probe():
            task = self.task(arn)
            if task['lastStatus'] == 'STOPPED' != status:
                raise AssertionError(task)
            return task['lastStatus'] == status
        eventually(probe, timeout=60, what='the task is ' + status)

    def sidecar(self, **members):
        return dict({'name': 'sidecar', 'image': AGENT, 'memory': 32, 'cpu': 8, 'essential': True, 'user': 'vendor',
                     'command': ['--config', '/etc/vendor.yaml'], 'entryPoint': ['/vendor'], 'stopTimeout': 20,
                     'healthCheck': {'command': ['CMD', '/vendor', 'ping'], 'interval': 300}}, **members)

    def test_an_image_in_place_of_another(self):
        arn = self.run_task([{'name': 'main', 'image': SHOP, 'memory': 32, 'cpu': 8,
                              'command': ['sh', '-c', 'busybox true && exit 3']}])
        self.reaches(arn, 'STOPPED')
        self.assertEqual(self.container(arn, 'main')['exitCode'], 3)
        self.assertEqual(self.container(arn, 'main')['image'], SHOP)

    def test_a_stub_is_never_pulled(self):
        _, ecs = start_with_instance(self, CLUSTER + '-always', '--image-map', AGENT + '=stub',
                                     env={'ECS_IMAGE_PULL_BEHAVIOR': 'always'})
        ecs.register_task_definition(family='images', containerDefinitions=[self.sidecar()])
        arn = ecs.run_task(cluster=CLUSTER + '-always', taskDefinition='images')['tasks'][0]['taskArn']
        eventually(lambda: ecs.describe_tasks(cluster=CLUSTER + '-always', tasks=[arn])['tasks'][0]['lastStatus'] == 'RUNNING',
                   timeout=60, what='the task is RUNNING')

    def test_a_stub_runs_is_healthy_and_ends_when_told(self):
        for mode in ('bridge', 'awsvpc'):
            with self.subTest(mode):
                arn = self.run_task([self.sidecar(), self.sidecar(
                    name='main', healthCheck={'command': ['CMD', 'x'], 'interval': 300},
                    dependsOn=[{'containerName': 'sidecar', 'condition': 'HEALTHY'}])], mode)
                eventually(lambda: self.task(arn)['healthStatus'] == 'HEALTHY', timeout=60, what='a healthy task')
                self.assertEqual(self.container(arn, 'sidecar')['image'], AGENT)
                runtime = self.container(arn, 'sidecar')['runtimeId']
                self.assertEqual(docker('inspect', '--format', '{{.Config.Image}} {{.Config.User}}', runtime), STUB)
                self.ecs.stop_task(cluster=CLUSTER, task=arn)
                self.reaches(arn, 'STOPPED')
                self.assertEqual({one['name']: one.get('exitCode') for one in self.task(arn)['containers']},
                                 {'sidecar': 0, 'main': 0})

    def test_a_stub_that_is_killed_is_an_end_like_any_other(self):
        arn = self.run_task([self.sidecar()])
        self.reaches(arn, 'RUNNING')
        docker('kill', self.container(arn, 'sidecar')['runtimeId'])
        self.reaches(arn, 'STOPPED')
        self.assertEqual(self.container(arn, 'sidecar')['exitCode'], 137)
        self.assertEqual(self.task(arn)['stopCode'], 'EssentialContainerExited')


if __name__ == '__main__':
    main()
