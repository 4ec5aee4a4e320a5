"""ECS Exec without a Docker engine: the session protocol up to the point where there is nothing to run a command in."""

import unittest

from botocore.exceptions import ClientError
from data_channel import Session, WebSocket, encode
from harness import Server, container, eventually

NOT_RUNNING = 'the execute command agent isn’t running'


class Exec(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.ecs = cls.server.ecs()
        cls.ssm = cls.server.service('ssm')
        cls.ecs.create_cluster()
        eventually(lambda: cls.ecs.list_container_instances()['containerInstanceArns'], what='an instance')
        cls.ecs.register_task_definition(family='app', containerDefinitions=[container()])
        cls.task = cls.ecs.run_task(taskDefinition='app', enableExecuteCommand=True)['tasks'][0]['taskArn']
        eventually(lambda: cls.described()['lastStatus'] == 'RUNNING', what='the task runs')

    @classmethod
    def described(cls):
        return cls.ecs.describe_tasks(tasks=[cls.task])['tasks'][0]

    def command(self):
        return self.ecs.execute_command(task=self.task, command='sh', interactive=True)['session']

    def test_the_agent_is_shown(self):
        agent, = self.described()['containers'][0]['managedAgents']
        self.assertEqual((agent['name'], agent['lastStatus']), ('ExecuteCommandAgent', 'RUNNING'))
        self.assertIn('lastStartedAt', agent)

    def test_a_session_says_that_there_is_nothing_to_run_in(self):
        session = Session(self.command())
        session.read_to_end()
        self.assertEqual(session.closed, 'exec is not available on the simulated runtime')
        self.assertEqual(session.close_code, 1000)
        self.assertEqual(session.output, b'')

    def test_tokens(self):
        ticket = self.command()
        wrong = Session(dict(ticket, tokenValue='guess'))
        wrong.read_to_end()
        self.assertEqual(wrong.closed, 'The session has ended, or its token is not valid.')
        self.assertEqual(wrong.close_code, 1008)
        self.assertEqual(len({self.command()['tokenValue'] for _ in range(5)}), 5)

    def test_what_is_no_session_is_sent_away(self):
        url = self.command()['streamUrl']
        web = WebSocket(url)
        web.send(2, encode('input_stream_data', b'ls\n', 0, 0, 1))
        kind, frame = web.receive()
        self.assertEqual(kind, 2)
        self.assertIn(b'its token is not valid', frame)
        web = WebSocket(url)
        web.send(1, b'x' * 200000)  # beyond the limit of a message
        self.assertEqual(web.receive()[0], 8)
        self.assertEqual(WebSocket(url, headers={'Origin': 'https://example.com'}).status, 403)
        status, headers, _ = self.server.call(None, '', method='GET', path='/v1/data-channel/x')
        self.assertEqual((status, headers['upgrade']), (426, 'websocket'))

    def test_terminate_and_resume(self):
        ticket = self.command()
        name = ticket['sessionId']
        resumed = self.ssm.resume_session(SessionId=name)
        self.assertNotEqual(resumed['TokenValue'], ticket['tokenValue'])
        self.assertEqual(resumed['StreamUrl'], ticket['streamUrl'])
        self.assertEqual(self.server.service('ssm', region='eu-west-1').resume_session(SessionId=name).get('TokenValue'),
                         None)
        self.assertEqual(self.ssm.terminate_session(SessionId=name)['SessionId'], name)
        self.assertNotIn('TokenValue', self.ssm.resume_session(SessionId=name))

    def test_refusals(self):
        with self.assertRaises(ClientError) as caught:
            self.ssm.start_session(Target='i-0123456789abcdef0')
        self.assertEqual(caught.exception.response['Error']['Code'], 'TargetNotConnected')
        fault = self.server.admin_ok('POST', 'faults', {'kind': 'agent-disconnected'})
        eventually(lambda: not self.ecs.describe_container_instances(
            containerInstances=[self.described()['containerInstanceArn']])['containerInstances'][0]['agentConnected'],
            what='the agent is away')
        with self.assertRaises(ClientError) as caught:
            self.command()
        self.assertEqual(caught.exception.response['Error']['Code'], 'TargetNotConnectedException')
        self.server.admin_ok('DELETE', 'faults/' + fault['id'])
        eventually(lambda: self.ecs.describe_container_instances(
            containerInstances=[self.described()['containerInstanceArn']])['containerInstances'][0]['agentConnected'],
            what='the agent is back')


if __name__ == '__main__':
    unittest.main()
