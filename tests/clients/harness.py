"""What the client tests share: a server of their own, the aws CLI, boto3 clients, and waiting for conditions."""

import http.client
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time

import boto3
from botocore.config import Config

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get('DRYDOCK_BINARY', os.path.join(ROOT, 'build', 'drydock'))
AWS = os.environ.get('DRYDOCK_AWS', 'aws')
REGION = 'us-east-1'
ACCOUNT = '000000000000'
TARGET = 'AmazonEC2ContainerServiceV20141113.'
SESSION = boto3.session.Session()  # reads the service model once; not for use from several threads
READY = re.compile(r'Drydock listens on http://127\.0\.0\.1:(\d+)')


def eventually(probe, timeout=20, what=None, interval=0.05, tell=None):
    """Calls probe until it returns something true, and returns that. `tell` adds to the message when it never does."""
    deadline = time.monotonic() + timeout
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError('not within %s s: %s (last: %r)%s' % (
                timeout, what or probe, value, '; %r' % tell() if tell else ''))
        time.sleep(interval)


class Server:
    """One Drydock server process on a free port, with a data directory that outlives restarts."""

    def __init__(self, *options, runtime='simulated', data_dir=None, limits=None, env=None):
        self.folder = tempfile.mkdtemp(prefix='drydock-test-')
        self.data_dir = data_dir or os.path.join(self.folder, 'data')
        self.options = ['--runtime', runtime] + list(options)
        self.limits = limits
        self.env = env
        self.port = 0
        self.process = None
        self.log = os.path.join(self.folder, 'server.log')
        self.start()

    def start(self, timeout=30):
        """Starts the process and waits for its ready line. The port stays the same over restarts."""
        command = [BINARY, 'serve', '--port', str(self.port), '--data-dir', self.data_dir] + self.options
        limits = self.limits
        environment = {key: value for key, value in os.environ.items() if not key.startswith('ECS_')}
        environment.update(self.env or {})
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=environment,
                preexec_fn=(lambda: resource.setrlimit(*limits)) if limits else None)
        deadline = time.monotonic() + timeout
        os.set_blocking(self.process.stdout.fileno(), False)
        output = b''
        while True:
            output += self.process.stdout.read() or b''
            ready = READY.search(output.decode(errors='replace'))
            if ready:
                self.port = int(ready.group(1))
                return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError('the server did not get ready: %r\n%s' % (output, self.log_tail()))
            time.sleep(0.002)

    def log_tail(self):
        with open(self.log, 'rb') as log:
            return log.read()[-4000:].decode(errors='replace')

    def terminate(self, timeout=30):
        """SIGTERM; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._reap(timeout)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        return self._reap(10)

    def _reap(self, timeout):
        code = self.process.wait(timeout)
        self.process.stdout.close()
        return code

    def close(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def url(self):
        return 'http://127.0.0.1:%d' % self.port

    def alive(self):
        return self.process.poll() is None

    def ecs(self, retries=0, region=REGION, key='test', timeout=60, secret='test', token=None):
        """A boto3 client for this server."""
        return self.service('ecs', retries, region, key, timeout, secret, token)

    def service(self, name, retries=0, region=REGION, key='test', timeout=60, secret='test', token=None):
        """The same for another service that this server speaks."""
        return SESSION.client(
            name, endpoint_url=self.url, region_name=region, aws_access_key_id=key, aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={'max_attempts': retries}, read_timeout=timeout, max_pool_connections=64))

    def aws(self, *arguments, cwd=None, key='test', secret='test'):
        """Runs `aws <arguments>`; returns (exit code, stdout, stderr without what AWS_MAX_ATTEMPTS=1 adds in CLI 2)."""
        environment = dict(os.environ, AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret,
                           AWS_DEFAULT_REGION=REGION, AWS_PAGER='', AWS_MAX_ATTEMPTS='1',
                           AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
        done = subprocess.run([AWS, '--endpoint-url', self.url, '--output', 'json'] + list(arguments), cwd=cwd,
                              env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=700)
        return done.returncode, done.stdout, done.stderr.replace(' (reached max retries: 0)', '')

    def ecs_json(self, *arguments, cwd=None):
        """Runs `aws ecs <arguments>`, which must succeed; returns its output, parsed."""
        code, out, err = self.aws('ecs', *arguments, cwd=cwd)
        if code != 0:
            raise AssertionError('aws ecs %s: exit code %d: %s' % (' '.join(arguments), code, err.strip()))
        return json.loads(out) if out.strip() else None

    def call(self, operation, body='{}', headers=None, method='POST', path='/', host=None):
        """One raw HTTP request; returns (status, headers, body text). headers with value None are left out."""
        data = body if isinstance(body, (bytes, str)) else json.dumps(body)
        data = data.encode() if isinstance(data, str) else data
        fields = {'Content-Type': 'application/x-amz-json-1.1', 'Content-Length': str(len(data))}
        if operation is not None:
            fields['X-Amz-Target'] = operation if '.' in operation else TARGET + operation
        fields.update(headers or {})
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader('Host', host or '127.0.0.1:%d' % self.port)
            for name, value in fields.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(data)
            response = connection.getresponse()
            return response.status, dict((k.lower(), v) for k, v in response.getheaders()), response.read().decode()
        finally:
            connection.close()

    def admin(self, method, path, body=None):
        """One request to Drydock's own API; returns (status, parsed answer)."""
        status, _, text = self.call(None, '' if body is None else json.dumps(body), method=method,
                                    path='/_drydock/' + path, headers={'Content-Type': 'application/json'})
        return status, json.loads(text)

    def admin_ok(self, method, path, body=None):
        """The same, which must succeed; returns the parsed answer."""
        status, answer = self.admin(method, path, body)
        if status != 200:
            raise AssertionError('%s /_drydock/%s: %d %s' % (method, path, status, answer))
        return answer

    def clock(self, **run):
        """Moves the virtual clock."""
        return self.admin_ok('POST', 'clock', run)

    def ok(self, operation, body=None):
        """A raw call that must succeed; returns the parsed answer."""
        status, _, text = self.call(operation, json.dumps(body or {}))
        if status != 200:
            raise AssertionError('%s: %d %s' % (operation, status, text))
        return json.loads(text)

    def refused(self, operation, body='{}', **how):
        """A raw call that must be refused with an ECS error; returns (status, code, message)."""
        status, headers, text = self.call(operation, body, **how)
        answer = json.loads(text)
        if not 400 <= status < 500:
            raise AssertionError('%s: expected a 4xx, got %d %s' % (operation, status, text))
        if headers.get('x-amzn-errortype', answer['__type']) != answer['__type']:
            raise AssertionError('header and body name different errors: %r %s' % (headers, text))
        return status, answer['__type'], answer.get('message', '')


class Refused(Exception):
    """An ECS error: code and message."""

    def __init__(self, code, message):
        super().__init__('%s: %s' % (code, message))
        self.code, self.message = code, message


class Caller:
    """One keep-alive connection for many calls, light enough to put a server under load. An answer that does not come
    is an OSError or an HTTPException."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)

    def __call__(self, operation, **body):
        self.connection.request('POST', '/', json.dumps(body), {
            'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': TARGET + operation})
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            raise Refused(answer['__type'], answer.get('message', ''))
        return answer

    def close(self):
        self.connection.close()


def container(name='main', image='drydock-test/busybox', **members):
    return dict({'name': name, 'image': image, 'cpu': 64, 'memory': 32, 'essential': True}, **members)


def drain(client, cluster):
    """Stops every service and task of a cluster and waits until none is left."""
    services = client.list_services(cluster=cluster, maxResults=100)['serviceArns']
    for service in services:
        client.delete_service(cluster=cluster, service=service, force=True)
    for task in client.list_tasks(cluster=cluster)['taskArns']:
        client.stop_task(cluster=cluster, task=task)
    eventually(lambda: not client.describe_clusters(clusters=[cluster])['clusters'][0]['runningTasksCount'],
               what='no tasks left in ' + cluster)
