"""Containers that end: exit codes, replacement, failures to start, stopping; on a simulated instance whose containers
behave as their dockerLabels say."""

import time
import unittest

from default_cluster import DefaultCluster, behaving
from harness import Server, container, eventually


class Containers(DefaultCluster, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server('--simulated-sizes', '65536:65536')
        cls.addClassCleanup(cls.server.close)
        cls.ecs = cls.server.ecs()
        cls.ecs.create_cluster()
        eventually(lambda: cls.ecs.list_container_instances()['containerInstanceArns'], what='an instance')

    def reached(self, arn, status):
        eventually(lambda: self.task(arn)['lastStatus'] == status, what='%s is %s' % (arn, status))
        return self.task(arn)

    def test_a_one_off_task_keeps_its_exit_code_and_is_not_replaced(self):
        for code in (0, 3):
            self.register('exit', behaving(run_for='0.05', exit_code=str(code)))
            arn = self.run_one('exit')
            stopped = self.reached(arn, 'STOPPED')
            main, = stopped['containers']
            self.assertEqual((main['exitCode'], main['lastStatus']), (code, 'STOPPED'))
            self.assertEqual((stopped['stopCode'], stopped['stoppedReason'], stopped['desiredStatus']),
                             ('EssentialContainerExited', 'Essential container in task exited', 'STOPPED'))
            times = [stopped[k] for k in ('createdAt', 'pullStartedAt', 'pullStoppedAt', 'startedAt', 'stoppedAt')]
            self.assertEqual(times, sorted(times))
            self.assertLessEqual(stopped['executionStoppedAt'], stopped['stoppedAt'])
            self.assertEqual(self.ecs.list_tasks(family='exit')['taskArns'], [])
            self.assertEqual(self.server.aws('ecs', 'wait', 'tasks-stopped', '--tasks', arn)[0], 0)

    def test_a_sidecar_may_end_while_the_task_runs(self):
        sidecar = dict(behaving(run_for='0.05'), name='sidecar', essential=False)
        self.register('pair', container(stopTimeout=2), sidecar)
        arn = self.run_one('pair')
        eventually(lambda: [c for c in self.task(arn)['containers'] if c.get('exitCode') == 0], what='the sidecar ended')
        self.assertEqual(self.task(arn)['lastStatus'], 'RUNNING')
        self.ecs.stop_task(task=arn)
        self.reached(arn, 'STOPPED')

    def test_a_service_replaces_what_ends(self):
        self.register('short', behaving(run_for='0.3', exit_code='1'))
        self.ecs.create_service(serviceName='short', taskDefinition='short', desiredCount=1)
        seen = set()

        def three_generations():
            seen.update(self.ecs.list_tasks(serviceName='short')['taskArns'])
            return len(seen) >= 3
        eventually(three_generations, what='two replacements')
        service = self.ecs.describe_services(services=['short'])['services'][0]
        self.assertFalse([e for e in service['events'] if 'unable to consistently start' in e['message']],
                         'a task that ran is no failure to start')
        self.ecs.delete_service(service='short', force=True)

    def test_an_image_that_cannot_be_pulled(self):
        self.register('ghost', behaving(pull_error='no such image'))
        stopped = self.reached(self.run_one('ghost'), 'STOPPED')
        self.assertEqual(stopped['stopCode'], 'TaskFailedToStart')
        main, = stopped['containers']
        self.assertEqual(main['reason'], 'CannotPullContainerError: no such image')
        self.assertNotIn('exitCode', main)
        self.assertNotIn('startedAt', stopped)

    def test_a_service_that_cannot_start_is_throttled_and_says_so(self):
        self.register('wreck', behaving(start_error='no such program'))
        self.ecs.create_service(serviceName='wreck', taskDefinition='wreck', desiredCount=1)

        def messages():
            service = self.ecs.describe_services(services=['wreck'])['services'][0]
            return [e['message'] for e in service['events']]
        text = '(service wreck) is unable to consistently start tasks successfully.'
        eventually(lambda: text in messages(), what=text)
        self.ecs.delete_service(service='wreck', force=True)

    def test_stop_timeout_ends_what_does_not_listen(self):
        self.register('deaf', dict(behaving(ignore_stop='true'), stopTimeout=2))
        arn = self.run_one('deaf')
        self.reached(arn, 'RUNNING')
        asked = time.monotonic()
        self.ecs.stop_task(task=arn, reason='too loud')
        stopped = self.reached(arn, 'STOPPED')
        self.assertGreaterEqual(time.monotonic() - asked, 1.9)
        self.assertEqual((stopped['containers'][0]['exitCode'], stopped['stoppedReason']), (137, 'too loud'))

    def test_a_deployment_keeps_its_bounds(self):
        self.register('slow', behaving(start_for='0.2'))
        self.ecs.create_service(serviceName='slow', taskDefinition='slow', desiredCount=4, deploymentConfiguration={
            'minimumHealthyPercent': 50, 'maximumPercent': 100})
        self.ecs.get_waiter('services_stable').wait(services=['slow'], WaiterConfig={'Delay': 1, 'MaxAttempts': 20})
        self.register('slow', behaving(start_for='0.2'))
        self.ecs.update_service(service='slow', taskDefinition='slow')
        running, present = [], []

        def deployed():
            service = self.ecs.describe_services(services=['slow'])['services'][0]
            running.append(service['runningCount'])
            present.append(service['runningCount'] + service['pendingCount'])
            return len(service['deployments']) == 1 and service['runningCount'] == 4
        eventually(deployed, what='the new revision runs', interval=0.01)
        self.assertGreaterEqual(min(running), 2)
        self.assertLessEqual(max(present), 4)
        self.assertLess(min(running), 4)
        self.ecs.delete_service(service='slow', force=True)


if __name__ == '__main__':
    unittest.main()
