"""/_drydock/behaviours: how simulated containers behave, by image, without a change of their task definitions."""

import unittest

from default_cluster import DefaultCluster
from harness import Caller, Server, container


class Behaviours(DefaultCluster, unittest.TestCase):
    def setUp(self):
        self.server = Server('--clock', 'virtual', '--simulated-sizes', '65536:65536')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()

    def put(self, name, **rule):
        return self.server.admin_ok('PUT', 'behaviours/' + name, rule)

    def run_image(self, image, **members):
        family = image.replace('/', '-').replace(':', '-').replace('.', '-')
        self.register(family, container(image=image, **members))
        return self.run_one(family)

    def test_images_behave_as_they_are_told(self):
        shown = self.put('slow', image='shop/*:1.*', **{'pull-for': 5, 'run-for': '60', 'exit-code': 3})
        self.assertEqual(shown, {'name': 'slow', 'image': 'shop/*:1.*', 'exit-code': '3', 'pull-for': '5', 'run-for': '60'})
        slow, other = self.run_image('shop/web:1.2'), self.run_image('shop/web:2.0')
        self.assertEqual((self.task(slow)['lastStatus'], self.task(other)['lastStatus']), ('PENDING', 'RUNNING'))
        self.assertEqual(self.server.clock(until='task', task=slow, status='STOPPED')['advancedSeconds'], 65.0)
        self.assertEqual(self.task(slow)['containers'][0]['exitCode'], 3)
        self.assertEqual(self.task(other)['lastStatus'], 'RUNNING')

    def test_they_win_over_labels_and_later_names_win(self):
        self.put('a', image='*', **{'pull-error': 'first'})
        self.put('b', image='app', **{'pull-error': 'second'})
        self.put('c', image='app', container='sidecar', **{'pull-error': 'third'})
        task = self.task(self.run_image('app', dockerLabels={'drydock.simulated.pull-error': 'label'}))
        self.assertEqual((task['stopCode'], task['containers'][0]['reason']),
                         ('TaskFailedToStart', 'CannotPullContainerError: second'))
        self.server.admin_ok('DELETE', 'behaviours/b')
        self.assertEqual(self.task(self.run_image('app'))['containers'][0]['reason'], 'CannotPullContainerError: first')
        self.server.admin_ok('DELETE', 'behaviours/a')
        self.assertEqual(self.task(self.run_image('app'))['lastStatus'], 'RUNNING')

    def test_a_tag_moves_and_a_deployment_keeps_its_digest(self):
        first, second = ('sha256:' + digit * 64 for digit in 'ab')
        self.put('shop', image='shop/web:1', digest=first)
        self.register('web', container(image='shop/web:1'))
        self.ecs.create_service(serviceName='web', taskDefinition='web', desiredCount=1)
        self.server.clock(until='idle')

        def digests():
            arns = self.ecs.list_tasks(serviceName='web')['taskArns']
            return sorted(task['containers'][0]['imageDigest'] for task in self.ecs.describe_tasks(tasks=arns)['tasks'])

        def change(**members):
            self.ecs.update_service(service='web', **members)
            self.server.clock(until='stable', service='web')
        self.assertEqual(digests(), [first])
        self.put('shop', image='shop/web:1', digest=second)
        change(desiredCount=2)
        self.assertEqual(digests(), [first, first])
        change(forceNewDeployment=True)
        self.assertEqual(digests(), [second, second])
        call = Caller(self.server.port)  # Debian's boto3 does not know service revisions
        self.addCleanup(call.close)
        current = call('DescribeServices', services=['web'])['services'][0]['currentServiceRevisions'][0]['arn']
        revision = call('DescribeServiceRevisions', serviceRevisionArns=[current])['serviceRevisions'][0]
        self.assertEqual(revision['containerImages'][0]['imageDigest'], second)

    def test_output_is_recorded(self):
        self.put('chatty', image='chatty', logs=['starting', '2.5:ready', '60:tick: one'])
        arn = self.run_image('chatty')
        self.server.clock(advance=10)
        lines = self.server.admin_ok('GET', 'simulated-logs/' + arn)['lines']
        self.assertEqual(lines, [
            {'container': 'main', 'at': '2025-01-01T00:00:00.000Z', 'message': 'starting'},
            {'container': 'main', 'at': '2025-01-01T00:00:02.500Z', 'message': 'ready'}])
        self.ecs.stop_task(task=arn)
        self.server.clock(advance=100)
        self.assertEqual(len(self.server.admin_ok('GET', 'simulated-logs/' + arn)['lines']), 2)

    def test_they_outlive_a_restart_and_end_with_a_reset(self):
        self.put('broken', image='app', **{'start-error': 'no'})
        before = self.server.admin_ok('GET', 'behaviours')
        self.server.kill()
        self.server.start()
        self.assertEqual(self.server.admin_ok('GET', 'behaviours'), before)
        self.assertEqual(self.server.admin_ok('GET', 'behaviours/broken')['start-error'], 'no')
        self.assertEqual(self.task(self.run_image('app'))['stopCode'], 'TaskFailedToStart')
        self.server.admin_ok('POST', 'reset')
        self.assertEqual(self.server.admin_ok('GET', 'behaviours'), {'behaviours': []})

    def test_what_is_wrong_is_refused(self):
        for body, told in (({}, 'image'), ({'image': 'a'}, 'pull-for'), ({'image': 'a', 'pull-for': -1}, 'seconds'),
                           ({'image': 'a', 'pull-four': 1}, 'pull-four'), ({'image': 'a', 'exit-code': 256}, '255'),
                           ({'image': 'a', 'health': 'WELL'}, 'HEALTHY'), ({'image': 7, 'pull-for': 1}, 'image'),
                           ({'image': 'a', 'ignore-stop': 'maybe'}, 'true'), ({'image': 'a', 'logs': {}}, 'logs'),
                           ([], 'object')):
            status, answer = self.server.admin('PUT', 'behaviours/x', body)
            self.assertEqual(status, 400, body)
            self.assertIn(told, answer['message'])
        self.assertEqual(self.server.admin('PUT', 'behaviours/no%20name', {'image': 'a', 'pull-for': 1})[0], 400)
        self.assertEqual(self.server.admin('DELETE', 'behaviours/ghost')[0], 404)
        self.assertEqual(self.server.admin('GET', 'behaviours/ghost')[0], 404)
        self.assertEqual(self.server.admin('POST', 'behaviours')[0], 405)
        self.assertEqual(self.server.admin_ok('GET', 'behaviours'), {'behaviours': []})


if __name__ == '__main__':
    unittest.main()
