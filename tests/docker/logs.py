#!/usr/bin/python3
"""Logs of real containers through the public API: the stream's name, every line once over kill -9 of the server, a task
whose group is missing, and throughput. On the engine at DOCKER_HOST; writes "PASSED FAILED" into the file that
DRYDOCK_RESULTS names. The image comes from tests/docker/make_images.sh."""

import sys
import time
import unittest

from engine import docker, main, start_with_instance
from harness import REGION, SESSION, eventually

CLUSTER = 'logs-deepdive'


class Logs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server, cls.ecs = start_with_instance(cls, CLUSTER)
        cls.logs = SESSION.client('logs', endpoint_url=cls.server.url, region_name=REGION, aws_access_key_id='test',
                                  aws_secret_access_key='test')
        cls.logs.create_log_group(logGroupName='/logs')

    def run_script(self, family, script, group='/logs', **options):
        self.ecs.register_task_definition(family=family, networkMode='none', containerDefinitions=[{
            'name': 'main', 'image': 'drydock-test/busybox', 'cpu': 64, 'memory': 64, 'command': ['sh', '-c', script],
            'logConfiguration': {'logDriver': 'awslogs', 'options': dict({
                'awslogs-group': group, 'awslogs-region': REGION, 'awslogs-stream-prefix': 'app'}, **options)}}])
        answer = self.ecs.run_task(cluster=CLUSTER, taskDefinition=family)
        self.assertEqual(answer['failures'], [])
        arn = answer['tasks'][0]['taskArn']
        return arn, 'app/main/' + arn.split('/')[-1]

    def stopped(self, arn, timeout=120):
        def probe():
            task = self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks'][0]
            return task if task['lastStatus'] == 'STOPPED' else None
        return eventually(probe, timeout=timeout)

    def messages(self, stream):
        found, token = [], None
        while True:
            answer = self.logs.get_log_events(logGroupName='/logs', logStreamName=stream, startFromHead=True,
                                              **({'nextToken': token} if token else {}))
            found += [event['message'] for event in answer['events']]
            if answer['nextForwardToken'] == token:
                return found
            token = answer['nextForwardToken']

    def test_everything_is_stored_when_the_task_is_stopped(self):
        arn, stream = self.run_script('short', 'echo one; echo two >&2; printf three')
        self.stopped(arn)
        self.assertEqual(sorted(self.messages(stream)), ['one', 'three', 'two'])
        self.assertEqual(docker('logs', self.container(arn)).split(), ['one', 'three'])

    def container(self, arn):
        return docker('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.task-arn=' + arn)

    def test_no_line_is_lost_or_doubled_when_the_server_is_killed(self):
        arn, stream = self.run_script(
            'steady',
            'i=0; while [ $i -lt 6000 ]; do i=$((i+1)); echo line $i; [ $((i%60)) = 0 ] && sleep 0.1; done; true')
        for seen in (200, 2000, 4000):
            def enough(seen=seen):
                try:
                    return len(self.messages(stream)) >= seen
                except self.logs.exceptions.ResourceNotFoundException:
                    return False
            eventually(enough, timeout=60)
            self.server.kill()
            self.server.start()
        self.stopped(arn)
        self.assertEqual(self.messages(stream), ['line %d' % number for number in range(1, 6001)])

    def test_a_missing_group_is_told_as_ecs_does(self):
        arn, _ = self.run_script('missing', 'true', group='/none')
        task = self.stopped(arn)
        self.assertIn('failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does '
                      'not exist.', task['containers'][0]['reason'])
        self.assertEqual(task['stopCode'], 'TaskFailedToStart')

    def test_throughput(self):
        size = 60_000_000
        begun = time.monotonic()
        line = 'x' * 99
        arn, stream = self.run_script('loud', 'yes %s | head -c %d' % (line, size), mode='blocking')
        self.stopped(arn)
        took = time.monotonic() - begun
        stored = self.logs.describe_log_groups(logGroupNamePrefix='/logs')['logGroups'][0]['storedBytes']
        print('container to stored: %.1f MB/s' % (size / 1e6 / took), file=sys.stderr)
        self.assertGreaterEqual(stored, size // 100 * 99)
        newest = self.logs.get_log_events(logGroupName='/logs', logStreamName=stream, limit=1)['events']
        self.assertEqual(newest[0]['message'], line)


if __name__ == '__main__':
    main()
