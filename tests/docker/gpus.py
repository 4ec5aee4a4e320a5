#!/usr/bin/python3
"""GPUs that an engine says it has: registered, given to containers one by one, and free again. The engine is one of the
test's own; its runtime for them is an ordinary one, so that no GPU is needed. Writes "PASSED FAILED" into the file that
DRYDOCK_RESULTS names. The image comes from tests/docker/make_images.sh."""

import json
import shutil
import unittest

from engine import IMAGE, docker, main, remove_containers
from harness import Server, eventually
from own_engine import OwnEngine

CLUSTER = 'gpus-test'
IDS = ['GPU-1f2e', 'GPU-3a4b']


class Gpus(unittest.TestCase):
    def start(self, runtime='nvidia', **settings):
        options = ['--add-runtime', '%s=%s' % (runtime, shutil.which('runc') or '/usr/sbin/runc')]
        for gpu in IDS:
            options += ['--node-generic-resource', 'NVIDIA-GPU=' + gpu]
        self.engine = OwnEngine(self, *options)
        self.addCleanup(remove_containers, CLUSTER, host=self.engine.host)
        self.server = Server('--docker-socket', self.engine.socket, runtime='docker',
                             env=dict(settings, ECS_CLUSTER=CLUSTER))
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster(clusterName=CLUSTER)
        return eventually(self.instance, timeout=60, what='the instance joined')

    def instance(self):
        arns = self.ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns']
        return arns and self.ecs.describe_container_instances(cluster=CLUSTER, containerInstances=arns)[
            'containerInstances'][0]

    @staticmethod
    def gpus(resources):
        return [sorted(one['stringSetValue']) for one in resources if one['name'] == 'GPU']

    def run_task(self):
        gpu = [{'type': 'GPU', 'value': '1'}]
        self.ecs.register_task_definition(family='gpu', networkMode='none', containerDefinitions=[
            {'name': 'main', 'image': IMAGE, 'memory': 16, 'command': ['sleep', '100000'], 'stopTimeout': 2,
             'resourceRequirements': gpu}])
        return self.ecs.run_task(cluster=CLUSTER, taskDefinition='gpu')

    def running(self, arn):
        task, = self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks']
        return task if task['lastStatus'] == 'RUNNING' else None

    def test_each_container_has_its_own(self):
        instance = self.start()
        self.assertEqual(self.gpus(instance['registeredResources']), [IDS])
        given = []
        for _ in IDS:
            arn = self.run_task()['tasks'][0]['taskArn']
            task = eventually(lambda arn=arn: self.running(arn), timeout=60, what='the task runs')
            gpu, = task['containers'][0]['gpuIds']
            given.append((gpu, arn))
            spec = json.loads(docker('inspect', task['containers'][0]['runtimeId'], host=self.engine.host))[0]
            self.assertEqual(spec['HostConfig']['Runtime'], 'nvidia')
            self.assertIn('NVIDIA_VISIBLE_DEVICES=' + gpu, spec['Config']['Env'])
        self.assertEqual(sorted(gpu for gpu, _ in given), IDS)
        self.assertEqual(self.gpus(self.instance()['remainingResources']), [[]])
        failure, = self.run_task()['failures']
        self.assertEqual(failure['reason'], 'RESOURCE:GPU')
        gpu, arn = given[0]
        self.ecs.stop_task(cluster=CLUSTER, task=arn)
        eventually(lambda: self.gpus(self.instance()['remainingResources']) == [[gpu]], timeout=60, what='it is free again')

    def test_an_engine_without_the_runtime_has_none(self):
        instance = self.start(runtime='other')
        self.assertEqual(self.gpus(instance['registeredResources']), [])

    def test_the_runtime_may_have_another_name_and_gpus_may_be_left_out(self):
        instance = self.start(runtime='other', ECS_NVIDIA_RUNTIME='other')
        self.assertEqual(self.gpus(instance['registeredResources']), [IDS])
        with Server('--docker-socket', self.engine.socket, runtime='docker',
                    env={'ECS_CLUSTER': CLUSTER, 'ECS_NVIDIA_RUNTIME': 'other', 'ECS_ENABLE_GPU_SUPPORT': 'false'}) as server:
            self.ecs = server.ecs()
            self.ecs.create_cluster(clusterName=CLUSTER)
            instance = eventually(self.instance, timeout=60, what='the instance joined')
            self.assertEqual(self.gpus(instance['registeredResources']), [])


if __name__ == '__main__':
    main()
