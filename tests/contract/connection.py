"""One keep-alive connection for tens of thousands of raw requests: less overhead than http.client, and it notices when
the server drops the connection."""

import socket
import time

TARGET = 'AmazonEC2ContainerServiceV20141113.'


class Dropped(Exception):
    """The server closed the connection instead of answering."""


class Connection:
    IDLE = 20  # seconds after which a server may close a connection; a client then takes a new one

    def __init__(self, port):
        self.port = port
        self.socket = None
        self._connect()

    def _connect(self):
        self.close()
        self.socket = socket.create_connection(('127.0.0.1', self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b''
        self.used = time.monotonic()

    def ask(self, operation, body):
        """Sends body (text or bytes); returns (status, headers with lower-case names, body bytes)."""
        if time.monotonic() - self.used > self.IDLE:
            self._connect()
        data = body if isinstance(body, bytes) else body.encode()
        head = ('POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/x-amz-json-1.1\r\n'
                'X-Amz-Target: %s%s\r\nContent-Length: %d\r\n\r\n' % (self.port, TARGET, operation, len(data)))
        self.socket.sendall(head.encode() + data)
        while b'\r\n\r\n' not in self.pending:
            self._receive()
        raw, self.pending = self.pending.split(b'\r\n\r\n', 1)
        lines = raw.decode('latin-1').split('\r\n')
        headers = dict(line.split(': ', 1) for line in lines[1:])
        headers = {name.lower(): value for name, value in headers.items()}
        length = int(headers['content-length'])
        while len(self.pending) < length:
            self._receive()
        answer, self.pending = self.pending[:length], self.pending[length:]
        self.used = time.monotonic()
        return int(lines[0].split(' ')[1]), headers, answer

    def _receive(self):
        received = self.socket.recv(1 << 16)
        if not received:
            raise Dropped()
        self.pending += received

    def close(self):
        if self.socket is not None:
            self.socket.close()
