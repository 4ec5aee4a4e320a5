"""AWS's container agent as the control plane sees it (spec/agent-protocol.md), in the standard library alone: it
registers, holds its sessions, and reports what the test makes of its tasks."""

import json
import os
import queue
import socket
import struct
import threading
import time
import urllib.parse
import uuid

from data_channel import WebSocket

ATTRIBUTES = (
    ['ecs.capability.' + name for name in (
        'container-ordering', 'full-sync', 'network.container-port-range', 'container-restart-policy',
        'task-cpu-mem-limit', 'execution-role-ecr-pull', 'container-health-check', 'docker-plugin.local',
        'pid-ipc-namespace-sharing', 'efs', 'external', 'secrets.ssm.environment-variables',
        'secrets.asm.environment-variables', 'private-registry-authentication.secretsmanager',
        'task-eni', 'fsxWindowsFileServer', 'env-files.s3', 'ecr-endpoint', 'storage.s3-files')] +
    ['com.amazonaws.ecs.capability.' + name for name in (
        ['privileged-container', 'logging-driver.json-file', 'logging-driver.none', 'logging-driver.awslogs',
         'ecr-auth', 'task-iam-role', 'task-iam-role-network-host'] +
        ['docker-remote-api.1.%d' % minor for minor in list(range(17, 26)) + [28, 29, 30, 32]])])
SIGNED_HEAD = ('Authorization: AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/ecs/aws4_request, '
               'SignedHeaders=host;x-amz-date, Signature=00\r\nHost: 127.0.0.1\r\nX-Amz-Date: 20261122T160939Z\r\n\r\n')


class Refused(Exception):
    """The upgrade was answered with something else: status, and the type and message of the body."""

    def __init__(self, web):
        while b'}' not in web.buffer or web.buffer.count(b'{') != web.buffer.count(b'}'):
            web.fill()
        body = json.loads(web.buffer)
        self.status, self.type = web.status, body['type']
        self.message = body['message']['message']
        super().__init__('%s %s: %s' % (self.status, self.type, self.message))
        web.close()


class Socket:
    """One session's websocket. A thread collects what comes; heartbeats are answered by it unless `silent`."""

    def __init__(self, url, headers=None, silent=False):
        self.web = WebSocket(url, timeout=60, headers=headers)
        if self.web.status != 101:
            raise Refused(self.web)
        self.silent = silent
        self.messages = queue.Queue()
        self.opcodes = set()
        self.close_code = None
        self.lock = threading.Lock()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        try:
            while True:
                opcode, data = self.web.receive()
                if opcode == 8:
                    self.close_code, = struct.unpack('>H', data[:2])
                    self.web.send(8, data[:2])
                    break
                self.opcodes.add(opcode)
                message = json.loads(data)
                if message['type'] == 'HeartbeatMessage' and not self.silent and 'messageId' in message['message']:
                    self.say('HeartbeatAckRequest', messageId=message['message']['messageId'])
                self.messages.put(message)
        except (ConnectionError, OSError, struct.error):
            pass
        self.messages.put(None)

    def say(self, kind, **message):
        self.text(json.dumps({'type': kind, 'message': message}))

    def text(self, text):
        with self.lock:
            self.web.send(1, text.encode())

    def fragments(self, text, size=100):
        """The same in frames of that size, as Go's client does beyond its buffer."""
        data = text.encode()
        parts = [data[i:i + size] for i in range(0, len(data), size)]
        with self.lock:
            for i, part in enumerate(parts):
                mask = os.urandom(4)
                first = (0x80 if i == len(parts) - 1 else 0) | (1 if i == 0 else 0)
                assert len(part) < 126
                self.web.socket.sendall(bytes([first, 0x80 | len(part)]) + mask +
                                        bytes(byte ^ mask[j % 4] for j, byte in enumerate(part)))

    def next(self, kind, where=lambda message: True, timeout=20):
        """The next message of this kind; others are left out. None at the end of the connection."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                message = self.messages.get(timeout=max(deadline - time.monotonic(), 0.01))
            except queue.Empty:
                raise AssertionError('no %s within %s s' % (kind, timeout)) from None
            if message is None:
                if kind is None:
                    return None
                raise AssertionError('the session ended (%s) before a %s' % (self.close_code, kind))
            if message['type'] == kind and where(message['message']):
                return message['message']

    def closed(self, timeout=20):
        """Waits for the end of the connection; its closing code."""
        self.next(None, timeout=timeout)
        return self.close_code

    def drop(self):
        try:
            self.web.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.web.close()
        self.reader.join(20)


class Agent:
    """One container instance of a harness Server; `host` is the name under which it calls the server."""

    def __init__(self, server, cluster='default', cpu=2048, memory=4096, host=None):
        self.server = server
        self.cluster = cluster
        self.host = host or '127.0.0.1:%d' % server.port
        self.cpu, self.memory = cpu, memory
        self.arn = None
        self.acs = self.tcs = None
        self.fresh = True  # sendCredentials

    def call(self, operation, **body):
        status, _, text = self.server.call(operation, json.dumps(body), host=self.host)
        if status != 200:
            raise AssertionError('%s: %d %s' % (operation, status, text))
        return json.loads(text)

    def register(self, *custom, **members):
        attributes = [{'name': name} for name in ATTRIBUTES] + [{'name': 'ecs.os-type', 'value': 'linux'}]
        attributes += [{'name': name, 'value': value} for name, value in custom]
        request = {
            'cluster': self.cluster, 'clientToken': str(uuid.uuid4()), 'attributes': attributes,
            'instanceIdentityDocument': '', 'instanceIdentityDocumentSignature': '',
            'totalResources': [
                {'name': 'CPU', 'type': 'INTEGER', 'integerValue': self.cpu},
                {'name': 'MEMORY', 'type': 'INTEGER', 'integerValue': self.memory},
                {'name': 'PORTS', 'type': 'STRINGSET', 'stringSetValue': ['22', '2375', '2376', '51678', '51679']},
                {'name': 'PORTS_UDP', 'type': 'STRINGSET', 'stringSetValue': []}]}
        if self.arn:
            request['containerInstanceArn'] = self.arn
        request.update(members)
        instance = self.call('RegisterContainerInstance', **request)['containerInstance']
        self.arn = instance['containerInstanceArn']
        # As the agent does: a missing attribute ends it for good.
        answered = {one['name']: one.get('value', '') for one in instance['attributes']}
        for one in request['attributes']:
            assert answered.get(one['name']) == one.get('value', ''), one
        return instance

    def discover(self):
        return self.call('DiscoverPollEndpoint', cluster=self.cluster, containerInstance=self.arn, zoneId='')

    def connect(self, headers=None, silent=False, **query):
        endpoint = self.discover()['endpoint']
        assert endpoint.startswith('http://'), endpoint
        parameters = {'agentHash': 'a8b3e7d3', 'agentVersion': '1.105.1', 'clusterArn': self.cluster,
                      'containerInstanceArn': self.arn, 'dockerVersion': 'DockerVersion: 20.10.24+dfsg1',
                      'protocolVersion': '2', 'sendCredentials': 'true' if self.fresh else 'false', 'seqNum': '1'}
        parameters.update(query)
        self.acs = Socket(self.address(endpoint) + '/ws?' + urllib.parse.urlencode(parameters), headers, silent)
        self.fresh = False
        return self.acs

    def connect_telemetry(self, **query):
        endpoint = self.discover()['telemetryEndpoint']
        parameters = {'agentHash': 'a8b3e7d3', 'agentVersion': '1.105.1', 'cluster': self.cluster,
                      'containerInstance': self.arn, 'dockerVersion': '20.10.24+dfsg1'}
        parameters.update(query)
        self.tcs = Socket(self.address(endpoint) + '/ws?' + urllib.parse.urlencode(parameters))
        return self.tcs

    def address(self, endpoint):
        """Names of other machines are this one here."""
        return endpoint if self.host.startswith('127.') else endpoint.replace(
            self.host.split(':')[0], '127.0.0.1')

    def start(self):
        """Registers and connects; returns once the manifest is here, with which the server has said all it knows."""
        if self.arn is None:
            self.register()
        self.connect()
        self.manifest = self.acs.next('TaskManifestMessage')
        return self

    def task(self, arn=None, status='RUNNING', ack=True, timeout=20):
        """The payload of a task: (task, message)."""
        message = self.acs.next('PayloadMessage', lambda it: it['tasks'][0]['desiredStatus'] == status and
                                arn in (None, it['tasks'][0]['arn']), timeout)
        if ack:
            self.ack(message)
        return message['tasks'][0], message

    def ack(self, message):
        self.acs.say('AckRequest', cluster=self.cluster, containerInstance=self.arn, messageId=message['messageId'])

    def report(self, task, status, containers=(), **members):
        return self.call('SubmitTaskStateChange', cluster=self.cluster, task=task, status=status, reason='',
                         containers=list(containers), **members)

    def run(self, task):
        """All containers of a payload's task run."""
        containers = [{'containerName': one['name'], 'runtimeId': uuid.uuid4().hex * 2, 'status': 'RUNNING'}
                      for one in task['containers']]
        self.report(task['arn'], 'RUNNING', containers)

    def stop(self, task, code=0):
        containers = [{'containerName': one['name'], 'runtimeId': 'r', 'status': 'STOPPED', 'exitCode': code}
                      for one in task['containers']]
        self.report(task['arn'], 'STOPPED', containers, executionStoppedAt=time.time())

    def publish(self, kind, **message):
        """A telemetry frame as the agent writes it; returns its acknowledgment."""
        message.setdefault('metadata', {'cluster': self.cluster, 'containerInstance': self.arn, 'fin': True,
                                        'messageId': str(uuid.uuid4())})
        self.tcs.text(SIGNED_HEAD + json.dumps({'type': kind, 'message': dict(message, timestamp=time.time())}))
        return self.tcs.next({'PublishMetricsRequest': 'AckPublishMetric', 'PublishHealthRequest': 'AckPublishHealth',
                              'PublishInstanceStatusRequest': 'AckPublishInstanceStatus'}[kind])
