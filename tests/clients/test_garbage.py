"""What no client should send: each gets a clear 4xx in ECS's form, and the server goes on unharmed."""

import http.client
import json
import socket
import threading
import unittest

from harness import TARGET, Server, container


class Garbage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.server.ok('CreateCluster')
        cls.server.ok('RegisterTaskDefinition', {'family': 'app', 'containerDefinitions': [container()]})

    def tearDown(self):
        self.assertTrue(self.server.alive(), self.server.log_tail())
        self.assertEqual(len(self.server.ok('ListClusters')['clusterArns']), 1)

    def raw(self, data, timeout=20):
        """Sends bytes on a connection of its own and returns what comes back until the server closes or is done."""
        with socket.create_connection(('127.0.0.1', self.server.port), timeout=timeout) as connection:
            connection.sendall(data)
            response = http.client.HTTPResponse(connection)
            response.begin()
            return response.status, response.read()

    def test_truncated_json(self):
        text = json.dumps({'family': 'cut', 'containerDefinitions': [container()]})
        for end in range(1, len(text)):
            status, code, message = self.server.refused('RegisterTaskDefinition', text[:end])
            self.assertEqual((status, code), (400, 'SerializationException'), text[:end])
            self.assertTrue(message)

    def test_wrong_types(self):
        cases = [
            ('CreateCluster', {'clusterName': 7}), ('CreateCluster', {'clusterName': ['a']}),
            ('CreateCluster', {'clusterName': {'a': 1}}), ('CreateCluster', {'tags': {'key': 'a'}}),
            ('CreateCluster', {'tags': ['a']}), ('CreateCluster', {'settings': 'x'}),
            ('RunTask', {'taskDefinition': 'app', 'count': 'two'}), ('RunTask', {'taskDefinition': 'app', 'count': {}}),
            ('RunTask', {'taskDefinition': 'app', 'enableECSManagedTags': 'perhaps'}),
            ('DescribeTasks', {'tasks': 'abc'}), ('DescribeTasks', {'tasks': [1]}),
            ('RegisterTaskDefinition', {'family': 'x', 'containerDefinitions': [[]]}),
            ('RegisterTaskDefinition', {'family': 'x', 'containerDefinitions': [{'name': 'a', 'cpu': []}]}),
        ]
        for operation, body in cases:
            with self.subTest(operation=operation, body=body):
                status, code, _ = self.server.refused(operation, body)
                self.assertEqual((status, code), (400, 'SerializationException'))

    def test_bodies_that_are_no_object(self):
        for body in ('[]', '"text"', '7', 'true', 'null', 'nul', '{', '}', '{"a"}', '{a:1}', "{'a':1}", '\x00', '{}{}',
                     '{"a":1,}', b'\xff\xfe{}', '{"clusterName":"\\ud800"}', '{"clusterName":"a\nb"}', '<xml/>'):
            with self.subTest(body=body):
                status, code, _ = self.server.refused('CreateCluster', body)
                self.assertEqual((status, code), (400, 'SerializationException'))

    def test_an_empty_body_is_an_empty_object(self):
        self.assertEqual(self.server.call('ListClusters', '')[0], 200)

    def test_unknown_members_and_nulls_are_ignored(self):
        answer = self.server.ok('DescribeClusters', {'colour': {'deep': [1, {'x': None}]}, 'clusters': None})
        self.assertEqual(len(answer['clusters']), 1)

    def test_deep_nesting(self):
        for depth in (200, 10000, 1000000):
            for body in ('[' * depth, '{"a":' * depth, '{"clusterName":' + '[' * depth + ']' * depth + '}',
                         '{"x":' + '{"a":' * depth + '1' + '}' * depth + '}'):
                status, _, text = self.server.call('CreateCluster', body)
                self.assertIn(status, (400, 413), (depth, body[:20], text[:200]))
                self.assertIn(json.loads(text)['__type'], ('SerializationException', 'RequestEntityTooLargeException'))

    def test_a_body_of_100_megabytes(self):
        chunk = b'x' * (1 << 20)
        total = 100 << 20
        with socket.create_connection(('127.0.0.1', self.server.port), timeout=60) as connection:
            connection.sendall(('POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: %sCreateCluster\r\n'
                                'Content-Type: application/x-amz-json-1.1\r\nContent-Length: %d\r\n\r\n'
                                % (TARGET, total)).encode())
            sent = 0
            try:
                while sent < total:
                    connection.sendall(chunk)
                    sent += len(chunk)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the server has answered and closed, without reading it all
            try:
                response = http.client.HTTPResponse(connection)
                response.begin()
                self.assertEqual(response.status, 413)
                self.assertEqual(json.loads(response.read())['__type'], 'RequestEntityTooLargeException')
            except ConnectionResetError:
                self.assertLess(sent, total)
        with open('/proc/%d/status' % self.server.process.pid) as status:
            peak = [int(line.split()[1]) for line in status if line.startswith('VmHWM')][0]
        self.assertLess(peak, 100 << 10, 'kB of memory at the peak')

    def test_a_chunked_body_over_the_limit(self):
        head = ('POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: %sCreateCluster\r\nContent-Type: '
                'application/x-amz-json-1.1\r\nTransfer-Encoding: chunked\r\n\r\n' % TARGET).encode()
        with socket.create_connection(('127.0.0.1', self.server.port), timeout=60) as connection:
            connection.sendall(head)
            try:
                for _ in range(100):
                    connection.sendall(b'100000\r\n' + b' ' * 0x100000 + b'\r\n')
            except (BrokenPipeError, ConnectionResetError):
                return
            response = http.client.HTTPResponse(connection)
            response.begin()
            self.assertEqual(response.status, 413)

    def test_a_small_chunked_body_and_expect_are_served(self):
        head = 'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: %sListClusters\r\nContent-Type: ' \
               'application/x-amz-json-1.1\r\n' % TARGET
        status, body = self.raw((head + 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n').encode())
        self.assertEqual((status, list(json.loads(body))), (200, ['clusterArns']))
        with socket.create_connection(('127.0.0.1', self.server.port), timeout=20) as connection:
            connection.sendall((head + 'Content-Length: 2\r\nExpect: 100-continue\r\n\r\n').encode())
            self.assertTrue(connection.recv(4096).startswith(b'HTTP/1.1 100 '))
            connection.sendall(b'{}')
            self.assertIn(b'HTTP/1.1 200 ', connection.recv(65536))

    def test_pipelined_requests_are_answered_in_order(self):
        one = 'POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: %s%s\r\nContent-Type: application/x-amz-json-1.1\r\n' \
              'Content-Length: 2\r\n%s\r\n{}'
        data = ''.join(one % (TARGET, name, close) for name, close in
                       (('ListClusters', ''), ('ListTaskDefinitions', ''), ('ListServices', 'Connection: close\r\n')))
        with socket.create_connection(('127.0.0.1', self.server.port), timeout=20) as connection:
            connection.sendall(data.encode())
            received = b''
            while True:
                part = connection.recv(65536)
                if not part:
                    break
                received += part
        order = [received.find(word) for word in (b'clusterArns', b'taskDefinitionArns', b'serviceArns')]
        self.assertEqual(order, sorted(order))
        self.assertNotIn(-1, order)

    def test_unknown_targets(self):
        for target in ('NoSuchOperation', 'listclusters', '', 'AmazonEC2ContainerServiceV20141113.',
                       'DynamoDB_20120810.ListTables', 'AmazonEC2ContainerServiceV20141113.List.Clusters', 'x' * 5000):
            with self.subTest(target=target):
                status, code, _ = self.server.refused(None, headers={'X-Amz-Target': target})
                self.assertEqual((status, code), (400, 'UnknownOperationException'))
        status, code, _ = self.server.refused(None)
        self.assertEqual((status, code), (400, 'UnknownOperationException'))

    def test_wrong_methods(self):
        for method in ('GET', 'PUT', 'DELETE', 'PATCH', 'BREW'):
            with self.subTest(method=method):
                status, _, _ = self.server.call('ListClusters', method=method)
                self.assertTrue(400 <= status < 500, status)

    def test_http_that_is_none(self):
        for data in (b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', b'GET\r\n\r\n', b'\r\n' * 100 + b'x\r\n\r\n',
                     b'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
                     b'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n',
                     b'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
                     b'POST / HTTP/1.1\r\n' + b'X-Long: ' + b'y' * 100000 + b'\r\n\r\n',
                     b'POST / HTTP/9.9\r\n\r\n'):
            with self.subTest(data=data[:60]):
                try:
                    status, _ = self.raw(data)
                    self.assertTrue(400 <= status < 506, status)
                except (ConnectionResetError, BrokenPipeError, http.client.BadStatusLine):
                    pass  # closed without an answer: also a clear no to what is not HTTP

    def test_clients_that_leave_in_the_middle(self):
        body = b'{"clusterName":"half"}'
        head = ('POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: %sCreateCluster\r\nContent-Type: '
                'application/x-amz-json-1.1\r\nContent-Length: %d\r\n\r\n' % (TARGET, len(body))).encode()
        for end in range(1, len(head) + len(body), 5):
            with socket.create_connection(('127.0.0.1', self.server.port), timeout=20) as connection:
                connection.sendall((head + body)[:end])

    def test_bad_identifiers(self):
        for name in ('a b', 'a/b', '../etc', 'arn:aws:ecs:us-east-1:000000000000:task/default', 'x' * 300, 'ä',
                     'arn:aws:s3:::bucket', 'arn:::::', 'arn:aws:ecs:us-east-1:000000000000:cluster/'):
            for operation, body in (('ListTasks', {'cluster': name}), ('DescribeServices', {'services': [name] * 1,
                                    'cluster': name}), ('DeleteCluster', {'cluster': name})):
                with self.subTest(operation=operation, name=name):
                    status, code, _ = self.server.refused(operation, body)
                    self.assertEqual(status, 400)
                    self.assertIn(code, ('InvalidParameterException', 'ClusterNotFoundException'))

    def test_wrong_values_of_every_kind_never_give_a_5xx(self):
        values = (None, '', ' ', 'x' * 3000, -1, 0, 1 << 31, 1 << 63, 1e300, True, [], [None], {}, {'a': {}}, 'ä\u0000')
        for operation, members in (
                ('RunTask', ('taskDefinition', 'cluster', 'count', 'launchType', 'group', 'overrides', 'startedBy', 'tags',
                             'networkConfiguration', 'placementStrategy', 'clientToken')),
                ('CreateService', ('serviceName', 'taskDefinition', 'desiredCount', 'deploymentConfiguration',
                                   'loadBalancers', 'schedulingStrategy', 'networkConfiguration')),
                ('RegisterTaskDefinition', ('family', 'containerDefinitions', 'volumes', 'cpu', 'memory', 'networkMode')),
                ('ListTasks', ('maxResults', 'nextToken', 'desiredStatus', 'family', 'serviceName')),
                ('ListContainerInstances', ('filter', 'status', 'maxResults')),
                ('TagResource', ('resourceArn', 'tags'))):
            base = {'RunTask': {'taskDefinition': 'app'}, 'TagResource': {'resourceArn': 'x', 'tags': []},
                    'CreateService': {'serviceName': 's', 'taskDefinition': 'app', 'desiredCount': 0},
                    'RegisterTaskDefinition': {'family': 'v', 'containerDefinitions': [container()]}}.get(operation, {})
            for member in members:
                for value in values:
                    with self.subTest(operation=operation, member=member, value=str(value)[:40]):
                        status, _, text = self.server.call(operation, json.dumps(dict(base, **{member: value})))
                        self.assertLess(status, 500, text)
                        json.loads(text)
        for service in self.server.ok('ListServices')['serviceArns']:
            self.server.ok('DeleteService', {'service': service, 'force': True})

    def test_web_pages_cannot_change_anything(self):
        port = self.server.port
        body = json.dumps({'clusterName': 'foreign'})
        cases = [{'host': 'evil.example'}, {'host': 'evil.example:%d' % port},
                 {'headers': {'Origin': 'http://evil.example'}}, {'headers': {'Origin': 'null'}},
                 {'headers': {'Content-Type': 'text/plain'}},
                 {'headers': {'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'cross-site'}},
                 {'headers': {'Content-Type': 'multipart/form-data; boundary=x'}}]
        for how in cases:
            with self.subTest(**how):
                status, _, text = self.server.call('CreateCluster', body, **how)
                self.assertTrue(400 <= status < 500, (status, text))
                status, _, text = self.server.call(None, '{}', path='/_drydock/reset', **how)
                self.assertTrue(400 <= status < 500, (status, text))
        # curl's default type: with X-Amz-Target no page can send it unasked, without that header any page can.
        status, _, text = self.server.call(None, '{}', path='/_drydock/reset', headers={
            'Content-Type': 'application/x-www-form-urlencoded'})
        self.assertTrue(400 <= status < 500, (status, text))
        for host in ('localhost:%d' % port, '127.0.0.1:%d' % port, '[::1]:%d' % port):
            self.assertEqual(self.server.call('ListClusters', host=host)[0], 200, host)

    def test_many_idle_and_slow_connections_do_not_stop_others(self):
        held = [socket.create_connection(('127.0.0.1', self.server.port), timeout=20) for _ in range(200)]
        try:
            for connection in held[::2]:
                connection.sendall(b'POST / HTTP/1.1\r\nHost: loc')
            threads = []
            failures = []

            def ask():
                try:
                    self.server.ok('ListClusters')
                except Exception as problem:  # pylint: disable=broad-except
                    failures.append(problem)
            for _ in range(20):
                threads.append(threading.Thread(target=ask))
                threads[-1].start()
            for thread in threads:
                thread.join(30)
            self.assertEqual(failures, [])
        finally:
            for connection in held:
                connection.close()

    def test_no_response_carries_null_and_every_response_has_its_headers(self):
        for operation in ('ListClusters', 'DescribeClusters', 'ListTaskDefinitions'):
            status, headers, text = self.server.call(operation)
            self.assertEqual(status, 200)
            self.assertNotIn('null', text)
            self.assertEqual(headers['content-type'], 'application/x-amz-json-1.1')
            self.assertRegex(headers['x-amzn-requestid'], r'^[0-9a-f]{8}-[0-9a-f]{4}-')
            self.assertEqual(int(headers['content-length']), len(text.encode()))
            self.assertIn('date', headers)


if __name__ == '__main__':
    unittest.main()
