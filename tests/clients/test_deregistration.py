"""What becomes of Drydock's own container instance when a user deregisters it. AWS's agent does not register again by
itself (its sessions are refused with InactiveInstanceException); a restarted one registers as a new instance."""

import json
import time
import unittest

from harness import Server, container, eventually


class Deregistration(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-sizes', '4096:4096')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()
        self.first = self.instance()

    def instances(self):
        return self.ecs.list_container_instances()['containerInstanceArns']

    def instance(self):
        eventually(lambda: any(i['agentConnected'] for i in self.described(self.instances())), what='an instance')
        only, = self.instances()
        return only

    def described(self, arns):
        return self.ecs.describe_container_instances(containerInstances=arns)['containerInstances'] if arns else []

    def restart_agents(self):
        status, _, text = self.server.call(None, '{}', {'Content-Type': 'application/json'},
                                           path='/_drydock/agents/restart')
        self.assertEqual(status, 200, text)
        return json.loads(text)['restarted']

    def test_it_stays_away_until_its_agent_is_restarted(self):
        self.ecs.register_task_definition(family='web', containerDefinitions=[container(stopTimeout=2)])
        self.ecs.create_service(serviceName='web', taskDefinition='web', desiredCount=1)
        running = lambda: self.ecs.describe_services(services=['web'])['services'][0]['runningCount']
        eventually(lambda: running() == 1, what='a running task')
        self.assertEqual(self.restart_agents(), 0)
        self.ecs.deregister_container_instance(containerInstance=self.first, force=True)
        time.sleep(0.5)
        self.assertEqual(self.instances(), [])
        gone, = self.described([self.first])
        self.assertEqual((gone['status'], gone['agentConnected']), ('INACTIVE', False))
        self.assertEqual(running(), 0)

        self.assertEqual(self.restart_agents(), 1)
        second = self.instance()
        self.assertNotEqual(second, self.first)
        eventually(lambda: running() == 1, what='the task on the new instance')
        self.assertEqual(self.restart_agents(), 0)
        self.assertEqual(self.described([self.first])[0]['status'], 'INACTIVE')

    def test_its_cluster_can_be_deleted_and_created_again(self):
        self.ecs.deregister_container_instance(containerInstance=self.first)
        self.ecs.delete_cluster(cluster='default')
        time.sleep(0.2)
        self.assertEqual(self.ecs.list_clusters()['clusterArns'], [])
        self.ecs.create_cluster()
        self.assertNotEqual(self.instance(), self.first)

    def test_a_restart_of_drydock_registers_a_new_one(self):
        self.ecs.deregister_container_instance(containerInstance=self.first)
        self.server.kill()
        self.server.start()
        self.ecs = self.server.ecs()
        self.assertNotEqual(self.instance(), self.first)


if __name__ == '__main__':
    unittest.main()
