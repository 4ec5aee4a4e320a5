"""Throttling, quotas and --strict, as clients meet them."""

import json
import time
import unittest

from botocore.exceptions import ClientError

from harness import Server, container

ONE = '111111111111'


def code_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response['Error']['Code']
    return None


class Throttled(unittest.TestCase):
    def setUp(self):
        self.server = Server('--throttle', 'aws', runtime='none')
        self.addCleanup(self.server.close)

    def burst(self, operation, calls, body='{}'):
        """How many of these calls, sent one after the other, were let through."""
        passed = 0
        for _ in range(calls):
            status, headers, text = self.server.call(operation, body)
            if status == 200:
                passed += 1
                continue
            self.assertEqual(status, 400)
            self.assertEqual(json.loads(text), {'__type': 'ThrottlingException', 'message': 'Rate exceeded'})
            self.assertEqual(headers['x-amzn-errortype'], 'ThrottlingException')
        return passed

    def test_cluster_modify_20_at_once_then_one_a_second(self):
        started = time.monotonic()
        passed = self.burst('CreateCluster', 30)
        self.assertGreaterEqual(passed, 20)
        self.assertLessEqual(passed, 21 + int(time.monotonic() - started))
        # Of the same category, and of another one.
        self.assertLessEqual(self.burst('DeleteCluster', 5, '{"cluster": "x"}'), 1 + int(time.monotonic() - started))
        self.assertEqual(self.burst('ListClusters', 5), 5)

    def test_accounts_and_regions_have_buckets_of_their_own(self):
        self.assertLess(self.burst('CreateCluster', 25), 25)
        self.server.ecs(key=ONE).create_cluster()
        self.server.ecs(region='eu-west-1').create_cluster()

    def test_an_sdk_that_retries_gets_through(self):
        self.assertLess(self.burst('CreateCluster', 25), 25)
        self.assertEqual(code_of(self.server.ecs().create_cluster), 'ThrottlingException')
        self.server.ecs(retries=8).create_cluster(clusterName='patience')


class Unthrottled(unittest.TestCase):
    def test_without_the_option_nothing_is_throttled(self):
        with Server(runtime='none') as server:
            for _ in range(150):
                server.ok('CreateCluster')


class Quotas(unittest.TestCase):
    def test_a_quota_is_met_and_survives_restarts(self):
        with Server('--quota', 'clusters=2', '--quota', 'revisions-per-family=1', runtime='none') as server:
            ecs = server.ecs()
            ecs.create_cluster(clusterName='one')
            ecs.create_cluster(clusterName='two')
            self.assertEqual(code_of(ecs.create_cluster, clusterName='three'), 'ClientException')
            server.kill()
            server.start()
            ecs = server.ecs()
            self.assertEqual(code_of(ecs.create_cluster, clusterName='three'), 'ClientException')
            self.assertEqual(code_of(ecs.list_tasks), 'ClientException')
            server.ecs(key=ONE).create_cluster(clusterName='three')
            ecs.delete_cluster(cluster='one')
            ecs.create_cluster(clusterName='three')
            ecs.register_task_definition(family='app', containerDefinitions=[container()])
            self.assertEqual(code_of(ecs.register_task_definition, family='app', containerDefinitions=[container()]),
                             'LimitExceededException')


class Strict(unittest.TestCase):
    def test_default_must_be_created(self):
        with Server('--strict', runtime='none') as server:
            ecs = server.ecs()
            for call, arguments in ((ecs.list_tasks, {}), (ecs.list_services, {}), (ecs.list_container_instances, {}),
                                    (ecs.describe_services, {'services': ['web']}),
                                    (ecs.run_task, {'taskDefinition': 'app'})):
                self.assertEqual(code_of(call, **arguments), 'ClusterNotFoundException')
            self.assertEqual(ecs.list_clusters()['clusterArns'], [])
            ecs.create_cluster()
            self.assertEqual(ecs.list_tasks()['taskArns'], [])

    def test_default_is_made_otherwise(self):
        with Server(runtime='none') as server:
            self.assertEqual(server.ecs().list_tasks()['taskArns'], [])
            self.assertEqual(len(server.ecs().list_clusters()['clusterArns']), 1)


if __name__ == '__main__':
    unittest.main()
