#!/usr/bin/python3
"""ECS Exec and port forwarding into real containers, on the engine at DOCKER_HOST (unix://...), by a client of our own
(tests/clients/data_channel.py). Writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names. The image comes from
tests/docker/make_images.sh."""

import hashlib
import os
import unittest

import botocore.exceptions

from engine import IMAGE, docker, main, start_with_instance
from data_channel import FLAG, Session, WebSocket
from harness import eventually

CLUSTER = 'exec-story'
RESUME_SECONDS = 2
NOT_RUNNING = 'execute command was not enabled when the task was run or the execute command agent isn’t running'


class Containers(unittest.TestCase):
    """A server, a running task of two containers, and ways into them."""

    @classmethod
    def setUpClass(cls):
        cls.server, cls.ecs = start_with_instance(cls, CLUSTER, '--session-resume-seconds', str(RESUME_SECONDS))
        cls.ssm = cls.server.service('ssm')
        cls.ecs.register_task_definition(family='shell', containerDefinitions=[
            {'name': 'app', 'image': IMAGE, 'memory': 64, 'command': ['sleep', '1000'], 'stopTimeout': 2,
             'workingDirectory': '/tmp', 'user': '1000', 'environment': [{'name': 'SHIP', 'value': 'Drydock'}]},
            {'name': 'web', 'image': IMAGE, 'memory': 64, 'stopTimeout': 2, 'essential': False,
             'command': ['httpd', '-f', '-p', '80', '-h', '/www']}])
        cls.task = cls.run_task()

    @classmethod
    def run_task(cls, enabled=True):
        answer = cls.ecs.run_task(cluster=CLUSTER, taskDefinition='shell', enableExecuteCommand=enabled)
        task = answer['tasks'][0]['taskArn']
        eventually(lambda: cls.describe(task)['lastStatus'] == 'RUNNING', timeout=60, what='the task runs')
        return task

    @classmethod
    def describe(cls, task):
        return cls.ecs.describe_tasks(cluster=CLUSTER, tasks=[task])['tasks'][0]

    def container(self, name='app', task=None):
        containers = self.describe(task or self.task)['containers']
        return next(one for one in containers if one['name'] == name)

    def command(self, line, container='app', task=None):
        return self.ecs.execute_command(cluster=CLUSTER, task=task or self.task, container=container, command=line,
                                        interactive=True)['session']

    def output_of(self, line, **options):
        session = Session(self.command(line, **options))
        text = session.read_to_end().decode()
        self.assertIsNotNone(session.closed, 'the channel was closed with a message')
        return text, session.closed

    def processes(self, marker, task=None):
        """How many processes of the task's app container have the marker in their command line."""
        container = self.container(task=task)['runtimeId']
        return sum(marker in line for line in docker('top', container).splitlines())

    def target(self, name):
        return 'ecs:%s_%s_%s' % (CLUSTER, self.task.rsplit('/', 1)[1], self.container(name)['runtimeId'])

    def start(self, **request):
        answer = self.ssm.start_session(**request)
        return {'sessionId': answer['SessionId'], 'streamUrl': answer['StreamUrl'], 'tokenValue': answer['TokenValue']}


class Exec(Containers):
    def test_answer(self):
        answer = self.ecs.execute_command(cluster=CLUSTER, task=self.task, container='app', command='true',
                                          interactive=True)
        self.assertEqual(answer['taskArn'], self.task)
        self.assertEqual(answer['containerName'], 'app')
        self.assertEqual(answer['containerArn'], self.container()['containerArn'])
        self.assertTrue(answer['clusterArn'].endswith(':cluster/' + CLUSTER))
        session = answer['session']
        self.assertRegex(session['sessionId'], '^ecs-execute-command-[0-9a-f]{17}$')
        self.assertEqual(session['streamUrl'], 'ws://127.0.0.1:%d/v1/data-channel/%s?role=publish_subscribe' % (
            self.server.port, session['sessionId']))
        self.assertGreaterEqual(len(session['tokenValue']), 40)
        self.assertNotIn(session['tokenValue'], self.server.log_tail())

    def test_managed_agents(self):
        agents = self.container()['managedAgents']
        self.assertEqual([(one['name'], one['lastStatus']) for one in agents], [('ExecuteCommandAgent', 'RUNNING')])
        self.assertIn('lastStartedAt', agents[0])
        self.assertTrue(self.describe(self.task)['enableExecuteCommand'])

    def test_not_enabled(self):
        task = self.run_task(enabled=False)
        with self.assertRaisesRegex(botocore.exceptions.ClientError, NOT_RUNNING):
            self.command('sh', task=task)
        self.assertNotIn('managedAgents', self.container(task=task))
        self.ecs.stop_task(cluster=CLUSTER, task=task)

    def test_shell(self):
        session = Session(self.command('sh'))
        session.type('echo "$SHIP $TERM $LANG"; id -u; pwd; tty\n')
        seen = session.expect('/dev/pts/')
        self.assertIn('Drydock xterm-256color C.UTF-8\r\n0\r\n/tmp\r\n', seen)
        session.resize(50, 132)
        session.type('while [ "$(stty size)" != "50 132" ]; do :; done; echo re"sized"\n')
        session.expect('resized')
        session.type('sleep 500 || echo inter"rupted"\n')
        session.expect('echo inter"rupted"')
        eventually(lambda: self.processes('sleep 500'), what='the command of the shell runs')
        session.type(b'\x03')
        eventually(lambda: not self.processes('sleep 500'), what='Ctrl-C ends it')
        session.type('exit 3\n')
        session.read_to_end()
        self.assertEqual(session.closed, '')
        self.assertEqual(session.close_code, 1000)
        self.assertIn('InteractiveCommands', str(session.request))

    def test_command_without_a_shell(self):
        text, closed = self.output_of('echo "a  b" \'c d\' | wc')
        self.assertEqual((text, closed), ('a  b c d | wc\r\n', ''))
        text, _ = self.output_of("sh -c 'echo one two | wc -w'")
        self.assertEqual(text.strip(), '2')

    def test_output_before_the_end_is_complete(self):
        for _ in range(3):
            self.assertEqual(self.output_of('echo done'), ('done\r\n', ''))

    def test_unknown_command(self):
        _, closed = self.output_of('/no/such/thing')
        self.assertIn('Unable to start command: Failed to start pty:', closed)
        self.assertIn('no such file or directory', closed)
        _, closed = self.output_of("sh -c 'exit 127'")
        self.assertEqual(closed, '')
        _, closed = self.output_of('echo "open')
        self.assertIn('is not closed', closed)

    def test_a_megabyte_intact(self):
        session = Session(self.command("sh -c 'stty raw; yes 0123456789abcdef | head -c 1048576'"))
        data = session.read_to_end()
        expected = (b'0123456789abcdef\n' * 61681)[:1048576]
        self.assertEqual(len(data), len(expected))
        self.assertEqual(hashlib.sha256(data).digest(), hashlib.sha256(expected).digest())

    def test_much_input(self):
        session = Session(self.command("sh -c 'stty raw -echo; echo go; head -c 300000 | md5sum'"))
        session.expect('go')
        data = os.urandom(300000)
        session.type(data)
        session.expect(hashlib.md5(data).hexdigest())
        session.read_to_end()
        self.assertEqual(session.closed, '')

    def test_several_sessions_at_once(self):
        sessions = [Session(self.command('sh')) for _ in range(5)]
        for number, session in enumerate(sessions):
            session.type('echo se"ssion" %d; exit\n' % number)
        for number, session in enumerate(sessions):
            session.expect('session %d\r\n' % number)
            session.read_to_end()
            self.assertEqual(session.closed, '')

    def test_lost_connection_and_resume(self):
        session = Session(self.command('sh'))
        session.type('NAME=kept; echo re"ady"\n')
        session.expect('ready')
        session.drop()
        resumed = self.ssm.resume_session(SessionId=session.session['sessionId'])
        self.assertNotEqual(resumed['TokenValue'], session.session['tokenValue'])
        session.connect(session.session['streamUrl'], resumed['TokenValue'])
        session.type('echo "$NAME"; exit\n')
        session.expect('kept\r\n')
        session.read_to_end()
        self.assertEqual(session.closed, '')
        self.assertNotIn('TokenValue', self.ssm.resume_session(SessionId=session.session['sessionId']))

    def test_lost_for_good(self):
        # A shell that ignores the end of its terminal, with a child of its own.
        session = Session(self.command("sh -c 'trap \"\" HUP; echo up; sleep 701; sleep 702'"))
        session.expect('up')
        self.assertEqual(self.processes('sleep 701'), 2)
        session.drop()
        eventually(lambda: not self.processes('sleep 70'), timeout=RESUME_SECONDS + 20, what='the command is killed')
        self.assertNotIn('TokenValue', self.ssm.resume_session(SessionId=session.session['sessionId']))

    def test_terminate(self):
        session = Session(self.command('sleep 801'))
        self.assertEqual(self.processes('sleep 801'), 1)
        self.ssm.terminate_session(SessionId=session.session['sessionId'])
        session.read_to_end()
        self.assertEqual(session.closed, '')
        eventually(lambda: not self.processes('sleep 801'), what='the command is ended')

    def test_tokens(self):
        ticket = self.command('sh')
        wrong = Session(dict(ticket, tokenValue='guess'))
        self.assertEqual(wrong.closed, 'The session has ended, or its token is not valid.')
        session = Session(ticket)
        again = Session(ticket)
        self.assertEqual(again.closed, 'The session has ended, or its token is not valid.')
        session.type('exit\n')
        session.read_to_end()
        self.assertEqual(session.closed, '')

    def test_web_pages_cannot_connect(self):
        ticket = self.command('true')
        self.assertEqual(WebSocket(ticket['streamUrl'], headers={'Origin': 'https://example.com'}).status, 403)

    def test_container_killed(self):
        task = self.run_task()
        session = Session(self.command('sh', task=task))
        session.type('echo re"ady"\n')
        session.expect('ready')
        docker('kill', self.container(task=task)['runtimeId'])
        session.read_to_end()
        self.assertEqual(session.closed, '')
        eventually(lambda: self.describe(task)['lastStatus'] == 'STOPPED', what='the task stops')
        agents = [one['managedAgents'][0]['lastStatus'] for one in self.describe(task)['containers']]
        self.assertEqual(agents, ['STOPPED', 'STOPPED'])
        with self.assertRaisesRegex(botocore.exceptions.ClientError, NOT_RUNNING):
            self.command('sh', task=task)

    def test_task_stopped(self):
        task = self.run_task()
        session = Session(self.command('sh', task=task))
        session.type('echo re"ady"\n')
        session.expect('ready')
        self.ecs.stop_task(cluster=CLUSTER, task=task)
        session.read_to_end()
        self.assertEqual(session.closed, '')

    def test_ssm_shell(self):
        session = Session(self.start(Target=self.target('app')))
        session.type('echo he"llo"; exit\n')
        session.expect('hello')
        session.read_to_end()
        self.assertEqual(session.closed, '')
        with self.assertRaisesRegex(botocore.exceptions.ClientError, 'is not connected'):
            self.ssm.start_session(Target='i-0123456789')

    def test_forwarded_port(self):
        session = Session(self.start(
            Target=self.target('web'), DocumentName='AWS-StartPortForwardingSession',
            Parameters={'portNumber': ['80'], 'localPortNumber': ['0']}), size=None)
        self.assertEqual(session.request['AgentVersion'], '2.3.750.0')
        for _ in range(2):
            session.type('GET /index.html HTTP/1.0\r\n\r\n')
            session.expect('harbour')
            session.send(FLAG, b'\0\0\0\1')
        session.send(FLAG, b'\0\0\0\2')
        session.read_to_end()
        self.assertEqual(session.closed, '')

    def test_port_that_nobody_listens_to(self):
        session = Session(self.start(
            Target=self.target('web'), DocumentName='AWS-StartPortForwardingSession',
            Parameters={'portNumber': ['81']}), size=None)
        session.type('hello')
        session.read_to_end()
        self.assertIn('Connection to destination port failed', session.closed)


class Shutdown(Containers):
    def test_shutdown(self):
        session = Session(self.command("sh -c 'trap \"\" HUP; echo up; sleep 901'"))
        session.expect('up')
        container = self.container()['runtimeId']
        self.server.terminate()
        session.read_to_end()
        self.assertEqual((session.closed, session.close_code), ('Drydock is shutting down', 1001))
        self.assertNotIn('sleep 901', docker('top', container))


if __name__ == '__main__':
    main()
