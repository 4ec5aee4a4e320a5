"""CloudWatch Logs on the same port: groups and streams of simulated containers, PutLogEvents, `aws logs tail`,
retention by the clock, bounds, reset and kill -9."""

import json
import os
import subprocess
import time
import unittest

from harness import ACCOUNT, AWS, REGION, SESSION, Server, container, eventually

NEW_AWS = '/usr/bin/aws' if os.path.exists('/usr/bin/aws') else AWS


def logs_of(server, key='test', region=REGION):
    return SESSION.client('logs', endpoint_url=server.url, region_name=region, aws_access_key_id=key,
                          aws_secret_access_key='test')


def awslogs(group, **options):
    return {'logDriver': 'awslogs', 'options': dict({
        'awslogs-group': group, 'awslogs-region': REGION, 'awslogs-stream-prefix': 'app'}, **options)}


def cli(server, *arguments):
    environment = dict(os.environ, AWS_ACCESS_KEY_ID='test', AWS_SECRET_ACCESS_KEY='test', AWS_DEFAULT_REGION=REGION,
                       AWS_PAGER='', AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    return subprocess.run([NEW_AWS, '--endpoint-url', server.url] + list(arguments), env=environment, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=120)


class SimulatedLogs(unittest.TestCase):
    def setUp(self):
        self.server = Server('--clock', 'virtual', '--simulated-sizes', '65536:65536')
        self.addCleanup(self.server.close)
        self.ecs, self.logs = self.server.ecs(), logs_of(self.server)
        self.ecs.create_cluster()

    def run_task(self, lines, configuration, family='app', **members):
        self.ecs.register_task_definition(family=family, containerDefinitions=[container(
            dockerLabels={'drydock.simulated.logs': '\n'.join(lines)}, logConfiguration=configuration, **members)])
        task = self.ecs.run_task(taskDefinition=family)['tasks'][0]['taskArn']
        return task, 'app/main/' + task.split('/')[-1]

    def messages(self, group, stream):
        events = self.logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)['events']
        return [event['message'] for event in events]

    def test_lines_of_behaviours_are_in_the_stream(self):
        self.logs.create_log_group(logGroupName='/ecs/app')
        _, stream = self.run_task(['starting', '2.5:ready', '60:tick'], awslogs('/ecs/app'))
        self.assertEqual(self.messages('/ecs/app', stream), ['starting'])
        self.server.clock(advance=10)
        events = self.logs.get_log_events(logGroupName='/ecs/app', logStreamName=stream)['events']
        start = 1735689600000
        self.assertEqual([(e['timestamp'] - start, e['ingestionTime'] - start, e['message']) for e in events],
                         [(0, 0, 'starting'), (2500, 2500, 'ready')])
        found = self.logs.filter_log_events(logGroupName='/ecs/app', filterPattern='ready')['events']
        self.assertEqual([(e['logStreamName'], e['message']) for e in found], [(stream, 'ready')])
        self.assertEqual(len(found[0]['eventId']), 56)
        shown = self.logs.describe_log_streams(logGroupName='/ecs/app')['logStreams'][0]
        self.assertEqual((shown['logStreamName'], shown['lastEventTimestamp'] - start), (stream, 2500))
        self.assertEqual(self.logs.describe_log_groups()['logGroups'][0]['storedBytes'], 13)

    def test_a_missing_group_keeps_the_container_from_starting(self):
        task, _ = self.run_task(['x'], awslogs('/ecs/none'))
        shown = self.ecs.describe_tasks(tasks=[task])['tasks'][0]
        self.assertEqual(shown['stopCode'], 'TaskFailedToStart')
        self.assertEqual(shown['containers'][0]['reason'],
                         'CannotStartContainerError: Error response from daemon: failed to initialize logging driver: '
                         'failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group '
                         'does not exist.')
        task, stream = self.run_task(['x'], awslogs('/ecs/none', **{'awslogs-create-group': 'true'}))
        self.assertEqual(self.messages('/ecs/none', stream), ['x'])

    def test_the_region_of_the_group_counts(self):
        options = {'awslogs-region': 'eu-west-1', 'awslogs-create-group': 'true'}
        self.run_task(['there'], awslogs('/ecs/far', **options))
        self.assertEqual(self.logs.describe_log_groups()['logGroups'], [])
        far = logs_of(self.server, region='eu-west-1')
        self.assertEqual(far.filter_log_events(logGroupName='/ecs/far')['events'][0]['message'], 'there')
        self.assertEqual(far.describe_log_groups()['logGroups'][0]['arn'],
                         'arn:aws:logs:eu-west-1:%s:log-group:/ecs/far:*' % ACCOUNT)

    def test_retention_follows_the_clock(self):
        self.logs.create_log_group(logGroupName='g')
        self.logs.put_retention_policy(logGroupName='g', retentionInDays=1)
        _, stream = self.run_task(['old', '%d:new' % (3600 * 23)], awslogs('g'))
        self.server.clock(advance=3600 * 23)
        self.assertEqual(self.messages('g', stream), ['old', 'new'])
        self.server.clock(advance=7200)
        self.assertEqual(self.messages('g', stream), ['new'])
        self.logs.delete_retention_policy(logGroupName='g')
        self.assertNotIn('retentionInDays', self.logs.describe_log_groups()['logGroups'][0])

    def test_reset_by_account_and_of_everything(self):
        other = logs_of(self.server, key='123456789012')
        for client in (self.logs, other):
            client.create_log_group(logGroupName='g')
            client.create_log_stream(logGroupName='g', logStreamName='s')
            client.put_log_events(logGroupName='g', logStreamName='s', logEvents=[
                {'timestamp': 1735689600000, 'message': 'kept'}])
        self.server.admin_ok('POST', 'reset?account=123456789012')
        self.assertEqual(other.describe_log_groups()['logGroups'], [])
        self.assertEqual(self.messages('g', 's'), ['kept'])
        self.server.admin_ok('POST', 'reset')
        self.assertEqual(self.logs.describe_log_groups()['logGroups'], [])
        self.logs.create_log_group(logGroupName='g')
        self.logs.create_log_stream(logGroupName='g', logStreamName='s')
        self.assertEqual(self.messages('g', 's'), [])


class Clients(unittest.TestCase):
    def setUp(self):
        self.server = Server('--log-bytes', '3MB')
        self.addCleanup(self.server.close)
        self.logs = logs_of(self.server)
        self.logs.create_log_group(logGroupName='/app', tags={'team': 'harbour'})
        self.logs.create_log_stream(logGroupName='/app', logStreamName='one')

    def put(self, *messages, stream='one'):
        now = int(time.time() * 1000)
        return self.logs.put_log_events(logGroupName='/app', logStreamName=stream, logEvents=[
            {'timestamp': now, 'message': message} for message in messages])

    def all(self):
        pages = self.logs.get_paginator('filter_log_events').paginate(logGroupName='/app')
        return [event['message'] for page in pages for event in page['events']]

    def test_what_was_acknowledged_survives_a_kill(self):
        for number in range(20):
            self.put('line %d' % number)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.all(), ['line %d' % number for number in range(20)])
        self.put('after')
        events = self.logs.filter_log_events(logGroupName='/app')['events']
        self.assertEqual(len({event['eventId'] for event in events}), 21)

    def test_pages_of_both_kinds_give_every_event_once(self):
        expected = []
        for batch in range(4):
            messages = ['%d-%d %s' % (batch, i, 'x' * 300) for i in range(1000)]
            self.put(*messages)
            expected += messages
        self.assertEqual(self.all(), expected)
        got, token = [], None
        while True:
            answer = self.logs.get_log_events(logGroupName='/app', logStreamName='one', startFromHead=True, limit=700,
                                              **({'nextToken': token} if token else {}))
            got += [event['message'] for event in answer['events']]
            if answer['nextForwardToken'] == token:
                break
            token = answer['nextForwardToken']
        self.assertEqual(got, expected)

    def test_the_oldest_events_go_when_there_are_too_many_bytes(self):
        for batch in range(6):
            self.put('%d %s' % (batch, 'x' * 900_000))
        left = self.all()
        self.assertTrue(0 < len(left) <= 3, len(left))
        self.assertEqual([text[0] for text in left], [str(number) for number in range(6 - len(left), 6)])

    def test_the_cli_describes_and_tails(self):
        groups = json.loads(cli(self.server, 'logs', 'describe-log-groups', '--output', 'json').stdout)['logGroups']
        self.assertEqual(groups[0]['logGroupName'], '/app')
        tags = self.logs.list_tags_for_resource(resourceArn=groups[0]['arn'][:-2])['tags']
        self.assertEqual(tags, {'team': 'harbour'})
        self.put('first', 'second ERROR')
        done = cli(self.server, 'logs', 'tail', '/app', '--format', 'short')
        lines = [line.split(' ', 1)[1] for line in done.stdout.splitlines()]
        self.assertEqual(lines, ['first', 'second ERROR'], done.stderr)
        done = cli(self.server, 'logs', 'tail', '/app', '--format', 'short', '--filter-pattern', 'ERROR')
        lines = [line.split(' ', 1)[1] for line in done.stdout.splitlines()]
        self.assertEqual(lines, ['second ERROR'], done.stderr)
        done = cli(self.server, 'logs', 'tail', '/nowhere')
        self.assertIn('The specified log group does not exist.', done.stderr)

    def test_the_cli_follows_without_doubles(self):
        environment = dict(os.environ, AWS_ACCESS_KEY_ID='test', AWS_SECRET_ACCESS_KEY='test', AWS_PAGER='',
                           AWS_DEFAULT_REGION=REGION, AWS_CONFIG_FILE=os.devnull, PYTHONUNBUFFERED='1')
        tail = subprocess.Popen(
            [NEW_AWS, '--endpoint-url', self.server.url, 'logs', 'tail', '/app', '--follow', '--format', 'short'],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(tail.stdout.close)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        self.put('early')
        self.assertEqual(tail.stdout.readline().split(' ', 1)[1].strip(), 'early')
        self.logs.create_log_stream(logGroupName='/app', logStreamName='two')
        self.put('late', stream='two')
        self.assertEqual(tail.stdout.readline().split(' ', 1)[1].strip(), 'late')

    def test_deleted_streams_and_groups_are_gone(self):
        self.put('x')
        self.logs.delete_log_stream(logGroupName='/app', logStreamName='one')
        self.logs.create_log_stream(logGroupName='/app', logStreamName='one')
        self.assertEqual(self.all(), [])
        self.logs.delete_log_group(logGroupName='/app')
        with self.assertRaises(self.logs.exceptions.ResourceNotFoundException):
            self.logs.describe_log_streams(logGroupName='/app')
        with self.assertRaises(self.logs.exceptions.InvalidParameterException):
            self.logs.create_log_group(logGroupName='not a name')
        self.logs.create_log_group(logGroupName='/app')
        with self.assertRaises(self.logs.exceptions.ResourceAlreadyExistsException):
            self.logs.create_log_group(logGroupName='/app')

    def test_a_task_without_a_prefix_and_a_simulated_restart(self):
        ecs = self.server.ecs()
        ecs.create_cluster()
        ecs.register_task_definition(family='plain', containerDefinitions=[container(
            dockerLabels={'drydock.simulated.logs': 'hello\n4:again'},
            logConfiguration={'logDriver': 'awslogs', 'options': {'awslogs-group': '/app', 'awslogs-region': REGION}})])
        task = eventually(lambda: ecs.run_task(taskDefinition='plain')['tasks'])[0]['taskArn']
        shown = eventually(
            lambda: [t for t in ecs.describe_tasks(tasks=[task])['tasks'] if t['lastStatus'] == 'RUNNING'])
        stream = shown[0]['containers'][0]['runtimeId']
        self.server.kill()
        self.server.start()

        def lines():
            events = self.logs.get_log_events(logGroupName='/app', logStreamName=stream)['events']
            return [event['message'] for event in events] == ['hello', 'again']
        eventually(lines, what='both lines')


if __name__ == '__main__':
    unittest.main()
