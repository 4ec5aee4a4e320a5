"""Refusals: the error code and, where the reference knows it, the exact text, through boto3."""

import unittest

from botocore.exceptions import ClientError

from harness import Server, container, eventually

IPE = 'InvalidParameterException'
CE = 'ClientException'
FARGATE = {'requiresCompatibilities': ['FARGATE'], 'networkMode': 'awsvpc'}


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        cls.ecs = cls.server.ecs()
        cls.ecs.create_cluster()
        eventually(lambda: cls.ecs.list_container_instances()['containerInstanceArns'], what='an instance')
        cls.ecs.register_task_definition(family='app', containerDefinitions=[container()])

    def refused(self, code, message, operation, **arguments):
        with self.subTest(operation=operation, code=code, message=message, **arguments):
            with self.assertRaises(ClientError) as caught:
                getattr(self.ecs, operation)(**arguments)
            error = caught.exception.response
            self.assertEqual(error['Error']['Code'], code, error)
            self.assertEqual(error['ResponseMetadata']['HTTPStatusCode'], 400)
            if message is not None:
                self.assertEqual(error['Error']['Message'], message)
            else:
                self.assertTrue(error['Error']['Message'])

    def test_clusters(self):
        self.refused(IPE, r'ClusterName must match ^[a-zA-Z0-9\-_]{1,255}$', 'create_cluster', clusterName='a b')
        self.refused(IPE, None, 'create_cluster', clusterName='a' * 256)
        self.refused(IPE, "Invalid setting 'value'", 'create_cluster', clusterName='s',
                     settings=[{'name': 'containerInsights', 'value': 'maybe'}])
        self.refused('ClusterNotFoundException', 'Cluster not found.', 'delete_cluster', cluster='nowhere')
        self.refused('ClusterNotFoundException', 'Cluster not found.', 'list_tasks', cluster='nowhere')
        self.refused('ClusterNotFoundException', 'Cluster not found.', 'update_cluster_settings', cluster='nowhere',
                     settings=[{'name': 'containerInsights', 'value': 'enabled'}])
        self.ecs.create_cluster(clusterName='twice', tags=[{'key': 'a', 'value': '1'}])
        self.ecs.create_cluster(clusterName='twice')
        self.refused(IPE, 'Arguments on this idempotent request are inconsistent with arguments used in previous '
                     'request(s).', 'create_cluster', clusterName='twice', tags=[{'key': 'a', 'value': '2'}])

    def test_identifiers(self):
        self.refused(IPE, 'taskId length should be one of [32,36]', 'describe_tasks', tasks=['None'])
        self.refused(IPE, 'taskId length should be one of [32,36]', 'stop_task', task='abc')
        self.refused(IPE, 'Invalid identifier: Unexpected number of separators', 'describe_tasks', tasks=['a/b/c/d'])
        self.refused(IPE, 'The referenced task was not found.', 'stop_task', task='0' * 32)
        self.refused(IPE, 'Tasks cannot be empty.', 'describe_tasks', tasks=[])
        failure, = self.ecs.describe_tasks(tasks=['f' * 32])['failures']
        self.assertEqual(failure, {'arn': 'arn:aws:ecs:us-east-1:000000000000:task/default/' + 'f' * 32,
                                   'reason': 'MISSING'})

    def test_task_definitions(self):
        def register(message, *containers, **members):
            arguments = dict({'family': 'bad', 'containerDefinitions': list(containers)}, **members)
            self.refused(CE, message, 'register_task_definition', **arguments)

        register('Container list cannot be empty.')
        register('Family contains invalid characters.', container(), family='a b')
        register('Container.image contains invalid characters.', container(image='a b'))
        register('Container names must be unique within a task definition', container(), container())
        register("Task definition doesn't have any essential container", container(essential=False))
        register("Invalid setting for container 'main'. At least one of 'memory' or 'memoryReservation' must be "
                 'specified.', {'name': 'main', 'image': 'x'})
        register("Invalid setting for container 'main'. 'memory' must be greater than or equal to "
                 "'memoryReservation'.", container(memory=32, memoryReservation=64))
        register("The 'memory' setting for container 'main' is greater than for the task.", container(memory=2048),
                 cpu='256', memory='1024')
        register("The sum of all container 'cpu' values cannot be greater than the task-level 'cpu' value",
                 container(cpu=512), cpu='256', memory='1024')
        register("Fargate requires that 'cpu' be defined at the task level.", container(), memory='512', **FARGATE)
        register("Fargate requires that 'memory' be defined at the task level.", container(), cpu='256', **FARGATE)
        register('No Fargate configuration exists for given values.', container(), cpu='256', memory='4096', **FARGATE)
        register("When networkMode=host, the host ports and container ports in port mappings must match.",
                 container(portMappings=[{'containerPort': 80, 'hostPort': 81}]), networkMode='host')
        register('Cannot depend on container ghost because it does not exist',
                 container(dependsOn=[{'containerName': 'ghost', 'condition': 'START'}]))
        register('A dependency container with HEALTHY condition must have health check configured',
                 container(dependsOn=[{'containerName': 'side', 'condition': 'HEALTHY'}]),
                 container('side', essential=False))
        self.refused(CE, 'Unable to describe task definition.', 'describe_task_definition', taskDefinition='no-such')
        self.refused(CE, 'Revision is missing.', 'deregister_task_definition', taskDefinition='app')
        self.refused(IPE, 'Invalid revision number. Number: x', 'deregister_task_definition', taskDefinition='app:x')
        failure, = self.server.ok('DeleteTaskDefinitions', {'taskDefinitions': ['app:1']})['failures']
        self.assertEqual(failure, {'arn': 'app:1', 'reason': 'The specified task definition is still in ACTIVE status. '
                                   'Please deregister the target and try again.'})

    def test_a_deregistered_revision_cannot_start(self):
        self.ecs.register_task_definition(family='old', containerDefinitions=[container()])
        self.ecs.deregister_task_definition(taskDefinition='old:1')
        shown = self.ecs.describe_task_definition(taskDefinition='old:1')['taskDefinition']
        self.assertEqual(shown['status'], 'INACTIVE')
        self.assertIn('deregisteredAt', shown)
        self.refused(CE, 'TaskDefinition is inactive', 'run_task', taskDefinition='old:1')
        self.refused(CE, 'TaskDefinition not found.', 'run_task', taskDefinition='old')
        again = self.ecs.register_task_definition(family='old', containerDefinitions=[container()])
        self.assertEqual(again['taskDefinition']['revision'], 2)

    def test_services(self):
        def create(code, message, **members):
            arguments = dict({'serviceName': 'bad', 'taskDefinition': 'app', 'desiredCount': 1}, **members)
            self.refused(code, message, 'create_service', **{k: v for k, v in arguments.items() if v is not None})

        create(IPE, 'DesiredCount is missing', desiredCount=None)
        create(IPE, 'DesiredCount can not be lesser than 0', desiredCount=-1)
        create(IPE, 'The daemon scheduling strategy does not support a desired count for services. Remove the desired '
               'count value and try again', schedulingStrategy='DAEMON')
        create(IPE, None, launchType='BOAT')
        create(CE, 'TaskDefinition not found.', taskDefinition='no-such')
        create('ClusterNotFoundException', 'Cluster not found.', cluster='nowhere')
        self.ecs.create_service(serviceName='one', taskDefinition='app', desiredCount=0)
        self.refused(IPE, 'Creation of service was not idempotent.', 'create_service', serviceName='one',
                     taskDefinition='app', desiredCount=1)
        self.refused('ServiceNotFoundException', 'Service not found.', 'update_service', service='no-such')
        self.refused('ServiceNotFoundException', 'Service not found.', 'delete_service', service='no-such')
        self.ecs.delete_service(service='one')
        eventually(lambda: self.ecs.describe_services(services=['one'])['services'][0]['status'] == 'INACTIVE',
                   what='the service is INACTIVE')
        self.refused('ServiceNotActiveException', 'Service was not ACTIVE.', 'update_service', service='one',
                     desiredCount=1)
        self.ecs.create_service(serviceName='one', taskDefinition='app', desiredCount=0)
        failure, = self.ecs.describe_services(services=['no-such'])['failures']
        self.assertEqual(failure['reason'], 'MISSING')

    def test_tasks(self):
        self.refused(IPE, None, 'run_task', taskDefinition='app', count=11)
        self.refused(IPE, 'Override for container named ghost is not a container in the TaskDefinition.', 'run_task',
                     taskDefinition='app', overrides={'containerOverrides': [{'name': 'ghost'}]})
        self.refused(IPE, 'Invalid value for propagateTags', 'run_task', taskDefinition='app', propagateTags='SERVICE')
        answer = self.ecs.start_task(taskDefinition='app', containerInstances=['0' * 32])
        self.assertEqual((answer['tasks'], [f['reason'] for f in answer['failures']]), ([], ['MISSING']))

    def test_container_instances(self):
        instance = self.ecs.list_container_instances()['containerInstanceArns'][0]
        self.refused(IPE, 'Container instance status should be one of [ACTIVE, DRAINING]',
                     'update_container_instances_state', containerInstances=[instance], status='INACTIVE')
        failure, = self.ecs.describe_container_instances(containerInstances=['0' * 32])['failures']
        self.assertEqual(failure['reason'], 'MISSING')
        task = self.ecs.run_task(taskDefinition='app')['tasks'][0]
        self.refused(IPE, 'Found running tasks on the instance.', 'deregister_container_instance',
                     containerInstance=task['containerInstanceArn'])
        self.ecs.stop_task(task=task['taskArn'])

    def test_unknown_operations(self):
        status, code, message = self.server.refused('CreateGateway')
        self.assertEqual((status, code), (400, 'UnknownOperationException'))


if __name__ == '__main__':
    unittest.main()
