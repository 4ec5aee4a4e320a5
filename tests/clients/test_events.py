"""Events: the stream, the history, webhooks, and EventBridge's rules that run tasks, write logs and call URLs."""

import http.client
import http.server
import json
import os
import subprocess
import threading
import unittest
import urllib.parse

from harness import AWS, REGION, Server, container, eventually

TASK = 'ECS Task State Change'
STOPPED = json.dumps({'source': ['aws.ecs'], 'detail-type': [TASK], 'detail': {'lastStatus': ['STOPPED']}})


class Hook:
    """A web server that keeps what is posted to it, and answers as the test says."""

    def __init__(self):
        self.bodies, self.status = [], 200
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
                if hook.status == 200:
                    hook.bodies.append(body)
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = 'http://127.0.0.1:%d/hook' % self.server.server_port

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Stream:
    """GET /_drydock/events, message by message."""

    def __init__(self, server, query='', headers=None):
        self.connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=20)
        self.connection.request('GET', '/_drydock/events' + query, headers=headers or {})
        self.response = self.connection.getresponse()
        self.status = self.response.status

    def next(self):
        """The next message: (event, id, data)."""
        fields = {}
        while True:
            line = self.response.readline().decode()
            if not line:
                return None
            line = line.rstrip('\n')
            if line == '' and 'data' in fields:
                return fields.get('event'), fields.get('id'), json.loads(fields['data'])
            if line.startswith(':') or line == '':
                continue
            name, _, value = line.partition(': ')
            fields[name] = value

    def until(self, wanted):
        while True:
            message = self.next()
            if message is None or wanted(message):
                return message

    def close(self):
        self.connection.close()


class Events(unittest.TestCase):
    options = ()

    def setUp(self):
        self.server = Server(*self.options)
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.events = self.server.service('events')
        self.ecs.create_cluster(clusterName='default')
        eventually(lambda: self.ecs.list_container_instances()['containerInstanceArns'])
        self.ecs.register_task_definition(family='app', containerDefinitions=[container()])

    def run_task(self):
        return self.ecs.run_task(taskDefinition='app')['tasks'][0]['taskArn']

    def history(self, **query):
        return self.server.admin_ok('GET', 'events/history?' + urllib.parse.urlencode(query, doseq=True))

    def wait_for(self, pattern, **query):
        found = self.history(match=pattern, wait=20, **query)['events']
        self.assertTrue(found, 'no such event: ' + pattern)
        return found[0]['event']

    def hook(self):
        hook = Hook()
        self.addCleanup(hook.close)
        return hook


class Following(Events):
    def test_the_stream_tells_of_a_task_from_its_start_to_its_end(self):
        stream = Stream(self.server, '?cluster=default&detail-type=' + urllib.parse.quote(TASK))
        self.addCleanup(stream.close)
        self.assertEqual(stream.response.headers['Content-Type'], 'text/event-stream')
        task = self.run_task()
        kind, first, event = stream.next()
        self.assertEqual((kind, event['detail']['taskArn']), ('event', task))
        _, running, _ = stream.until(lambda m: m[2]['detail']['lastStatus'] == 'RUNNING')
        self.ecs.stop_task(task=task)
        _, _, last = stream.until(lambda m: m[2]['detail']['lastStatus'] == 'STOPPED')
        described = self.ecs.describe_tasks(tasks=[task])['tasks'][0]
        self.assertEqual(last['detail']['version'], described['version'])
        self.assertEqual(last['detail']['stopCode'], described['stopCode'])
        # Again from where another reader was
        again = Stream(self.server, '?resource=' + urllib.parse.quote(task), {'Last-Event-ID': running})
        self.addCleanup(again.close)
        self.assertGreater(int(again.next()[1]), int(running))
        self.assertGreater(int(running), int(first))

    def test_changes_say_what_to_fetch_again(self):
        stream = Stream(self.server, '?changes=only')
        self.addCleanup(stream.close)
        task = self.run_task()
        change = stream.until(lambda m: any(c.get('arn') == task for c in m[2]['changes']))
        one = [c for c in change[2]['changes'] if c.get('arn') == task][0]
        self.assertEqual(one['kind'], 'task')
        self.assertTrue(one['cluster'].endswith('cluster/default'))
        self.assertIn('containerInstance', one)

    def test_the_history_can_be_asked_and_waited_for_and_survives_a_kill(self):
        before = self.history()['latest']
        task = self.run_task()
        self.ecs.stop_task(task=task)
        event = self.wait_for(STOPPED, since=before)
        self.assertEqual(event['detail']['taskArn'], task)
        page = self.history(since=before, limit=1)
        self.assertTrue(page['more'])
        self.assertEqual(len(self.history(since=page['next'], limit=1)['events']), 1)
        self.server.kill()
        self.server.start()
        kept = self.history(match=STOPPED, since=before)['events']
        self.assertEqual([e['event'] for e in kept], [event])
        sequences = [e['sequence'] for e in self.history(limit=1000)['events']]
        self.assertEqual(sequences, sorted(set(sequences)))

    def test_what_is_not_understood_is_refused(self):
        for path in ('events?sinse=1', 'events?since=x', 'events/history?limit=0', 'events/history?match={'):
            self.assertEqual(self.server.admin('GET', path)[0], 400, path)
        self.assertEqual(self.server.admin('POST', 'events', {})[0], 405)

    def test_a_stream_ends_with_a_word_when_drydock_stops(self):
        stream = Stream(self.server)
        self.addCleanup(stream.close)
        self.server.process.terminate()
        self.assertEqual(stream.until(lambda m: m[0] == 'end')[2]['reason'], 'shutdown')

    def test_a_reset_forgets_events_and_rules(self):
        self.events.put_rule(Name='r', EventPattern=STOPPED)
        latest = self.history()['latest']
        self.server.admin_ok('POST', 'reset')
        self.assertEqual([e for e in self.history(limit=1000)['events'] if e['sequence'] <= latest], [])
        self.assertEqual(self.events.list_rules()['Rules'], [])


class Webhooks(Events):
    def test_a_webhook_gets_events_in_order_and_again_until_it_takes_them(self):
        hook = self.hook()
        hook.status = 500
        made = self.server.admin_ok('POST', 'events/webhooks', {'url': hook.url, 'pattern': json.loads(STOPPED)})
        first = self.run_task()
        self.ecs.stop_task(task=first)
        self.wait_for(STOPPED)

        def shown():
            return self.server.admin_ok('GET', 'events/webhooks')['webhooks'][0]
        retrying = eventually(lambda: shown().get('retrying'))
        self.assertIn('500', retrying['reason'])
        hook.status = 200
        second = self.run_task()
        self.ecs.stop_task(task=second)
        eventually(lambda: len(hook.bodies) == 2)
        self.assertEqual([body['detail']['taskArn'] for body in hook.bodies], [first, second])
        eventually(lambda: (shown()['delivered'], shown()['waiting']) == (2, 0))
        self.server.admin_ok('DELETE', 'events/webhooks/' + made['name'])
        self.assertEqual(self.server.admin_ok('GET', 'events/webhooks')['webhooks'], [])
        self.assertEqual(self.server.admin('POST', 'events/webhooks', {'url': 'ftp://x'})[0], 400)


class ShuffledWebhooks(Events):
    def setUp(self):
        self.consumer = Hook()
        self.addCleanup(self.consumer.close)
        self.options = ('--event-webhook', self.consumer.url, '--shuffle-events')
        super().setUp()

    def test_a_replica_keyed_by_version_is_right_in_the_end(self):
        tasks = [self.run_task() for _ in range(10)]
        for task in tasks:
            self.ecs.stop_task(task=task)

        def replica():
            state = {}
            for event in list(self.consumer.bodies):
                detail = event['detail']
                if event['detail-type'] == TASK and detail['version'] > state.get(detail['taskArn'], {'version': 0})['version']:
                    state[detail['taskArn']] = detail
            return {arn: (detail['lastStatus'], detail['version']) for arn, detail in state.items()}

        def described():
            return {t['taskArn']: (t['lastStatus'], t['version'])
                    for t in self.ecs.describe_tasks(tasks=tasks)['tasks']}
        eventually(lambda: replica() == described() and all(s == 'STOPPED' for s, _ in replica().values()), timeout=60)


class Rules(Events):
    def test_a_pattern_runs_a_task(self):
        self.events.put_rule(Name='after', EventPattern=json.dumps(
            {'source': ['aws.ecs'], 'detail': {'lastStatus': ['STOPPED'], 'startedBy': [{'exists': False}]}}))
        cluster = self.ecs.describe_clusters()['clusters'][0]['clusterArn']
        self.events.put_targets(Rule='after', Targets=[{
            'Id': 'run', 'Arn': cluster, 'RoleArn': 'arn:aws:iam::000000000000:role/events',
            'EcsParameters': {'TaskDefinitionArn': 'app', 'TaskCount': 1},
            'Input': json.dumps({'containerOverrides': [{'name': 'main', 'command': ['again']}]})}])
        self.ecs.stop_task(task=self.run_task())
        started = eventually(lambda: self.ecs.list_tasks(startedBy='events-rule/after')['taskArns'])
        task = self.ecs.describe_tasks(tasks=started)['tasks'][0]
        self.assertEqual(task['overrides']['containerOverrides'][0]['command'], ['again'])

    def test_events_go_to_log_groups_and_urls_and_failures_are_shown(self):
        hook, logs = self.hook(), self.server.service('logs')
        logs.create_log_group(logGroupName='/events')
        self.events.put_rule(Name='orders', EventPattern='{"source":["shop"]}')
        arn = 'arn:aws:logs:%s:000000000000:log-group:' % REGION
        self.events.put_targets(Rule='orders', Targets=[
            {'Id': 'log', 'Arn': arn + '/events'}, {'Id': 'none', 'Arn': arn + '/none'},
            {'Id': 'url', 'Arn': hook.url, 'InputTransformer': {
                'InputPathsMap': {'n': '$.detail.n'}, 'InputTemplate': '{"number": <n>}'}}])
        put = self.events.put_events(Entries=[{'Source': 'shop', 'DetailType': 'Order', 'Detail': '{"n": 7}'}])
        self.assertEqual(put['FailedEntryCount'], 0)
        eventually(lambda: hook.bodies == [{'number': 7}])
        event = eventually(lambda: logs.filter_log_events(logGroupName='/events')['events'])[0]
        self.assertEqual(json.loads(event['message'])['id'], put['Entries'][0]['EventId'])

        def failures():
            return self.server.admin_ok('GET', 'events/rules')['rules'][0]['failures']
        failed = eventually(failures)[0]
        self.assertEqual((failed['target'], failed['eventId']), ('none', put['Entries'][0]['EventId']))
        self.assertIn('ResourceNotFoundException', failed['reason'])

    def test_the_aws_command_line(self):
        environment = dict(os.environ, AWS_ACCESS_KEY_ID='test', AWS_SECRET_ACCESS_KEY='test',
                           AWS_DEFAULT_REGION=REGION, AWS_PAGER='')

        def aws(*arguments):
            done = subprocess.run([AWS, '--endpoint-url', self.server.url, 'events'] + list(arguments), text=True,
                                  env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout) if done.stdout.strip() else None
        aws('put-rule', '--name', 'nightly', '--schedule-expression', 'cron(0 3 * * ? *)')
        self.assertEqual([r['Name'] for r in aws('list-rules')['Rules']], ['nightly'])
        self.assertEqual(aws('test-event-pattern', '--event-pattern', '{"source":["a"]}', '--event', json.dumps(
            {'id': '1', 'account': '1', 'source': 'a', 'time': '2026-01-01T00:00:00Z', 'region': 'r', 'resources': [],
             'detail-type': 'd'})), {'Result': True})
        aws('delete-rule', '--name', 'nightly')


class Schedules(Events):
    options = ('--clock', 'virtual')

    def test_a_schedule_runs_a_task_each_hour_of_virtual_time(self):
        cluster = self.ecs.describe_clusters()['clusters'][0]['clusterArn']
        self.events.put_rule(Name='hourly', ScheduleExpression='rate(1 hour)')
        self.events.put_targets(Rule='hourly', Targets=[{
            'Id': 'run', 'Arn': cluster, 'EcsParameters': {'TaskDefinitionArn': 'app'}}])
        self.server.clock(advance=3 * 3600 + 60)
        self.assertEqual(len(self.ecs.list_tasks(startedBy='events-rule/hourly')['taskArns']), 3)
        self.events.disable_rule(Name='hourly')
        self.server.clock(advance=7200)
        self.assertEqual(len(self.ecs.list_tasks(startedBy='events-rule/hourly')['taskArns']), 3)


if __name__ == '__main__':
    unittest.main()
