"""Parameter Store, Secrets Manager and STS with boto3's clients and the aws CLI; secrets and environment files of
simulated tasks; what never shows; calls that go to an upstream."""

import fcntl
import http.server
import json
import os
import signal
import tempfile
import threading
import unittest

from botocore.config import Config
from botocore.exceptions import ClientError

from harness import ACCOUNT, REGION, SESSION, Server, container, eventually

HIDDEN = 'Tr3asure-Island'


def client(server, name, key='test', secret='test', token=None, retries=0):
    return SESSION.client(name, endpoint_url=server.url, region_name=REGION, aws_access_key_id=key,
                          aws_secret_access_key=secret, aws_session_token=token,
                          config=Config(retries={'max_attempts': retries}))


class Stores(unittest.TestCase):
    def setUp(self):
        self.server = Server('--log-level', 'trace')
        self.addCleanup(self.server.close)

    def cli(self, *arguments, key='test'):
        code, out, err = self.server.aws(*arguments, key=key)
        self.assertEqual((code, err), (0, ''))
        return json.loads(out) if out.strip() else None

    def test_parameters_with_the_cli(self):
        self.assertEqual(self.cli('ssm', 'put-parameter', '--name', '/shop/key', '--type', 'SecureString', '--value',
                                  HIDDEN, '--tags', 'Key=team,Value=shop')['Version'], 1)
        self.cli('ssm', 'put-parameter', '--name', '/shop/url', '--type', 'String', '--value', 'db')
        shown = self.cli('ssm', 'get-parameter', '--name', '/shop/key')['Parameter']
        self.assertNotIn(HIDDEN, shown['Value'])
        shown = self.cli('ssm', 'get-parameter', '--name', '/shop/key', '--with-decryption')['Parameter']
        self.assertEqual(shown['Value'], HIDDEN)
        below = self.cli('ssm', 'get-parameters-by-path', '--path', '/shop')['Parameters']
        self.assertEqual([one['Name'] for one in below], ['/shop/key', '/shop/url'])
        # Another account has parameters of its own.
        self.assertEqual(self.cli('ssm', 'describe-parameters', key='123456789012')['Parameters'], [])
        code, _, err = self.server.aws('ssm', 'get-parameter', '--name', '/none')
        self.assertNotEqual(code, 0)
        self.assertIn('ParameterNotFound', err)

    def test_secrets_with_the_cli_outlive_a_restart(self):
        made = self.cli('secretsmanager', 'create-secret', '--name', 'db', '--secret-string', HIDDEN)
        self.cli('secretsmanager', 'put-secret-value', '--secret-id', 'db', '--secret-string', HIDDEN + '2')
        self.server.kill()
        self.server.start()
        manager = client(self.server, 'secretsmanager')
        self.assertEqual(manager.get_secret_value(SecretId=made['ARN'])['SecretString'], HIDDEN + '2')
        self.assertEqual(manager.get_secret_value(SecretId='db', VersionStage='AWSPREVIOUS')['SecretString'], HIDDEN)
        manager.put_secret_value(SecretId='db', SecretBinary=b'\x00\xff')
        self.assertEqual(manager.get_secret_value(SecretId='db')['SecretBinary'], b'\x00\xff')
        with self.assertRaises(manager.exceptions.ResourceNotFoundException) as refused:
            manager.get_secret_value(SecretId='none')
        self.assertEqual(refused.exception.response['Error']['Message'],
                         "Secrets Manager can't find the specified secret.")
        manager.delete_secret(SecretId='db')
        with self.assertRaises(manager.exceptions.InvalidRequestException):
            manager.get_secret_value(SecretId='db')

    def test_pages_and_waiters_of_boto3(self):
        ssm = client(self.server, 'ssm')
        for number in range(25):
            ssm.put_parameter(Name='/many/%02d' % number, Value='v', Type='String')
        pages = ssm.get_paginator('get_parameters_by_path').paginate(Path='/many')
        names = [one['Name'] for page in pages for one in page['Parameters']]
        self.assertEqual(names, ['/many/%02d' % number for number in range(25)])
        with self.assertRaises(ssm.exceptions.ParameterAlreadyExists):
            ssm.put_parameter(Name='/many/00', Value='v', Type='String')

    def test_values_are_never_logged(self):
        self.test_parameters_with_the_cli()
        client(self.server, 'secretsmanager').create_secret(Name='s', SecretString=HIDDEN)
        with self.assertRaises(ClientError):
            client(self.server, 'secretsmanager').create_secret(Name='s', SecretString=HIDDEN)
        with self.assertRaises(ClientError):
            client(self.server, 'ssm').put_parameter(Name='a b', Value=HIDDEN, Type='String')
        with open(self.server.log, encoding='utf-8') as log:
            text = log.read()
        self.assertIn('PutParameter', text)
        self.assertNotIn(HIDDEN, text)

    def test_roles(self):
        sts = client(self.server, 'sts')
        self.assertEqual(sts.get_caller_identity()['Account'], ACCOUNT)
        self.assertEqual(self.cli('sts', 'get-caller-identity')['Arn'], 'arn:aws:iam::%s:user/drydock' % ACCOUNT)
        made = sts.assume_role(RoleArn='arn:aws:iam::123456789012:role/deploy', RoleSessionName='ci')['Credentials']
        def credentials():
            return {'key': made['AccessKeyId'], 'secret': made['SecretAccessKey'], 'token': made['SessionToken']}
        who = client(self.server, 'sts', **credentials()).get_caller_identity()
        self.assertEqual((who['Account'], who['Arn']),
                         ('123456789012', 'arn:aws:sts::123456789012:assumed-role/deploy/ci'))
        self.server.ecs(**credentials()).create_cluster(clusterName='theirs')
        self.server.kill()
        self.server.start()
        self.assertEqual(self.server.ecs(**credentials()).describe_clusters(clusters=['theirs'])['failures'], [])
        self.assertEqual(len(self.server.ecs(key='123456789012').list_clusters()['clusterArns']), 1)
        self.assertEqual(self.server.ecs().list_clusters()['clusterArns'], [])
        with self.assertRaises(ClientError) as refused:
            sts.assume_role(RoleArn='arn:aws:iam::123456789012:user/deploy', RoleSessionName='ci')
        self.assertEqual(refused.exception.response['Error']['Code'], 'ValidationError')

    def test_reset_empties_the_stores(self):
        ssm = client(self.server, 'ssm')
        ssm.put_parameter(Name='p', Value='v', Type='String')
        client(self.server, 'secretsmanager').create_secret(Name='s', SecretString='v')
        self.server.admin_ok('POST', 'reset')
        self.assertEqual(ssm.describe_parameters()['Parameters'], [])
        self.assertEqual(client(self.server, 'secretsmanager').list_secrets()['SecretList'], [])


class Tasks(unittest.TestCase):
    def setUp(self):
        self.buckets = tempfile.TemporaryDirectory()
        self.addCleanup(self.buckets.cleanup)
        os.makedirs(os.path.join(self.buckets.name, 'config'))
        self.server = Server('--s3-dir', self.buckets.name, '--log-level', 'trace')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster(clusterName='default')
        eventually(lambda: self.ecs.list_container_instances()['containerInstanceArns'], what='an instance')

    def run_one(self, **members):
        self.ecs.register_task_definition(family='web', executionRoleArn='arn:aws:iam::%s:role/launch' % ACCOUNT,
                                          containerDefinitions=[container(**members)])
        task, = self.ecs.run_task(taskDefinition='web')['tasks']
        def ended_or_runs():
            shown = self.ecs.describe_tasks(tasks=[task['taskArn']])['tasks'][0]
            return shown if shown['lastStatus'] in ('RUNNING', 'STOPPED') else None
        return eventually(ended_or_runs, what='the task runs or has stopped')

    def test_a_missing_secret_ends_the_task_and_a_put_one_does_not_show(self):
        secrets = [{'name': 'KEY', 'valueFrom': '/shop/key'}]
        task = self.run_one(secrets=secrets)
        self.assertEqual((task['lastStatus'], task['stopCode'], task['stoppedReason']),
                         ('STOPPED', 'TaskFailedToStart',
                          'ResourceInitializationError: fetching secret data from SSM Parameter Store in %s: invalid '
                          'parameters: /shop/key' % REGION))
        self.assertNotIn('exitCode', task['containers'][0])
        self.assertNotIn('reason', task['containers'][0])
        client(self.server, 'ssm').put_parameter(Name='/shop/key', Value=HIDDEN, Type='SecureString')
        task = self.run_one(secrets=secrets)
        self.assertEqual(task['lastStatus'], 'RUNNING')
        self.assertNotIn(HIDDEN, json.dumps(task, default=str))
        self.assertNotIn(HIDDEN, json.dumps(self.ecs.describe_task_definition(taskDefinition='web'), default=str))
        _, told = self.server.admin('GET', 'explain/' + task['clusterArn'])
        self.assertNotIn(HIDDEN, json.dumps(told))
        # The secret may go; the task that has it stays, also over a restart.
        client(self.server, 'ssm').delete_parameter(Name='/shop/key')
        self.server.kill()
        self.server.start()
        eventually(lambda: self.ecs.describe_tasks(tasks=[task['taskArn']])['tasks'][0]['connectivity'] == 'CONNECTED',
                   what='the agent is back')
        self.assertEqual(self.ecs.describe_tasks(tasks=[task['taskArn']])['tasks'][0]['lastStatus'], 'RUNNING')
        with open(self.server.log, encoding='utf-8') as log:
            self.assertNotIn(HIDDEN, log.read())

    def test_an_environment_file_is_needed(self):
        files = [{'type': 's3', 'value': 'arn:aws:s3:::config/web.env'}]
        task = self.run_one(environmentFiles=files)
        self.assertEqual(task['stoppedReason'],
                         'ResourceInitializationError: unable to download env file with key web.env from bucket config, '
                         'error: NoSuchKey: The specified key does not exist.')
        with open(os.path.join(self.buckets.name, 'config', 'web.env'), 'w', encoding='utf-8') as out:
            out.write('A=1\n')
        self.assertEqual(self.run_one(environmentFiles=files)['lastStatus'], 'RUNNING')

    def test_a_pipe_is_no_environment_file(self):
        os.mkfifo(os.path.join(self.buckets.name, 'config', 'pipe.env'))
        task = self.run_one(environmentFiles=[{'type': 's3', 'value': 'arn:aws:s3:::config/pipe.env'}])
        self.assertEqual(task['stoppedReason'],
                         'ResourceInitializationError: unable to download env file with key pipe.env from bucket '
                         'config, error: NoSuchKey: The specified key does not exist.')

    def hung_file(self, key):
        """A file of the bucket that cannot be opened until what this returns is called, and an event that says that
        somebody tries to."""
        path = os.path.join(self.buckets.name, 'config', key)
        with open(path, 'w', encoding='utf-8') as out:
            out.write('A=1\n')
        held = open(path, 'r+', encoding='utf-8')
        self.addCleanup(held.close)
        tried = threading.Event()
        former = signal.signal(signal.SIGIO, lambda *_: tried.set())
        self.addCleanup(signal.signal, signal.SIGIO, former)
        # Whoever opens it waits until the lease is given back.
        fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)

        def let_go():
            if fcntl.fcntl(held, fcntl.F_GETLEASE) != fcntl.F_UNLCK:
                fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return let_go, tried

    def status(self, arn):
        return self.ecs.describe_tasks(tasks=[arn])['tasks'][0]['lastStatus']

    def test_the_api_answers_while_an_environment_file_hangs(self):
        let_go, tried = self.hung_file('slow.env')
        with open(os.path.join(self.buckets.name, 'config', 'web.env'), 'w', encoding='utf-8') as out:
            out.write('A=1\n')
        files = [{'type': 's3', 'value': 'arn:aws:s3:::config/slow.env'}]
        self.ecs.register_task_definition(family='slow', containerDefinitions=[container(environmentFiles=files)])
        waiting, stopped = [self.ecs.run_task(taskDefinition='slow')['tasks'][0]['taskArn'] for _ in range(2)]
        eventually(tried.is_set, what='the file is opened')
        self.assertEqual((self.status(waiting), self.status(stopped)), ('PENDING', 'PENDING'))
        # Other tasks start, and one that waits can be stopped.
        other = self.run_one(environmentFiles=[{'type': 's3', 'value': 'arn:aws:s3:::config/web.env'}])
        self.assertEqual(other['lastStatus'], 'RUNNING')
        self.ecs.stop_task(task=stopped)
        eventually(lambda: self.status(stopped) == 'STOPPED', what='the task stops')
        self.assertEqual(self.status(waiting), 'PENDING')
        let_go()
        eventually(lambda: self.status(waiting) == 'RUNNING', what='the task runs')
        self.assertEqual(self.status(stopped), 'STOPPED')

    def test_a_server_stops_while_an_environment_file_hangs(self):
        let_go, tried = self.hung_file('slow.env')
        self.addCleanup(let_go)
        files = [{'type': 's3', 'value': 'arn:aws:s3:::config/slow.env'}]
        self.ecs.register_task_definition(family='slow', containerDefinitions=[container(environmentFiles=files)])
        arn = self.ecs.run_task(taskDefinition='slow')['tasks'][0]['taskArn']
        eventually(tried.is_set, what='the file is opened')
        self.server.terminate()
        let_go()
        self.server.start()
        eventually(lambda: self.status(arn) == 'RUNNING', what='the task runs')

    def test_keys_do_not_lead_out_of_their_bucket(self):
        with open(os.path.join(self.buckets.name, 'outside.env'), 'w', encoding='utf-8') as out:
            out.write('A=1\n')
        for key, error in (('../outside.env', 'AccessDenied'), ('../../etc/passwd.env', 'AccessDenied')):
            task = self.run_one(environmentFiles=[{'type': 's3', 'value': 'arn:aws:s3:::config/' + key}])
            self.assertIn(error, task['stoppedReason'])


class Other(http.server.BaseHTTPRequestHandler):
    """An emulator of other services: says what it was asked."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        self.server.asked.append((self.command, self.path, self.headers.get('X-Amz-Target'), body.decode()))
        text = self.server.text.encode()
        self.send_response(self.server.status)
        self.send_header('Content-Type', self.server.kind)
        self.send_header('Content-Length', str(len(text)))
        self.send_header('x-amzn-RequestId', 'theirs')
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(text)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

    def log_message(self, *_):
        pass


class Upstream(unittest.TestCase):
    def setUp(self):
        self.other = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Other)
        self.other.asked, self.other.status = [], 200
        self.other.text, self.other.kind = '{}', 'application/x-amz-json-1.1'
        thread = threading.Thread(target=self.other.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.other.server_close)
        self.addCleanup(self.other.shutdown)
        self.server = Server('--upstream', 'http://127.0.0.1:%d' % self.other.server_address[1])
        self.addCleanup(self.server.close)

    def test_other_services_are_answered_by_the_upstream(self):
        self.other.text = json.dumps({'StateMachineArn': 'x', 'repositories': [], 'Parameters': []})
        self.assertEqual(client(self.server, 'ecr').describe_repositories()['repositories'], [])
        self.assertEqual(self.other.asked[-1][:3],
                         ('POST', '/', 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories'))
        # An operation that Drydock lacks of a service that it has.
        client(self.server, 'ssm').list_documents()
        self.assertEqual(self.other.asked[-1][2], 'AmazonSSM.ListDocuments')

    def test_query_and_rest_calls_go_there(self):
        self.other.kind = 'text/xml'
        self.other.text = ('<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListUsersResult>'
                           '<Users/></ListUsersResult></ListUsersResponse>')
        self.assertEqual(client(self.server, 'iam').list_users()['Users'], [])
        self.assertIn('Action=ListUsers', self.other.asked[-1][3])
        self.other.text = '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>'
        s3 = SESSION.client('s3', endpoint_url=self.server.url, region_name=REGION, aws_access_key_id='test',
                            aws_secret_access_key='test', config=Config(s3={'addressing_style': 'path'}))
        s3.list_buckets()
        self.assertEqual(self.other.asked[-1][:2], ('GET', '/'))
        s3.put_object(Bucket='b', Key='k', Body=b'cargo')
        self.assertEqual((self.other.asked[-1][0], self.other.asked[-1][1].split('?')[0]), ('PUT', '/b/k'))
        s3.head_object(Bucket='b', Key='k')
        self.assertEqual(self.other.asked[-1][0], 'HEAD')

    def test_errors_come_back_as_they_are(self):
        self.other.status, self.other.text = 400, '{"__type": "RepositoryNotFoundException", "message": "none"}'
        with self.assertRaises(ClientError) as refused:
            client(self.server, 'ecr').describe_repositories()
        self.assertEqual(refused.exception.response['Error'],
                         {'Code': 'RepositoryNotFoundException', 'Message': 'none'})
        self.assertEqual(refused.exception.response['ResponseMetadata']['RequestId'], 'theirs')

    def test_what_drydock_speaks_stays_here(self):
        self.assertEqual(self.server.ecs().list_clusters()['clusterArns'], [])
        client(self.server, 'ssm').put_parameter(Name='p', Value='v', Type='String')
        client(self.server, 'sts').get_caller_identity()
        self.assertEqual(self.server.refused('Nothing')[:2], (400, 'UnknownOperationException'))
        self.assertEqual(self.server.admin('GET', 'health')[0], 200)
        self.assertEqual(self.other.asked, [])

    def test_an_upstream_that_is_not_there(self):
        with Server('--upstream', 'http://127.0.0.1:1') as server:
            with self.assertRaises(ClientError) as refused:
                client(server, 'ecr').describe_repositories()
            error = refused.exception.response
            self.assertEqual((error['Error']['Code'], error['ResponseMetadata']['HTTPStatusCode']),
                             ('UpstreamUnavailable', 502))
            self.assertIn('http://127.0.0.1:1', error['Error']['Message'])
        with Server() as server:
            with self.assertRaises(ClientError) as refused:
                client(server, 'ecr').describe_repositories()
            self.assertEqual(refused.exception.response['Error']['Code'], 'UnknownOperationException')


if __name__ == '__main__':
    unittest.main()
