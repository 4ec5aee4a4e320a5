"""A client of session data channels (spec/execute-command.md sections 3 to 5), in the standard library alone: what the
session manager plugin does, as far as tests need it."""

import base64
import hashlib
import json
import os
import socket
import struct
import time
import urllib.parse
import uuid

HEADER = struct.Struct('>I32sIQqQ16s32sI')
OUTPUT, SIZE, HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE, HANDSHAKE_COMPLETE, FLAG = 1, 3, 5, 6, 7, 10


def encode(kind, payload, sequence=0, flags=0, payload_type=0):
    identity = uuid.uuid4().bytes
    head = HEADER.pack(HEADER.size, kind.encode().ljust(32), 1, int(time.time() * 1000), sequence, flags,
                       identity[8:] + identity[:8], hashlib.sha256(payload).digest(), payload_type)
    return head + struct.pack('>I', len(payload)) + payload


def decode(frame):
    length, kind, _, created, sequence, flags, identity, digest, payload_type = HEADER.unpack(frame[:HEADER.size])
    size, = struct.unpack('>I', frame[HEADER.size:HEADER.size + 4])
    payload = frame[HEADER.size + 4:]
    assert length == HEADER.size and size == len(payload) and created > 0
    assert not payload or digest == hashlib.sha256(payload).digest()
    return {'type': kind.decode().strip(), 'sequence': sequence, 'flags': flags, 'payload_type': payload_type,
            'id': str(uuid.UUID(bytes=identity[8:] + identity[:8])), 'payload': payload}


class WebSocket:
    """The client's end of RFC 6455, without extensions."""

    def __init__(self, url, timeout=20, headers=None):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
        self.buffer = b''
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ['GET %s?%s HTTP/1.1' % (parts.path, parts.query), 'Host: ' + parts.netloc, 'Upgrade: websocket',
                 'Connection: Upgrade', 'Sec-WebSocket-Key: ' + key, 'Sec-WebSocket-Version: 13']
        lines += ['%s: %s' % pair for pair in (headers or {}).items()]
        self.socket.sendall(('\r\n'.join(lines) + '\r\n\r\n').encode())
        while b'\r\n\r\n' not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b'\r\n\r\n', 1)
        self.status = int(head.split()[1])

    def fill(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError('the server closed the connection')
        self.buffer += data

    def take(self, size):
        while len(self.buffer) < size:
            self.fill()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def send(self, opcode, data):
        mask = os.urandom(4)
        size = len(data)
        head = bytes([0x80 | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += bytes([0x80 | 126]) + struct.pack('>H', size)
        else:
            head += bytes([0x80 | 127]) + struct.pack('>Q', size)
        mask_all = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(data, 'big') ^ int.from_bytes(mask_all, 'big')).to_bytes(size, 'big')
        self.socket.sendall(head + mask + masked)

    def receive(self):
        """The next message as (opcode, data); 8 is a close with its code. Pings are answered."""
        whole = b''
        first = None
        while True:
            start, size = self.take(2)
            if size == 126:
                size, = struct.unpack('>H', self.take(2))
            elif size == 127:
                size, = struct.unpack('>Q', self.take(8))
            data = self.take(size)
            opcode = start & 15
            if opcode == 9:
                self.send(10, data)
                continue
            if opcode == 10:
                continue
            first = first or opcode
            whole += data
            if start & 0x80:
                return first, whole

    def close(self):
        self.socket.close()


class Session:
    """One session: connects, shakes hands, and collects what comes."""

    def __init__(self, session, size=(24, 80), handshake=True, timeout=20):
        self.session = session
        self.timeout = timeout
        self.size = size
        self.output = b''
        self.closed = None  # the text of channel_closed
        self.close_code = None
        self.expected = 0
        self.sent = 0
        self.unacknowledged = {}
        self.request = None
        self.complete = None
        self.connect(session['streamUrl'], session['tokenValue'])
        if handshake:
            self.until(lambda: self.complete is not None or self.closed is not None)

    def connect(self, url, token):
        self.web = WebSocket(url, self.timeout)
        assert self.web.status == 101, self.web.status
        opening = {'MessageSchemaVersion': '1.0', 'RequestId': str(uuid.uuid4()), 'TokenValue': token,
                   'ClientId': str(uuid.uuid4()), 'ClientVersion': '1.2.650.0'}
        self.web.send(1, json.dumps(opening).encode())

    def send(self, payload_type, payload):
        frame = encode('input_stream_data', payload, self.sent, 0, payload_type)
        self.unacknowledged[self.sent] = frame
        self.sent += 1
        self.web.send(2, frame)

    def type(self, text):
        data = text.encode() if isinstance(text, str) else text
        for begin in range(0, len(data), 1024):
            self.send(OUTPUT, data[begin:begin + 1024])

    def resize(self, rows, columns):
        self.send(SIZE, json.dumps({'cols': columns, 'rows': rows}).encode())

    def acknowledge(self, message):
        payload = {'AcknowledgedMessageType': message['type'], 'AcknowledgedMessageId': message['id'],
                   'AcknowledgedMessageSequenceNumber': message['sequence'], 'IsSequentialMessage': True}
        self.web.send(2, encode('acknowledge', json.dumps(payload).encode(), 0, 3))

    def step(self):
        """Takes one message; False at the end of the connection."""
        try:
            opcode, data = self.web.receive()
        except ConnectionError:
            return False
        if opcode == 8:
            self.close_code, = struct.unpack('>H', data[:2])
            return False
        message = decode(data)
        if message['type'] == 'acknowledge':
            number = json.loads(message['payload'])['AcknowledgedMessageSequenceNumber']
            self.unacknowledged.pop(number, None)
        elif message['type'] == 'channel_closed':
            self.closed = json.loads(message['payload'])['Output']
        elif message['type'] == 'output_stream_data':
            if message['sequence'] < self.expected:
                return True  # a repetition: neither processed nor acknowledged, as the plugin does
            assert message['sequence'] == self.expected, 'frames arrive in order'
            self.expected += 1
            self.acknowledge(message)
            self.take(message)
        return True

    def take(self, message):
        if message['payload_type'] == HANDSHAKE_REQUEST:
            self.request = json.loads(message['payload'])
            done = [{'ActionType': action['ActionType'], 'ActionStatus': 1, 'ActionResult': None, 'Error': ''}
                    for action in self.request['RequestedClientActions']]
            answer = {'ClientVersion': '1.2.650.0', 'ProcessedClientActions': done, 'Errors': None}
            self.send(HANDSHAKE_RESPONSE, json.dumps(answer).encode())
        elif message['payload_type'] == HANDSHAKE_COMPLETE:
            self.complete = json.loads(message['payload'])
            if self.size:
                self.resize(*self.size)
        else:
            self.output += message['payload']

    def until(self, condition):
        while not condition():
            if not self.step():
                raise AssertionError('the connection ended; so far: %r, closed: %r' % (self.output[-2000:], self.closed))

    def expect(self, text):
        """Reads until the text has come; returns everything up to its end, which is then forgotten."""
        wanted = text.encode() if isinstance(text, str) else text
        self.until(lambda: wanted in self.output)
        end = self.output.index(wanted) + len(wanted)
        seen, self.output = self.output[:end], self.output[end:]
        return seen.decode(errors='replace')

    def read_to_end(self):
        """Everything until the channel is closed."""
        while self.step():
            pass
        return self.output

    def drop(self):
        """The connection is lost without a word."""
        self.web.close()
