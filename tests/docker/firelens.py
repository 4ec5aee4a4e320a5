#!/usr/bin/python3
"""FireLens with real containers: what an application writes arrives at its task's log router with its tag, over the
socket that Docker's driver fluentd writes to; the router finds its configuration, the user's own file and the values of
secret options; and nothing of it is left when the task is cleaned up. On the engine at DOCKER_HOST; writes "PASSED
FAILED" into the file that DRYDOCK_RESULTS names. The router is a program of the tests (tests/docker/log_router): it
receives the forward protocol where its configuration says, and writes down what arrives."""

import io
import os
import subprocess
import tarfile
import tempfile
import unittest

from engine import IMAGE, ROOT, docker, main, start_with_instance
from harness import REGION, SESSION, eventually

CLUSTER = 'firelens-test'
ROUTER = 'drydock-test/log-router'
PROGRAM = os.path.join(ROOT, 'build', 'release', 'tests', 'docker', 'log_router')
NETWORK = {'awsvpcConfiguration': {'subnets': ['subnet-1']}}
CONFIG_IN_IMAGE = b'# from the image\n'


def make_router_image():
    """The program, and the configuration that a fluent-bit image brings."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode='w') as tar:
        tar.add(PROGRAM, 'log_router')
        for name in ('fluent-bit/etc/fluent-bit.conf', 'extra.conf'):
            entry = tarfile.TarInfo(name)
            entry.size = len(CONFIG_IN_IMAGE)
            tar.addfile(entry, io.BytesIO(CONFIG_IN_IMAGE))
    subprocess.run(['docker', 'import', '--change', 'ENTRYPOINT ["/log_router"]', '-', ROUTER], check=True,
                   input=archive.getvalue(), capture_output=True, timeout=120)


class FireLens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_router_image()
        buckets = tempfile.TemporaryDirectory()
        cls.addClassCleanup(buckets.cleanup)
        os.mkdir(os.path.join(buckets.name, 'configs'))
        with open(os.path.join(buckets.name, 'configs', 'mine.conf'), 'w', encoding='utf-8') as out:
            out.write('# from the bucket\n')
        cls.server, cls.ecs = start_with_instance(cls, CLUSTER, '--s3-dir', buckets.name, env={
            'ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION': '5s'})
        cls.ssm = SESSION.client('ssm', endpoint_url=cls.server.url, region_name=REGION,
                                 aws_access_key_id='test', aws_secret_access_key='test')

    def run_task(self, script, mode='bridge', options=None, router=None, secrets=None, **router_members):
        log = {'logDriver': 'awsfirelens', 'options': options or {'Name': 'stdout'}}
        if secrets:
            log['secretOptions'] = secrets
        self.ecs.register_task_definition(
            family='firelens', networkMode=mode, executionRoleArn='arn:aws:iam::000000000000:role/execution',
            containerDefinitions=[
                {'name': 'app', 'image': IMAGE, 'cpu': 32, 'memory': 32, 'stopTimeout': 2,
                 'command': ['sh', '-c', script], 'logConfiguration': log},
                dict({'name': 'router', 'image': ROUTER, 'cpu': 32, 'memory': 32, 'stopTimeout': 2,
                      'firelensConfiguration': dict({'type': 'fluentbit'}, **({'options': router} if router else {}))},
                     **router_members)])
        extra = {'networkConfiguration': NETWORK} if mode == 'awsvpc' else {}
        arn = self.ecs.run_task(cluster=CLUSTER, taskDefinition='firelens', **extra)['tasks'][0]['taskArn']
        self.addCleanup(self.stop, arn)
        return arn

    def task(self, arn):
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks'][0]

    def stop(self, arn):
        self.ecs.stop_task(cluster=CLUSTER, task=arn)
        eventually(lambda: self.task(arn)['lastStatus'] == 'STOPPED', timeout=60)

    @staticmethod
    def container(arn, name):
        return docker('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.task-arn=' + arn, '--filter',
                      'label=com.amazonaws.ecs.container-name=' + name)

    def routed(self, arn, line):
        """What the router wrote, once the line is in it."""
        def probe():
            router = self.container(arn, 'router')
            written = docker('logs', router).splitlines() if router else []
            return written if line in written else None
        return eventually(probe, timeout=60, what=line, tell=lambda: self.task(arn).get('containers'))

    def test_lines_arrive_with_their_tag_in_every_network_mode(self):
        for mode in ('bridge', 'awsvpc', 'host', 'none'):
            with self.subTest(mode):
                arn = self.run_task('echo to $FLUENT_HOST:$FLUENT_PORT; sleep 600', mode)
                task_id = arn.split('/')[-1]
                host = {'awsvpc': '127.0.0.1', 'host': '', 'none': ''}.get(mode)
                if host is None:
                    router = eventually(lambda arn=arn: self.container(arn, 'router'), timeout=60)
                    host = eventually(lambda: docker('inspect', '-f', '{{.NetworkSettings.IPAddress}}', router))
                written = self.routed(arn, 'app-firelens-%s to %s:%s' % (task_id, host, '24224' if host else ''))
                self.assertIn('config     Record ecs_task_arn ' + arn, written)
                self.assertIn('config     Match app-firelens*', written)
                self.assertEqual('config     Port 24224' in written, mode in ('bridge', 'awsvpc'))
                self.assertNotIn('config # from the image', written)
                self.stop(arn)

    def test_the_last_words_of_an_application_arrive(self):
        arn = self.run_task('trap "echo the end; exit 0" TERM; echo ready; sleep 600 & wait')
        task_id = arn.split('/')[-1]
        self.routed(arn, 'app-firelens-%s ready' % task_id)
        self.ecs.stop_task(cluster=CLUSTER, task=arn)
        self.routed(arn, 'app-firelens-%s the end' % task_id)

    def test_own_files_and_secrets(self):
        self.ssm.put_parameter(Name='apikey', Value='s3cret', Type='SecureString')
        options = {'Name': 'datadog', 'log-driver-buffer-limit': '65536'}
        arn = self.run_task('echo hello; sleep 600', options=options,
                            secrets=[{'name': 'apikey', 'valueFrom': 'apikey'}],
                            router={'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::configs/mine.conf',
                                    'enable-ecs-log-metadata': 'false'})
        written = self.routed(arn, 'app-firelens-%s hello' % arn.split('/')[-1])
        self.assertIn('included # from the bucket', written)
        self.assertIn('config     apikey ${apikey_0}', written)
        self.assertIn('variable apikey_0 s3cret', written)
        self.assertFalse([line for line in written if 'ecs_task_arn' in line or 'buffer-limit' in line])
        self.assertIn('65536', docker('inspect', '-f', '{{json .HostConfig.LogConfig}}', self.container(arn, 'app')))
        arn = self.run_task('echo hello; sleep 600', router={
            'config-file-type': 'file', 'config-file-value': '/extra.conf'})
        self.assertIn('included # from the image', self.routed(arn, 'app-firelens-%s hello' % arn.split('/')[-1]))

    def test_a_router_with_a_read_only_root_has_its_configuration_and_what_its_image_has_there(self):
        arn = self.run_task('echo hello; sleep 600', readonlyRootFilesystem=True)
        written = self.routed(arn, 'app-firelens-%s hello' % arn.split('/')[-1])
        self.assertIn('config     Record ecs_task_arn ' + arn, written)
        router = self.container(arn, 'router')
        self.assertEqual(docker('inspect', '-f', '{{.HostConfig.ReadonlyRootfs}}', router), 'true')
        before = docker('volume', 'ls', '-q').split()
        volume = docker('inspect', '-f', '{{range .Mounts}}{{if eq .Destination "/fluent-bit/etc"}}{{.Name}}{{end}}{{end}}', router)
        self.assertIn(volume, before)
        self.stop(arn)
        eventually(lambda: volume not in docker('volume', 'ls', '-q').split(), timeout=60, what='the volume is gone')

    def test_what_cannot_be_configured_says_why(self):
        arn = self.run_task('sleep 600', options={'region': 'us-east-1'})
        eventually(lambda: self.task(arn)['lastStatus'] == 'STOPPED', timeout=60)
        router = [one for one in self.task(arn)['containers'] if one['name'] == 'router'][0]
        self.assertIn('missing output key Name', router['reason'])
        arn = self.run_task('sleep 600', router={
            'config-file-type': 's3', 'config-file-value': 'arn:aws:s3:::configs/missing.conf'})
        eventually(lambda: self.task(arn)['lastStatus'] == 'STOPPED', timeout=60)
        router = [one for one in self.task(arn)['containers'] if one['name'] == 'router'][0]
        self.assertIn('NoSuchKey', router['reason'])

    def test_lines_go_on_after_kill_and_nothing_is_left(self):
        arn = self.run_task('i=0; while sleep 0.2; do echo line $((i=i+1)); done')
        tag = 'app-firelens-' + arn.split('/')[-1]
        self.routed(arn, tag + ' line 1')
        volumes = docker('volume', 'ls', '-q', '--filter', 'label=com.amazonaws.ecs.task-arn=' + arn)
        self.assertEqual(len(volumes.split()), 1)
        self.server.kill()
        self.server.start()
        count = len(docker('logs', self.container(arn, 'router')).splitlines())
        eventually(lambda: len(docker('logs', self.container(arn, 'router')).splitlines()) > count + 3)
        self.stop(arn)
        eventually(lambda: not docker('volume', 'ls', '-q', '--filter', 'label=com.amazonaws.ecs.task-arn=' + arn),
                   timeout=60)
        self.assertFalse(docker('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.task-arn=' + arn))


if __name__ == '__main__':
    main()
