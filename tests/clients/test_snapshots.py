"""/_drydock/snapshots: the whole state under a name and back, as often as a test wants, in milliseconds."""

import os
import time
import unittest

from default_cluster import DefaultCluster, behaving
from harness import Server, container, eventually

LARGE = ('--simulated-sizes', '65536:65536')


def picture(server):
    """All that describe calls tell of the default world, but for what no two answers share."""
    ecs = server.ecs()
    clusters = ecs.list_clusters()['clusterArns']
    shown = {'clusters': ecs.describe_clusters(clusters=clusters, include=['TAGS', 'STATISTICS'])['clusters'],
             'definitions': ecs.list_task_definitions()['taskDefinitionArns'],
             'families': ecs.list_task_definition_families()['families']}
    for cluster in clusters:
        tasks = [arn for status in ('RUNNING', 'STOPPED')
                 for page in ecs.get_paginator('list_tasks').paginate(cluster=cluster, desiredStatus=status)
                 for arn in page['taskArns']]
        services = ecs.list_services(cluster=cluster)['serviceArns']
        instances = ecs.list_container_instances(cluster=cluster)['containerInstanceArns']
        shown[cluster] = [
            ecs.describe_tasks(cluster=cluster, tasks=tasks[:100], include=['TAGS'])['tasks'] if tasks else [],
            ecs.describe_services(cluster=cluster, services=services, include=['TAGS'])['services'] if services else [],
            ecs.describe_container_instances(cluster=cluster, containerInstances=instances)['containerInstances']
            if instances else []]
    shown['events'] = server.admin_ok('GET', 'events/history?limit=1000')
    return shown


class Virtual(DefaultCluster, unittest.TestCase):
    def setUp(self):
        self.server = Server('--clock', 'virtual', *LARGE)
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()
        self.register('app', container())
        self.register('job', behaving(run_for='100', exit_code='3'))

    def keep(self, name='base'):
        return self.server.admin_ok('POST', 'snapshots', {'name': name})

    def restore(self, name='base'):
        return self.server.admin_ok('POST', 'snapshots/%s/restore' % name)

    def fill(self):
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=3)
        job = self.run_one('job')
        self.server.clock(advance=60)
        return job

    def much_happens(self):
        self.register('app', container(image='other'))
        self.ecs.update_service(service='web', taskDefinition='app', desiredCount=5)
        self.server.clock(until='idle')
        self.ecs.delete_service(service='web', force=True)
        self.ecs.create_cluster(clusterName='second')
        self.ecs.deregister_task_definition(taskDefinition='app:1')
        for arn in self.ecs.list_tasks()['taskArns']:
            self.ecs.stop_task(task=arn)
        self.server.clock(advance='3h')

    def test_everything_is_as_it_was_the_time_included(self):
        job = self.fill()
        kept = self.keep()
        self.assertEqual((kept['name'], kept['takenAt'], kept['clusters'], kept['services'], kept['tasks']),
                         ('base', '2025-01-01T00:01:00.000Z', 1, 1, 4))
        before, clock = picture(self.server), self.server.admin_ok('GET', 'clock')
        self.assertEqual(clock['nextTimer'], '2025-01-01T00:01:40.000Z')
        self.much_happens()
        self.assertNotEqual(picture(self.server), before)
        self.assertEqual(self.restore(), kept)
        self.assertEqual(self.server.admin_ok('GET', 'clock'), clock)
        self.assertEqual(picture(self.server), before)
        # What was due is due again: 40 of the job's 100 seconds are left.
        self.server.clock(until='idle')
        ended = self.task(job)
        self.assertEqual((ended['lastStatus'], ended['containers'][0]['exitCode']), ('STOPPED', 3))
        self.assertEqual(self.server.admin_ok('GET', 'clock')['now'], '2025-01-01T00:01:40.000Z')

    def test_the_same_calls_lead_to_the_same_states_again_with_other_ids(self):
        self.fill()
        self.keep()
        ends = []
        for _ in range(3):
            self.much_happens()
            ids = {arn for arn in self.ecs.list_tasks(desiredStatus='STOPPED')['taskArns']}
            fresh = self.run_one('job')
            ends.append((self.server.admin_ok('GET', 'clock')['now'], len(ids),
                         [c['clusterName'] for c in self.ecs.describe_clusters(
                             clusters=['default', 'second'])['clusters']], fresh))
            self.restore()
        self.assertEqual(len({end[:2] for end in ends}), 1, ends)
        self.assertEqual(len({end[3] for end in ends}), 3)

    def test_tasks_that_a_restore_brings_back_can_be_stopped_and_replaced(self):
        self.fill()
        self.keep()
        self.ecs.delete_service(service='web', force=True)
        self.server.clock(advance='2h')
        self.restore()
        tasks = self.ecs.list_tasks(serviceName='web')['taskArns']
        self.ecs.stop_task(task=tasks[0])
        self.server.clock(until='stable', service='web', cluster='default')
        self.assertEqual(self.task(tasks[0])['containers'][0]['exitCode'], 143)
        self.assertEqual(self.service('web')['runningCount'], 3)
        self.assertNotEqual(set(self.ecs.list_tasks(serviceName='web')['taskArns']), set(tasks))

    def test_a_kill_right_after_it_loses_nothing_of_it(self):
        self.fill()
        self.keep()
        before, clock = picture(self.server), self.server.admin_ok('GET', 'clock')
        self.much_happens()
        self.restore()
        self.server.kill()
        self.server.start()
        self.assertEqual(self.server.admin_ok('GET', 'clock'), clock)
        again = picture(self.server)
        for cluster in again['clusters']:
            arn = cluster['clusterArn']
            self.assertEqual([t['taskArn'] for t in again[arn][0]], [t['taskArn'] for t in before[arn][0]])
            # But for what a restart itself tells of the agent's sessions.
            self.assertEqual([(s['serviceName'], s['deployments']) for s in again[arn][1]],
                             [(s['serviceName'], s['deployments']) for s in before[arn][1]])
        self.assertEqual(again['definitions'], before['definitions'])
        # The snapshot itself is still there.
        self.restore()
        self.assertEqual(picture(self.server), before)

    def test_behaviours_and_faults_come_back_too(self):
        self.server.admin_ok('PUT', 'behaviours/slow', {'image': 'slow', 'pull-for': 5})
        fault = self.server.admin_ok('POST', 'faults', {'kind': 'throttling', 'scope': {'operation': 'ListServices'},
                                                        'for': '10m'})
        self.keep()
        self.server.admin_ok('DELETE', 'behaviours/slow')
        self.server.admin_ok('PUT', 'behaviours/other', {'image': 'x', 'pull-for': 5})
        self.server.clock(advance='1h')
        self.assertEqual(self.server.admin_ok('GET', 'faults')['faults'], [])
        self.restore()
        self.assertEqual([b['name'] for b in self.server.admin_ok('GET', 'behaviours')['behaviours']], ['slow'])
        self.assertEqual(self.server.admin_ok('GET', 'faults')['faults'], [fault])
        self.assertEqual(self.server.refused('ListServices')[1], 'ThrottlingException')
        self.server.clock(advance='10m')
        self.assertEqual(self.server.ok('ListServices'), {'serviceArns': []})

    def test_groups_of_the_options_are_there_whatever_the_snapshot_says(self):
        self.keep('before')
        self.server.kill()
        self.server.options += ['--simulated-group', 'fleet=0:4:4096:8192']
        self.server.start()
        groups = self.server.admin_ok('GET', 'instance-groups')
        self.assertEqual([group['name'] for group in groups['instanceGroups']], ['fleet'])
        self.keep('with')
        for name in ('with', 'before'):
            self.restore(name)
            self.assertEqual(self.server.admin_ok('GET', 'instance-groups'), groups, name)

    def test_names(self):
        base = self.keep()
        second = self.keep('v1.2_x-y')
        self.assertEqual(self.server.admin_ok('GET', 'snapshots'), {'snapshots': [base, second]})
        self.assertEqual(self.server.admin_ok('GET', 'snapshots/base'), base)
        for status, method, path, body in (
                (409, 'POST', 'snapshots', {'name': 'base'}),
                (400, 'POST', 'snapshots', {'name': 'a/b'}),
                (400, 'POST', 'snapshots', {'name': ''}),
                (400, 'POST', 'snapshots', {'name': 'x' * 101}),
                (400, 'POST', 'snapshots', {'name': 7}),
                (400, 'POST', 'snapshots', {}),
                (400, 'POST', 'snapshots', {'name': 'c', 'replace': True}),
                (400, 'POST', 'snapshots', []),
                (404, 'GET', 'snapshots/none', None),
                (404, 'DELETE', 'snapshots/none', None),
                (404, 'POST', 'snapshots/none/restore', None),
                (404, 'POST', 'snapshots/base/other', None),
                (405, 'GET', 'snapshots/base/restore', None),
                (405, 'PUT', 'snapshots', None),
                (405, 'POST', 'snapshots/base', None)):
            answer = self.server.admin(method, path, body)
            self.assertEqual(answer[0], status, (method, path, body, answer))
            self.assertTrue(answer[1]['message'].endswith('.'), answer)
        self.server.admin_ok('DELETE', 'snapshots/base')
        self.assertEqual(self.server.admin_ok('GET', 'snapshots'), {'snapshots': [second]})
        for n in range(99):
            self.keep('n%d' % n)
        self.assertEqual(self.server.admin('POST', 'snapshots', {'name': 'one-more'})[0], 409)

    def test_a_reset_leaves_snapshots_alone(self):
        self.fill()
        self.keep()
        before = picture(self.server)
        self.server.admin_ok('POST', 'reset')
        self.assertEqual(self.ecs.list_clusters()['clusterArns'], [])
        self.restore()
        self.assertEqual(picture(self.server), before)

    def test_while_storage_fails_nothing_is_kept_and_nothing_restored(self):
        self.fill()
        self.keep()
        self.much_happens()
        before, clock = picture(self.server), self.server.admin_ok('GET', 'clock')
        fault = self.server.admin_ok('POST', 'faults', {'kind': 'storage-failure'})
        # Told to those who wait for it, and to those who come later.
        for _ in range(2):
            for path, body in (('snapshots/base/restore', None), ('snapshots', {'name': 'late'})):
                status, answer = self.server.admin('POST', path, body)
                self.assertEqual(status, 503, answer)
                self.assertIn('cannot write its database', answer['message'])
            self.assertEqual(self.server.admin('DELETE', 'snapshots/base')[0], 503)
        self.assertEqual(picture(self.server), before)
        self.assertEqual(self.server.admin_ok('GET', 'clock'), clock)
        self.server.admin_ok('DELETE', 'faults/' + fault['id'])
        self.assertEqual([s['name'] for s in self.server.admin_ok('GET', 'snapshots')['snapshots']], ['base'])
        self.run_one('job')
        self.restore()
        self.assertEqual(self.service('web')['runningCount'], 3)

    def test_a_disk_that_fails_with_it_takes_it_back(self):
        self.fill()
        self.keep()
        self.much_happens()
        running = self.run_one('app')
        before, clock = picture(self.server), self.server.admin_ok('GET', 'clock')
        path = os.path.join(self.server.data_dir, 'drydock.db')
        os.rename(path, path + '.away')
        status, answer = self.server.admin('POST', 'snapshots/base/restore')
        self.assertEqual(status, 503, answer)
        self.assertIn('was removed or replaced', answer['message'])
        self.assertEqual(picture(self.server), before)
        self.assertEqual(self.server.admin_ok('GET', 'clock'), clock)
        os.rename(path + '.away', path)
        eventually(lambda: self.server.admin_ok('GET', 'health')['status'] == 'ok')
        # The instances go on from where they are.
        self.ecs.stop_task(task=running)
        self.server.clock(until='task', task=running, status='STOPPED')
        self.restore()
        self.assertEqual(self.service('web')['runningCount'], 3)


class Real(DefaultCluster, unittest.TestCase):
    """With the operating system's clock, instances go on by themselves."""

    def setUp(self):
        self.server = Server('--simulated-instances', '3', '--simulated-sizes', '262144:262144')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()
        eventually(lambda: len(self.ecs.list_container_instances()['containerInstanceArns']) == 3)
        self.register('app', container())

    def running(self):
        return sorted(t['taskArn'] for t in self.ecs.describe_tasks(
            tasks=self.ecs.list_tasks()['taskArns'])['tasks'] if t['lastStatus'] == 'RUNNING')

    def stable(self, count):
        eventually(lambda: self.service('web')['runningCount'] == count, what='%d running' % count)
        eventually(lambda: self.service('web')['deployments'][0]['rolloutState'] == 'COMPLETED', what='a rollout')

    def restore_in_ms(self, name):
        began = time.monotonic()
        self.server.admin_ok('POST', 'snapshots/%s/restore' % name)
        return (time.monotonic() - began) * 1000

    def keep_in_ms(self, name):
        began = time.monotonic()
        self.server.admin_ok('POST', 'snapshots', {'name': name})
        return (time.monotonic() - began) * 1000

    def test_instances_forget_and_start_again_what_the_snapshot_says(self):
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=3)
        self.stable(3)
        before = self.running()
        self.server.admin_ok('POST', 'snapshots', {'name': 'base'})
        self.ecs.update_service(service='web', desiredCount=8)
        self.stable(8)
        self.ecs.stop_task(task=before[0])
        eventually(lambda: before[0] not in self.running() and len(self.running()) == 8)
        self.server.admin_ok('POST', 'snapshots/base/restore')
        self.assertEqual(self.running(), before)
        # They answer to what they are told, all three of them.
        for arn in before:
            self.ecs.stop_task(task=arn)
        eventually(lambda: len(self.running()) == 3 and not set(self.running()) & set(before), what='new tasks')

    def test_a_stop_that_was_under_way_does_not_end_a_task_that_came_back(self):
        self.register('deaf', dict(behaving(stop_for='0.3')))
        arn = self.run_one('deaf')
        eventually(lambda: self.running() == [arn])
        self.server.admin_ok('POST', 'snapshots', {'name': 'base'})
        self.ecs.stop_task(task=arn)
        self.server.admin_ok('POST', 'snapshots/base/restore')
        other = self.run_one('deaf')
        self.ecs.stop_task(task=other)
        # By then the stop of the first would have been over, too.
        eventually(lambda: self.task(other)['lastStatus'] == 'STOPPED')
        self.assertEqual((self.task(arn)['lastStatus'], self.task(arn)['desiredStatus']), ('RUNNING', 'RUNNING'))

    def test_a_small_world_takes_milliseconds(self):
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=10)
        self.stable(10)
        kept = self.keep_in_ms('base')
        restored = []
        for n in range(5):
            self.ecs.update_service(service='web', desiredCount=10 + n)
            self.ecs.create_cluster(clusterName='c%d' % n)
            restored.append(self.restore_in_ms('base'))
            self.assertEqual(len(self.running()), 10)
        print('10 tasks: kept in %.1f ms, restored in %s ms' % (kept, ', '.join('%.1f' % one for one in restored)))
        self.assertLess(sorted(restored)[len(restored) // 2], 50)

    def test_five_thousand_tasks(self):
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=2500)
        self.ecs.create_service(serviceName='api', taskDefinition='app', desiredCount=2500)

        def all_run():
            return self.ecs.describe_clusters(clusters=['default'])['clusters'][0]['runningTasksCount'] == 5000
        eventually(all_run, timeout=120)
        kept = self.keep_in_ms('base')
        unchanged = self.restore_in_ms('base')
        self.server.admin_ok('POST', 'reset')
        everything = self.restore_in_ms('base')
        self.assertTrue(all_run())
        print('5,000 tasks: kept in %.0f ms; restored in %.0f ms when nothing had changed, in %.0f ms after a reset' % (
            kept, unchanged, everything))


if __name__ == '__main__':
    unittest.main()
