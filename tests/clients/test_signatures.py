"""Who may call: signatures as boto3, botocore and the aws CLI make them, right and wrong."""

import datetime
import os
import subprocess
import unittest

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from harness import BINARY, TARGET, Server

KEY, SECRET = 'AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
TEAM, TEAM_SECRET = 'AKIDTEAM', 'team-secret'
TEMPORARY, TEMPORARY_SECRET, TOKEN = 'ASIATEMP', 'temporary-secret', 'FwoGZXIvYXdzEXAMPLE//token=='
FILE = '''[default]
aws_access_key_id = %s
aws_secret_access_key = %s

[team]
aws_access_key_id = %s
aws_secret_access_key = %s
aws_account_id = 123456789012

[temporary]
aws_access_key_id = %s
aws_secret_access_key = %s
aws_session_token = %s
''' % (KEY, SECRET, TEAM, TEAM_SECRET, TEMPORARY, TEMPORARY_SECRET, TOKEN)
MISMATCH = ('The request signature we calculated does not match the signature you provided. Check your AWS Secret '
            'Access Key and signing method. Consult the service documentation for details.')


class Verified(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Server('--strict', runtime='none')  # only for its folder
        cls.addClassCleanup(cls.folder.close)
        cls.path = os.path.join(cls.folder.folder, 'credentials')
        with open(cls.path, 'w') as out:
            out.write(FILE)
        cls.server = Server('--verify-signatures', '--credentials', cls.path, runtime='none')
        cls.addClassCleanup(cls.server.close)

    def refused(self, client):
        with self.assertRaises(ClientError) as caught:
            client.list_clusters()
        response = caught.exception.response
        self.assertEqual(response['ResponseMetadata']['HTTPStatusCode'], 400)
        return response['Error']['Code'], response['Error']['Message']

    def raw(self, headers, path='/', body='{}'):
        return self.server.refused('ListClusters', body, headers=headers, path=path)[1:]

    def signed(self, when=None, service='ecs', key=KEY, secret=SECRET, region='us-east-1', path='/', body='{}',
               presigned=None, token=None):
        """Headers and path of a request signed by botocore."""
        request = AWSRequest(method='POST', url=self.server.url + path, data=body.encode(), headers={
            'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': TARGET + 'ListClusters'})
        credentials = Credentials(key, secret, token)
        if presigned:
            signer = botocore.auth.SigV4QueryAuth(credentials, service, region, expires=presigned)
        else:
            signer = botocore.auth.SigV4Auth(credentials, service, region)
        moment = (datetime.datetime.utcnow() if when is None else when).strftime('%Y%m%dT%H%M%SZ')

        class Clock(datetime.datetime):
            @classmethod
            def utcnow(cls):
                return datetime.datetime.strptime(moment, '%Y%m%dT%H%M%SZ')

        original, botocore.auth.datetime.datetime = botocore.auth.datetime.datetime, Clock
        try:
            signer.add_auth(request)
        finally:
            botocore.auth.datetime.datetime = original
        headers = {name: value for name, value in request.headers.items()}
        return headers, request.url[len(self.server.url):]

    def status(self, headers, path='/', body='{}'):
        status, _, text = self.server.call('ListClusters', body, headers=headers, path=path)
        return status, text

    def test_right_keys_are_let_in(self):
        arn = self.server.ecs(key=KEY, secret=SECRET).create_cluster(clusterName='a')['cluster']['clusterArn']
        self.assertIn(':000000000000:', arn)
        arn = self.server.ecs(key=TEAM, secret=TEAM_SECRET, region='eu-west-1').create_cluster(
            clusterName='a')['cluster']['clusterArn']
        self.assertEqual(arn, 'arn:aws:ecs:eu-west-1:123456789012:cluster/a')
        self.server.ecs(key=KEY, secret=SECRET).create_cluster(clusterName='b', tags=[{'key': '\u00fc', 'value': '\u6f22'}])
        self.server.ecs(key=KEY, secret=SECRET, token='any token').list_clusters()
        self.server.ecs(key=TEMPORARY, secret=TEMPORARY_SECRET, token=TOKEN).list_clusters()

    def test_wrong_keys_are_not(self):
        unknown = ('UnrecognizedClientException', 'The security token included in the request is invalid.')
        self.assertEqual(self.refused(self.server.ecs(key='AKIDOTHER', secret=SECRET)), unknown)
        self.assertEqual(self.refused(self.server.ecs(key='123456789012', secret=SECRET)), unknown)
        self.assertEqual(self.refused(self.server.ecs(key=KEY, secret='x')), ('InvalidSignatureException', MISMATCH))
        self.assertEqual(self.refused(self.server.ecs(key=TEAM, secret=SECRET)), ('InvalidSignatureException', MISMATCH))
        self.assertEqual(self.refused(self.server.ecs(key=TEMPORARY, secret=TEMPORARY_SECRET)), unknown)
        self.assertEqual(self.refused(self.server.ecs(key=TEMPORARY, secret=TEMPORARY_SECRET, token='other')), unknown)

    def test_the_aws_cli(self):
        code, out, err = self.server.aws('ecs', 'list-clusters', key=KEY, secret=SECRET)
        self.assertEqual(code, 0, err)
        code, out, err = self.server.aws('ecs', 'list-clusters', key=KEY, secret='wrong')
        self.assertNotEqual(code, 0)
        self.assertIn('An error occurred (InvalidSignatureException) when calling the ListClusters operation', err)
        code, out, err = self.server.aws('ecs', 'list-clusters', key='AKIDOTHER', secret='wrong')
        self.assertIn('An error occurred (UnrecognizedClientException) when calling the ListClusters operation', err)

    def word(self, *words, **variables):
        """What a word of the command line says that is given these variables alone."""
        done = subprocess.run([BINARY, *words, '--output', 'json'], env={'DRYDOCK_ENDPOINT': self.server.url, **variables},
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def test_the_words_of_the_command_line(self):
        self.server.ecs(key=TEAM, secret=TEAM_SECRET).create_cluster(clusterName='of-the-team')
        variables = {'AWS_ACCESS_KEY_ID': TEAM, 'AWS_SECRET_ACCESS_KEY': TEAM_SECRET, 'AWS_REGION': 'us-east-1'}
        code, out, err = self.word('status', **variables)
        self.assertEqual(code, 0, err)
        self.assertIn('of-the-team', out)
        for given in ({'AWS_PROFILE': 'team'}, {'AWS_PROFILE': 'team', 'AWS_ACCESS_KEY_ID': 'x', 'AWS_SECRET_ACCESS_KEY': 'x'}):
            code, out, err = self.word('status', AWS_SHARED_CREDENTIALS_FILE=self.path, AWS_REGION='us-east-1', **given)
            self.assertEqual(code, 0, err)
            self.assertIn('of-the-team', out)
        code, out, err = self.word('status', AWS_ACCESS_KEY_ID=TEMPORARY, AWS_SECRET_ACCESS_KEY=TEMPORARY_SECRET,
                                   AWS_SESSION_TOKEN=TOKEN, AWS_REGION='us-east-1')
        self.assertEqual(code, 0, err)
        code, out, err = self.word('status', **dict(variables, AWS_SECRET_ACCESS_KEY='wrong'))
        self.assertEqual((code, out), (1, ''))
        self.assertIn('InvalidSignatureException', err)
        self.assertEqual(self.word('status')[0], 1)

    def test_unsigned_and_malformed(self):
        self.assertEqual(self.raw({}), ('MissingAuthenticationTokenException', 'Missing Authentication Token'))
        for header in ('Bearer abc', 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e',
                       'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0'):
            self.assertEqual(self.raw({'Authorization': header})[0], 'IncompleteSignatureException')

    def test_time(self):
        now = datetime.datetime.utcnow()
        for minutes, code in ((-4, None), (4, None), (-6, 'Signature expired: '), (6, 'Signature not yet current: ')):
            headers, path = self.signed(when=now + datetime.timedelta(minutes=minutes))
            if code is None:
                self.assertEqual(self.status(headers)[0], 200, minutes)
            else:
                error, message = self.raw(headers)
                self.assertEqual(error, 'InvalidSignatureException')
                self.assertTrue(message.startswith(code), message)

    def test_scope(self):
        self.assertEqual(self.raw(self.signed(service='ec2')[0]), (
            'InvalidSignatureException', "Credential should be scoped to correct service: 'ecs'."))

    def test_what_is_changed_on_the_way_is_noticed(self):
        headers, path = self.signed()
        self.assertEqual(self.status(headers)[0], 200)
        self.assertEqual(self.raw(headers, body='{"maxResults": 1}'), ('InvalidSignatureException', MISMATCH))
        self.assertEqual(self.raw(headers, path='/other'), ('InvalidSignatureException', MISMATCH))
        headers['X-Amz-Target'] = TARGET + 'DeleteCluster'
        self.assertEqual(self.raw(headers), ('InvalidSignatureException', MISMATCH))

    def test_base_paths(self):
        for path in ('/base/path', '/x/y/', '/a%20b'):
            self.assertEqual(self.status(self.signed(path=path)[0], path)[0], 200, path)

    def test_presigned(self):
        headers, path = self.signed(presigned=600, body='')
        self.assertEqual(self.status(headers, path, '')[0], 200)
        self.assertEqual(self.raw(headers, path.replace('us-east-1', 'eu-west-1'), ''),
                         ('InvalidSignatureException', MISMATCH))
        self.assertEqual(self.raw(headers, path, '{"maxResults": 1}'), ('InvalidSignatureException', MISMATCH))
        old = datetime.datetime.utcnow() - datetime.timedelta(minutes=11)
        headers, path = self.signed(presigned=600, body='', when=old)
        code, message = self.raw(headers, path, '')
        self.assertEqual(code, 'InvalidSignatureException')
        self.assertTrue(message.startswith('Signature expired: '))

    def test_no_secret_in_the_log(self):
        self.refused(self.server.ecs(key=KEY, secret='wrong-secret'))
        self.raw({'Authorization': 'Bearer tell-nobody'})
        headers, _ = self.signed(token='session-token-value')
        self.status(headers)
        with open(self.server.log) as log:
            text = log.read()
        self.assertIn('InvalidSignatureException', text)
        for secret in (SECRET, TEAM_SECRET, TEMPORARY_SECRET, TOKEN, 'wrong-secret', 'tell-nobody',
                       'session-token-value', headers['Authorization'].rsplit('=', 1)[1]):
            self.assertNotIn(secret, text)

    def test_strict_wants_a_signature_but_looks_no_further(self):
        strict = self.folder
        self.assertEqual(strict.refused('ListClusters')[1], 'MissingAuthenticationTokenException')
        self.assertEqual(strict.ecs(key='anybody', secret='anything').list_clusters()['clusterArns'], [])


class Unverified(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(runtime='none')
        cls.addClassCleanup(cls.server.close)

    def test_unsigned_requests_and_any_key_are_let_in(self):
        self.assertEqual(self.server.ok('ListClusters')['clusterArns'], [])
        self.server.ecs(key='anybody', secret='anything').list_clusters()

    def test_malformed_authorization(self):
        code, message = self.server.refused('ListClusters', headers={'Authorization': 'AWS4-HMAC-SHA256 Credential'})[1:]
        self.assertEqual(code, 'IncompleteSignatureException')
        self.assertEqual(message, "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: "
                                  "'AWS4-HMAC-SHA256 Credential'.")

    def test_a_presigned_query_names_the_world(self):
        path = ('/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=123456789012%2F20260102%2Feu-west-1%2Fecs%2F'
                'aws4_request')
        status, _, text = self.server.call('CreateCluster', '{}', path=path)
        self.assertEqual(status, 200)
        self.assertIn('arn:aws:ecs:eu-west-1:123456789012:cluster/default', text)


class Options(unittest.TestCase):
    def ends(self, *options):
        done = subprocess.run([BINARY, 'serve', '--port', '0', '--runtime', 'none', '--data-dir', os.devnull + '/x']
                              + list(options), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertNotEqual(done.returncode, 0)
        return done.stdout + done.stderr

    def test_mistakes_are_named(self):
        self.assertIn('--credentials', self.ends('--verify-signatures'))
        self.assertIn('is not 12 digits', self.ends('--account', '12'))
        self.assertIn('is not a region', self.ends('--region', 'US'))
        self.assertIn('is not NAME=VALUE', self.ends('--quota', 'ships=1'))
        self.assertIn('stays 50', self.ends('--quota', 'clusters=1', '--quota', 'tags-per-resource=51'))


if __name__ == '__main__':
    unittest.main()
