"""--clock virtual: time stands still until it is moved, hours pass at once, and the same requests give the same answers."""

import json
import re
import subprocess
import unittest
from datetime import datetime, timedelta, timezone

from default_cluster import DefaultCluster, behaving
from harness import BINARY, Server, container

START = datetime(2025, 1, 1, tzinfo=timezone.utc)
LARGE = ('--simulated-sizes', '65536:65536')


class Clock(DefaultCluster, unittest.TestCase):
    def setUp(self):
        self.server = Server('--clock', 'virtual', *LARGE)
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()

    def test_what_needs_no_time_happens_without_waiting(self):
        self.register('app', container())
        self.assertEqual(len(self.ecs.list_container_instances()['containerInstanceArns']), 1)
        task = self.task(self.run_one('app'))
        self.assertEqual((task['lastStatus'], task['createdAt'], task['startedAt']), ('RUNNING', START, START))
        self.assertEqual(self.server.admin_ok('GET', 'clock'), {
            'mode': 'virtual', 'now': '2025-01-01T00:00:00.000Z', 'epochMillis': 1735689600000, 'nextTimer': None})

    def test_times_of_a_task_are_those_of_its_behaviour(self):
        self.register('timed', behaving(pull_for='20', start_for='1.5', run_for='3600', exit_code='7', stop_for='3'))
        arn = self.run_one('timed')
        self.assertEqual(self.task(arn)['lastStatus'], 'PENDING')
        answer = self.server.clock(advance='20s')
        self.assertEqual((answer['now'], answer['stoppedBecause'], answer['advancedSeconds'], answer['nextTimer']),
                         ('2025-01-01T00:00:20.000Z', 'reached', 20.0, '2025-01-01T00:00:21.500Z'))
        self.assertEqual(self.task(arn)['lastStatus'], 'PENDING')
        answer = self.server.clock(until='task', task=arn, status='RUNNING')
        self.assertEqual((answer['stoppedBecause'], answer['now']), ('reached', '2025-01-01T00:00:21.500Z'))
        answer = self.server.clock(until='task', task=arn, status='STOPPED', limit='2h')
        self.assertEqual((answer['stoppedBecause'], answer['now']), ('reached', '2025-01-01T01:00:21.500Z'))
        task = self.task(arn)
        at = {name: (task[name] - START).total_seconds() for name in (
            'createdAt', 'pullStartedAt', 'pullStoppedAt', 'startedAt', 'executionStoppedAt', 'stoppedAt')}
        self.assertEqual(at, {'createdAt': 0, 'pullStartedAt': 0, 'pullStoppedAt': 20, 'startedAt': 21.5,
                              'executionStoppedAt': 3621.5, 'stoppedAt': 3621.5})
        self.assertEqual(task['containers'][0]['exitCode'], 7)
        self.assertEqual(self.server.clock(until='task', task=arn, status='RUNNING')['stoppedBecause'], 'gone')

    def test_a_container_that_does_not_listen_ends_after_its_stop_timeout(self):
        self.register('deaf', dict(behaving(ignore_stop='true'), stopTimeout=100))
        arn = self.run_one('deaf')
        self.ecs.stop_task(task=arn)
        self.assertEqual(self.server.clock(advance=99)['stoppedBecause'], 'reached')
        self.assertEqual((self.task(arn)['lastStatus'], self.task(arn)['desiredStatus']), ('STOPPING', 'STOPPED'))
        self.server.clock(advance=1)
        task = self.task(arn)
        self.assertEqual((task['lastStatus'], task['containers'][0]['exitCode']), ('STOPPED', 137))
        self.assertEqual(task['stoppedAt'] - task['stoppingAt'], timedelta(seconds=100))

    def test_stopped_tasks_are_kept_for_an_hour(self):
        self.register('short', behaving(run_for='10'))
        arn = self.run_one('short')
        self.assertEqual(self.server.clock(until='idle')['now'], '2025-01-01T00:00:10.000Z')
        self.server.clock(advance=3599.999)
        self.assertEqual(self.task(arn)['lastStatus'], 'STOPPED')
        self.server.clock(advance='1ms')
        self.assertEqual(self.ecs.describe_tasks(tasks=[arn])['failures'][0]['reason'], 'MISSING')

    def test_a_service_is_stable_after_the_time_that_its_tasks_take(self):
        self.register('slow', behaving(pull_for='60', stop_for='10'))
        self.ecs.create_service(serviceName='slow', taskDefinition='slow', desiredCount=3)
        answer = self.server.clock(until='stable', service='slow', cluster='default')
        self.assertEqual((answer['stoppedBecause'], answer['now']), ('reached', '2025-01-01T00:01:00.000Z'))
        self.assertEqual(self.service('slow')['runningCount'], 3)
        self.register('slow', behaving(pull_for='7200'))
        self.ecs.update_service(service='slow', taskDefinition='slow')
        answer = self.server.clock(until='stable', service=self.service('slow')['serviceArn'])
        self.assertEqual((answer['stoppedBecause'], answer['now']), ('limit', '2025-01-01T01:01:00.000Z'))
        answer = self.server.clock(until='stable', service='slow', limit='2h')
        self.assertEqual(answer['stoppedBecause'], 'reached')
        self.assertEqual(len(self.service('slow')['deployments']), 1)

    def test_grace_periods_and_health_checks_take_virtual_time(self):
        sick = dict(behaving(health='UNKNOWN,30:HEALTHY,90:UNHEALTHY'), healthCheck={'command': ['CMD', 'true']})
        self.register('sick', sick)
        self.ecs.create_service(serviceName='sick', taskDefinition='sick', desiredCount=1)
        first, = self.ecs.list_tasks(serviceName='sick')['taskArns']
        statuses = []
        for at in (0, 29, 30, 89):
            self.server.clock(advanceTo='2025-01-01T00:%02d:%02dZ' % divmod(at, 60))
            statuses.append(self.task(first)['healthStatus'])
        self.assertEqual(statuses, ['UNKNOWN', 'UNKNOWN', 'HEALTHY', 'HEALTHY'])
        self.server.clock(advance=2)
        self.assertEqual((self.task(first)['healthStatus'], self.task(first)['desiredStatus']), ('UNHEALTHY', 'RUNNING'))
        # It is stopped once its replacement is healthy.
        self.server.clock(advance=30)
        self.assertEqual(self.task(first)['desiredStatus'], 'STOPPED')
        self.assertNotIn(first, self.ecs.list_tasks(serviceName='sick')['taskArns'])

    def test_a_failing_service_is_throttled_in_virtual_time(self):
        self.register('wreck', behaving(start_error='no such program'))
        self.ecs.create_service(serviceName='wreck', taskDefinition='wreck', desiredCount=1)
        first = self.service('wreck')
        self.assertIn('unable to consistently start', first['events'][0]['message'])
        self.server.clock(advance='1h')
        failed = [s['deployments'][0]['failedTasks'] for s in (first, self.service('wreck'))]
        self.assertTrue(failed[0] < failed[1] < 1000, failed)

    def test_an_instant_that_never_ends_is_left(self):
        self.register('flash', behaving(run_for='0'))
        self.ecs.create_service(serviceName='flash', taskDefinition='flash', desiredCount=1)
        answer = self.server.clock(advance='1ms')
        self.assertEqual(answer['now'], '2025-01-01T00:00:00.001Z')
        self.ecs.delete_service(service='flash', force=True)

    def test_a_restart_keeps_the_time(self):
        self.register('timed', behaving(run_for='7200'))
        arn = self.run_one('timed')
        self.server.clock(advance='1h')
        self.server.kill()
        self.server.start()
        self.assertEqual(self.server.admin_ok('GET', 'clock')['now'], '2025-01-01T01:00:00.000Z')
        self.assertEqual(self.task(arn)['lastStatus'], 'RUNNING')
        self.assertEqual(self.server.clock(until='task', task=arn, status='STOPPED', limit='3h')['now'],
                         '2025-01-01T02:00:00.000Z')
        second = self.run_one('timed')
        self.assertNotEqual(arn, second)

    def test_what_is_wrong_is_refused(self):
        for body, told in (({'advance': -1}, '100 years'), ({'advance': 'soon'}, 'duration'),
                           ({'advance': '1h', 'limit': 3}, 'alone'), ({'advanceTo': '2024-12-31T23:59:59Z'}, 'back'),
                           ({'advanceTo': 'tomorrow'}, 'instant'), ({'until': 'later'}, 'until'), ({}, 'advance'),
                           ({'advanse': 1}, 'advanse'), ({'advance': 1e300}, '100 years')):
            status, answer = self.server.admin('POST', 'clock', body)
            self.assertEqual(status, 400, body)
            self.assertIn(told, answer['message'])
        self.register('app', container())
        task = self.run_one('app')
        for body, status in (({'until': 'stable', 'service': 'ghost'}, 404), ({'until': 'task', 'task': 'ghost'}, 404),
                             ({'until': 'task', 'task': task, 'status': 'DONE'}, 400)):
            self.assertEqual(self.server.admin('POST', 'clock', body)[0], status, body)
        self.assertEqual(self.server.admin('DELETE', 'clock')[0], 405)
        self.assertEqual(self.server.admin_ok('GET', 'clock')['now'], '2025-01-01T00:00:00.000Z')


class Determinism(unittest.TestCase):
    def history(self, *options):
        """What a client is told in the course of a story full of time and failures."""
        told = []

        def call(operation, **body):
            status, headers, text = server.call(operation, body)
            told.append((operation, status, headers.get('x-amzn-requestid'), text))
            return json.loads(text)

        def define(**labels):
            call('RegisterTaskDefinition', family='app', containerDefinitions=[
                dict(behaving(**labels), healthCheck={'command': ['CMD', 'true']})])

        def look():
            call('DescribeServices', services=['app', 'wreck'])
            for status in ('RUNNING', 'STOPPED'):
                call('DescribeTasks', tasks=call('ListTasks', desiredStatus=status)['taskArns'][:100])
            call('DescribeContainerInstances',
                 containerInstances=call('ListContainerInstances')['containerInstanceArns'])

        with Server('--clock', 'virtual', '--simulated-instances', '4', '--simulated-zones', 'us-east-1a,us-east-1b',
                    *options) as server:
            call('CreateCluster')
            define(pull_for='3', run_for='600', exit_code='1', health='UNKNOWN,5:HEALTHY')
            call('CreateService', serviceName='app', taskDefinition='app', desiredCount=6)
            call('RegisterTaskDefinition', family='wreck', containerDefinitions=[behaving(start_error='no')])
            call('CreateService', serviceName='wreck', taskDefinition='wreck', desiredCount=2)
            look()
            told.append(server.clock(until='stable', service='app'))
            told.append(server.admin_ok('POST', 'faults', {'kind': 'pull-failure', 'rate': 0.5, 'for': '20m'}))
            told.append(server.admin_ok('POST', 'faults', {'kind': 'zone-lost', 'scope': {'zone': 'us-east-1b'}, 'for': '5m'}))
            look()
            told.append(server.clock(advance='2m'))
            define(pull_for='1')
            call('UpdateService', service='app', taskDefinition='app')
            look()
            told.append(server.clock(until='idle', limit='1h'))
            look()
            server.kill()
            server.start()
            told.append(server.clock(advance='10m'))
            look()
            call('RunTask', taskDefinition='app', count=3)
            look()
        return told

    def test_the_same_requests_get_the_same_answers(self):
        first, second = self.history(), self.history()
        for one, other in zip(first, second):
            self.assertEqual(one, other)
        self.assertEqual(len(first), len(second))
        texts = json.dumps(first)
        self.assertTrue('RUNNING' in texts and 'CannotPullContainerError' in texts)
        # Another seed is another world: the ids differ.
        self.assertNotEqual(re.findall('task/default/[0-9a-f]+', texts),
                            re.findall('task/default/[0-9a-f]+', json.dumps(self.history('--seed', '2'))))


class Options(unittest.TestCase):
    def test_docker_lives_in_real_time(self):
        done = subprocess.run([BINARY, 'serve', '--clock', 'virtual'], capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 2)
        self.assertIn('--clock virtual needs --runtime simulated', done.stdout + done.stderr)

    def test_it_begins_where_it_is_told(self):
        with Server('--clock', 'virtual', '--clock-start', '2030-02-03T04:05:06Z') as server:
            self.assertEqual(server.admin_ok('GET', 'clock')['now'], '2030-02-03T04:05:06.000Z')

    def test_the_real_clock_cannot_be_moved(self):
        with Server() as server:
            shown = server.admin_ok('GET', 'clock')
            self.assertEqual(shown['mode'], 'real')
            status, answer = server.admin('POST', 'clock', {'advance': 1})
            self.assertEqual(status, 409)
            self.assertIn('--clock virtual', answer['message'])


if __name__ == '__main__':
    unittest.main()
