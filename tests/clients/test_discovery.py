"""Cloud Map on the same port with boto3: its paginators and errors, tasks of simulated services as instances, restart,
and what /_drydock/names and /_drydock/endpoints show."""

import json
import unittest
import urllib.request

from botocore.config import Config

from harness import REGION, SESSION, Server, container, eventually


def discovery_of(server):
    return SESSION.client('servicediscovery', endpoint_url=server.url, region_name=REGION, aws_access_key_id='test',
                          aws_secret_access_key='test',
                          config=Config(inject_host_prefix=False))


class Discovery(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.close)
        self.map = discovery_of(self.server)
        operation = self.map.create_private_dns_namespace(Name='internal', Vpc='vpc-1')['OperationId']
        self.room = self.map.get_operation(OperationId=operation)['Operation']['Targets']['NAMESPACE']

    def test_pages_and_errors(self):
        for number in range(3):
            self.map.create_http_namespace(Name='n%d' % number)
        pages = list(self.map.get_paginator('list_namespaces').paginate(PaginationConfig={'PageSize': 2}))
        self.assertEqual([len(page['Namespaces']) for page in pages], [2, 2])
        with self.assertRaises(self.map.exceptions.NamespaceAlreadyExists):
            self.map.create_http_namespace(Name='n1')
        with self.assertRaises(self.map.exceptions.NamespaceNotFound):
            self.map.get_namespace(Id='ns-none')
        with self.assertRaises(self.map.exceptions.ServiceNotFound):
            self.map.discover_instances(NamespaceName='internal', ServiceName='none')

    def test_tasks_of_a_service_are_instances_and_stay_so_over_a_restart(self):
        service = self.map.create_service(Name='api', NamespaceId=self.room, DnsConfig={
            'DnsRecords': [{'Type': 'A', 'TTL': 10}]})['Service']
        ecs = self.server.ecs()
        ecs.create_cluster()
        ecs.register_task_definition(family='api', networkMode='awsvpc', containerDefinitions=[container()])
        ecs.create_service(serviceName='api', taskDefinition='api', desiredCount=2,
                           networkConfiguration={'awsvpcConfiguration': {'subnets': ['subnet-1']}},
                           serviceRegistries=[{'registryArn': service['Arn']}])

        def found():
            return self.map.discover_instances(NamespaceName='internal', ServiceName='api')['Instances']
        instances = eventually(lambda: found() if len(found()) == 2 else None)
        tasks = {arn.split('/')[-1] for arn in ecs.list_tasks(serviceName='api')['taskArns']}
        self.assertEqual({one['InstanceId'] for one in instances}, tasks)
        self.server.kill()
        self.server.start()
        self.assertEqual(sorted(one['InstanceId'] for one in found()), sorted(tasks))
        with urllib.request.urlopen(self.server.url + '/_drydock/names', timeout=10) as answer:
            names = json.load(answer)['names']
        self.assertEqual(names[0]['name'], 'api.internal')
        self.assertEqual(len(names[0]['leadsTo']), 2)
        with urllib.request.urlopen(self.server.url + '/_drydock/endpoints', timeout=10) as answer:
            self.assertEqual(json.load(answer), {'endpoints': []})
        ecs.delete_service(service='api', force=True)
        eventually(lambda: not found())
        self.map.delete_service(Id=service['Id'])
        self.map.delete_namespace(Id=self.room)


if __name__ == '__main__':
    unittest.main()
