"""Deployments that shift traffic, as a user runs them: hooks on a local server and as a command, alarms, a restart."""

import http.server
import json
import os
import threading
import unittest

from harness import Server, container, eventually

FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:%s'
ENDED = ('SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED')


class Function(http.server.ThreadingHTTPServer):
    """A hook's target: remembers the events it gets and answers what it was told to, the last answer for ever."""

    def __init__(self, *answers):
        self.events = []
        self.answers = list(answers)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                outer.events.append(json.loads(self.rfile.read(int(self.headers['Content-Length']))))
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return 'http://127.0.0.1:%d/check' % self.server_address[1]

    def close(self):
        self.shutdown()
        self.server_close()


class Lifecycle(unittest.TestCase):
    def begin(self, *options):
        self.server = Server('--simulated-instances', '1', '--simulated-sizes', '4096:8192', *options)
        self.addCleanup(self.server.close)
        self.server.ok('CreateCluster', {})
        eventually(lambda: self.server.ok('ListContainerInstances', {})['containerInstanceArns'], what='an instance')
        self.server.ok('RegisterTaskDefinition', {'family': 'app', 'containerDefinitions': [container()]})

    def function(self, *answers):
        made = Function(*answers)
        self.addCleanup(made.close)
        return made

    def latest(self):
        arns = self.server.ok('ListServiceDeployments', {'service': 'web'})['serviceDeployments']
        found = self.server.ok('DescribeServiceDeployments', {
            'serviceDeploymentArns': [arns[0]['serviceDeploymentArn']]})
        return found['serviceDeployments'][0]

    def ended(self):
        return eventually(lambda: (lambda d: d if d['status'] in ENDED else None)(self.latest()), what='its end',
                          tell=self.latest)

    def deploy(self, **configuration):
        configuration.setdefault('strategy', 'BLUE_GREEN')
        if self.server.ok('ListServices', {})['serviceArns']:
            self.server.ok('UpdateService', {'service': 'web', 'forceNewDeployment': True,
                                             'deploymentConfiguration': configuration})
        else:
            self.server.ok('CreateService', {'serviceName': 'web', 'taskDefinition': 'app', 'desiredCount': 1,
                                             'deploymentConfiguration': configuration})

    def hook(self, name, *stages):
        return {'targetType': 'AWS_LAMBDA', 'hookTargetArn': FUNCTION % name, 'lifecycleStages': list(stages)}

    def test_a_local_server_answers_for_a_function(self):
        function = self.function({'hookStatus': 'IN_PROGRESS', 'callBackDelay': 1, 'hookDetails': {'run': 7}},
                                 {'hookStatus': 'SUCCEEDED'})
        self.begin('--lifecycle-hook', 'check=' + function.url)
        self.deploy()
        self.assertEqual(self.ended()['status'], 'SUCCESSFUL')
        self.deploy(lifecycleHooks=[self.hook('check', 'POST_TEST_TRAFFIC_SHIFT')])
        ended = self.ended()
        self.assertEqual(ended['status'], 'SUCCESSFUL')
        self.assertEqual(ended['lifecycleHookDetails'][0]['status'], 'SUCCEEDED')
        self.assertEqual(len(function.events), 2)
        self.assertNotIn('hookDetails', function.events[0])
        self.assertEqual(function.events[1]['hookDetails'], {'run': 7})
        self.assertEqual(function.events[0]['lifecycleStage'], 'POST_TEST_TRAFFIC_SHIFT')
        self.assertEqual(function.events[0]['resourceArn'], ended['serviceDeploymentArn'])

    def test_failures_roll_back_and_say_why(self):
        function = self.function({'hookStatus': 'FAILED'})
        script = 'cat > "$HOOK_EVENT"; echo \'{"hookStatus": "SUCCEEDED"}\''
        self.begin('--lifecycle-hook', 'no=' + function.url, '--lifecycle-hook', 'broken=exit 3', '--lifecycle-hook',
                   'yes=' + script.replace('$HOOK_EVENT', '/tmp/drydock-hook-%d' % os.getpid()))
        self.addCleanup(lambda: os.path.exists('/tmp/drydock-hook-%d' % os.getpid()) and os.remove(
            '/tmp/drydock-hook-%d' % os.getpid()))
        self.deploy(lifecycleHooks=[self.hook('yes', 'POST_SCALE_UP')])
        self.assertEqual(self.ended()['status'], 'SUCCESSFUL')
        with open('/tmp/drydock-hook-%d' % os.getpid()) as event:
            self.assertEqual(json.load(event)['lifecycleStage'], 'POST_SCALE_UP')
        rows = [
            ('no', 'Lifecycle hook target %s returned FAILED status.' % (FUNCTION % 'no')),
            ('broken', 'due to the command ended with exit code 3'),
            ('unknown', 'no local target being configured for the function unknown'),
        ]
        for name, words in rows:
            with self.subTest(name):
                self.deploy(lifecycleHooks=[self.hook(name, 'POST_SCALE_UP')])
                ended = self.ended()
                self.assertEqual(ended['status'], 'ROLLBACK_SUCCESSFUL')
                self.assertIn(words, ended['statusReason'])
        self.assertEqual(self.put('lifecycle-hooks', {'function': 'unknown', 'target': 'succeed'})[0], 200)
        self.assertEqual(self.put('lifecycle-hooks', {'function': 'x', 'target': 'rm -r /'})[0], 400)
        self.deploy(lifecycleHooks=[self.hook('unknown', 'POST_SCALE_UP')])
        self.assertEqual(self.ended()['status'], 'SUCCESSFUL')

    def put(self, path, body):
        return self.server.call(None, body, method='PUT', path='/_drydock/' + path,
                                headers={'Content-Type': 'application/json'})

    def test_an_alarm_rolls_back_and_a_restart_goes_on(self):
        self.begin()
        alarms = {'alarmNames': ['errors'], 'enable': True, 'rollback': True}
        self.deploy()
        self.ended()
        self.assertEqual(self.put('alarms', {'name': 'errors', 'state': 'FINE'})[0], 400)
        self.assertEqual(self.put('alarms', {'name': 'errors', 'state': 'OK'})[0], 200)
        self.deploy(bakeTimeInMinutes=30, alarms=alarms)
        eventually(lambda: self.latest().get('lifecycleStage') == 'BAKE_TIME', what='the bake time', tell=self.latest)
        before = self.latest()
        self.server.kill()
        self.server.start()
        eventually(lambda: self.latest() == before, what='the same as before', tell=self.latest)
        self.assertEqual(self.put('alarms', {'name': 'errors', 'state': 'ALARM'})[0], 200)
        ended = self.ended()
        self.assertEqual(ended['status'], 'ROLLBACK_SUCCESSFUL')
        self.assertEqual(ended['alarms'], {'status': 'TRIGGERED', 'alarmNames': ['errors'],
                                           'triggeredAlarmNames': ['errors']})
        self.assertEqual(len(self.server.ok('DescribeServices', {'services': ['web']})['services'][0]['deployments']), 1)

    def test_a_pause_is_continued(self):
        self.begin()
        self.deploy(lifecycleHooks=[{'targetType': 'PAUSE', 'lifecycleStages': ['POST_SCALE_UP']}])
        hook = eventually(lambda: self.latest().get('lifecycleHookDetails'), what='the pause')[0]
        self.assertEqual(hook['status'], 'AWAITING_ACTION')
        service = self.server.ok('DescribeServices', {'services': ['web']})['services'][0]
        why = json.loads(self.server.call(None, '', method='GET', path='/_drydock/explain/' + service['serviceArn'])[2])
        self.assertEqual(why['code'], 'LIFECYCLE_HOOK')
        self.assertIn(hook['hookId'], why['nextStep'])
        self.server.ok('ContinueServiceDeployment', {
            'serviceDeploymentArn': self.latest()['serviceDeploymentArn'], 'hookId': hook['hookId']})
        self.assertEqual(self.ended()['status'], 'SUCCESSFUL')


if __name__ == '__main__':
    unittest.main()
