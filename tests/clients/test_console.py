"""The console's page and files, and what protects the rest from other pages: over plain HTTP, without a browser."""

import gzip
import html
import json
import re
import unittest
import urllib.error
import urllib.request

from harness import Server

TARGET = 'AmazonEC2ContainerServiceV20141113.'


class Console(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def ask(self, path, method='GET', body=None, **headers):
        """Status, headers and body; header names with '_' for '-'."""
        request = urllib.request.Request(self.server.url + path, method=method, data=body and json.dumps(body).encode(),
                                         headers={name.replace('_', '-'): value for name, value in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def facts(self):
        _, _, page = self.ask('/')
        return json.loads(html.unescape(re.search(r'name="drydock" content="([^"]*)"', page.decode()).group(1)))

    def test_the_page_tells_what_it_needs_to_know(self):
        facts = self.facts()
        self.assertEqual(facts['account'], '000000000000')
        self.assertEqual(facts['region'], 'us-east-1')
        self.assertEqual(facts['runtime'], 'simulated')
        self.assertGreaterEqual(len(facts['token']), 43)

    def test_files_are_whole_and_known_again(self):
        status, headers, body = self.ask('/console/assets/console.js', Accept_Encoding='gzip')
        self.assertEqual((status, headers['Content-Encoding']), (200, 'gzip'))
        self.assertIn(b'/_drydock/', gzip.decompress(body))
        self.assertRegex(headers['ETag'], r'^"[0-9a-f]{32}"$')
        status, again, body = self.ask('/console/assets/console.js', Accept_Encoding='gzip', If_None_Match=headers['ETag'])
        self.assertEqual((status, body, again['ETag']), (304, b'', headers['ETag']))

    def test_only_pages_that_know_the_token_change_anything_or_call(self):
        token = self.facts()['token']
        api = {'Content_Type': 'application/x-amz-json-1.1', 'X_Amz_Target': TARGET + 'ListClusters'}
        admin = {'Content_Type': 'application/json'}
        for origin in (self.server.url, 'http://localhost:3000', 'http://127.0.0.1:1'):
            for path, headers in (('/', api), ('/_drydock/reset', admin), ('/_drydock/agents/restart', admin)):
                with self.subTest(origin=origin, path=path):
                    self.assertEqual(self.ask(path, 'POST', {}, Origin=origin, **headers)[0], 403)
                    self.assertEqual(self.ask(path, 'POST', {}, Origin=origin, X_Drydock_Token='x', **headers)[0], 403)
                    self.assertEqual(self.ask(path, 'POST', {}, Origin=origin, X_Drydock_Token=token, **headers)[0], 200)
        status, _, body = self.ask('/', 'POST', {}, Origin='http://evil.example', X_Drydock_Token=token, **api)
        self.assertEqual((status, json.loads(body)['__type']), (403, 'AccessDeniedException'))

    def test_programs_need_no_token(self):
        self.assertEqual(self.ask('/_drydock/reset', 'POST', {}, Content_Type='application/json')[0], 200)

    def test_the_token_is_new_with_every_start(self):
        with Server() as other:
            page = urllib.request.urlopen(other.url, timeout=20).read().decode()
        self.assertNotIn(self.facts()['token'], page)

    def test_worlds_are_those_with_something_in_them(self):
        self.server.ecs(key='123456789012', region='eu-west-1').create_cluster()
        self.server.admin_ok('PUT', 'behaviours/b', {'image': '*', 'exit-code': 1})
        worlds = json.loads(self.ask('/_drydock/worlds')[2])['worlds']
        self.assertIn({'account': '123456789012', 'region': 'eu-west-1', 'clusters': 1}, worlds)
        self.assertTrue(all(re.fullmatch(r'\d{12}', world['account']) for world in worlds), worlds)

    def test_nothing_to_explain(self):
        path = '/_drydock/explain/arn:aws:ecs:us-east-1:000000000000:cluster/nothing'
        self.assertEqual(self.ask(path)[0], 404)
        status, _, body = self.ask(path + '?none=empty')
        self.assertEqual((status, body), (200, b'{}'))


if __name__ == '__main__':
    unittest.main()
