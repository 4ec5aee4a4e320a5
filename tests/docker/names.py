#!/usr/bin/python3
"""Names and local ports with real containers: Cloud Map's and Service Connect's names from any task, the address of an
awsvpc task, and a port of this machine that follows a service's tasks, over kill -9 of the server. On the engine at
DOCKER_HOST, as root (the name server's port is 53); writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names. The
image comes from tests/docker/make_images.sh."""

import json
import socket
import unittest
import urllib.request

from engine import IMAGE, connected_instances, docker, main, start_with_instance
from harness import REGION, SESSION, eventually

CLUSTER = 'names-test'
NETWORK = {'awsvpcConfiguration': {'subnets': ['subnet-1']}}
SERVE = 'echo $HOSTNAME > /www/index.html; exec httpd -f -p 8000 -h /www'

# Says what it is told, by TCP and UDP.
ECHO = '''
import socket, threading
streams = socket.create_server(("", 5300))
packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
packets.bind(("", 5300))
def answer():
    while True:
        told, who = packets.recvfrom(100)
        packets.sendto(told, who)
threading.Thread(target=answer).start()
while True:
    with streams.accept()[0] as stream:
        stream.sendall(stream.recv(100))
'''


def echo(address, port, protocol):
    """What a server that says what it is told says to "hello"; None when it does not answer."""
    kind = socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as client:
        client.settimeout(2)
        try:
            client.connect((address, port))
            client.sendall(b'hello')
            return client.recv(100)
        except OSError:
            return None


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server, cls.ecs = start_with_instance(cls, CLUSTER)
        cls.map = SESSION.client('servicediscovery', endpoint_url=cls.server.url, region_name=REGION,
                                 aws_access_key_id='test', aws_secret_access_key='test')
        operation = cls.map.create_private_dns_namespace(Name='internal', Vpc='vpc-1')['OperationId']
        cls.room = cls.map.get_operation(OperationId=operation)['Operation']['Targets']['NAMESPACE']

    def discovery(self, name, kind='A'):
        service = self.map.create_service(Name=name, NamespaceId=self.room, DnsConfig={
            'DnsRecords': [{'Type': kind, 'TTL': 1}]})['Service']
        return service['Id'], service['Arn']

    def definition(self, family, script=SERVE, mode='awsvpc', **members):
        self.ecs.register_task_definition(family=family, networkMode=mode, containerDefinitions=[dict({
            'name': 'main', 'image': IMAGE, 'cpu': 32, 'memory': 32, 'command': ['sh', '-c', script],
            'portMappings': [{'containerPort': 8000, 'name': 'http'}]}, **members)])
        return family

    def service(self, name, definition, count=1, **members):
        mode = self.ecs.describe_task_definition(taskDefinition=definition)['taskDefinition']['networkMode']
        if mode == 'awsvpc':
            members['networkConfiguration'] = NETWORK
        self.ecs.create_service(cluster=CLUSTER, serviceName=name, taskDefinition=definition, desiredCount=count,
                                **members)
        self.addCleanup(self.ecs.delete_service, cluster=CLUSTER, service=name, force=True)
        self.running(name, count)

    def running(self, name, count):
        def probe():
            service = self.ecs.describe_services(cluster=CLUSTER, services=[name])['services'][0]
            return service['runningCount'] == count and len(service['deployments']) == 1
        eventually(probe, timeout=60)

    def tasks(self, name):
        arns = self.ecs.list_tasks(cluster=CLUSTER, serviceName=name)['taskArns']
        return self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)['tasks'] if arns else []

    def ask(self, script, mode='awsvpc'):
        """What a script prints in a task of its own."""
        family = self.definition('ask-' + mode, 'sleep 600', mode)
        extra = {'networkConfiguration': NETWORK} if mode == 'awsvpc' else {}
        refused = []

        def placed():
            answer = self.ecs.run_task(cluster=CLUSTER, taskDefinition=family, **extra)
            refused[:] = answer['failures']
            return answer['tasks']
        # Right after a restart the instance may not be there again.
        arn = eventually(placed, what='a task is placed', tell=lambda: refused)[0]['taskArn']
        self.addCleanup(self.ecs.stop_task, cluster=CLUSTER, task=arn)

        def container():
            return docker('ps', '-q', '--filter', 'label=com.amazonaws.ecs.task-arn=' + arn)
        eventually(container, timeout=60)
        return docker('exec', container(), 'sh', '-c', script)

    def endpoint(self, service):
        url = '%s/_drydock/endpoints/%s/%s' % (self.server.url, CLUSTER, service)
        with urllib.request.urlopen(url, timeout=10) as answer:
            found = json.load(answer)['endpoints']
        return found[0] if found else None

    @staticmethod
    def fetch(port):
        try:
            with urllib.request.urlopen('http://127.0.0.1:%d/' % port, timeout=5) as answer:
                return answer.read().decode().strip()
        except OSError:
            return None

    def test_a_cloud_map_name_leads_to_the_tasks_from_every_network_mode(self):
        _, arn = self.discovery('api')
        self.service('api', self.definition('api'), 2, serviceRegistries=[{'registryArn': arn}])
        addresses = sorted(task['containers'][0]['networkInterfaces'][0]['privateIpv4Address']
                           for task in self.tasks('api'))
        self.assertEqual(len(set(addresses)), 2)
        for mode in ('awsvpc', 'bridge', 'host'):
            with self.subTest(mode):
                found = self.ask('nslookup api.internal; wget -qO- http://api.internal:8000/ && echo reached', mode)
                for address in addresses:
                    self.assertIn(address, found)
                self.assertIn('reached', found)
        self.ecs.update_service(cluster=CLUSTER, service='api', desiredCount=1)
        self.running('api', 1)
        left = self.tasks('api')[0]['containers'][0]['networkInterfaces'][0]['privateIpv4Address']
        found = self.ask('nslookup api.internal')
        self.assertIn(left, found)
        gone = [address for address in addresses if address != left][0]
        self.assertNotIn(gone, found)

    def test_an_srv_name_leads_to_published_ports(self):
        service, arn = self.discovery('srv', 'SRV')
        self.service('srv', self.definition('srv', mode='bridge'), 1, serviceRegistries=[
            {'registryArn': arn, 'containerName': 'main', 'containerPort': 8000}])
        instance = self.map.list_instances(ServiceId=service)['Instances'][0]
        binding = self.tasks('srv')[0]['containers'][0]['networkBindings'][0]
        self.assertEqual(instance['Attributes']['AWS_INSTANCE_PORT'], str(binding['hostPort']))
        target = '%s.srv.internal:%d' % (instance['Id'], binding['hostPort'])
        self.assertTrue(self.ask('wget -qO- http://%s/' % target))

    def test_a_service_connect_alias_leads_to_the_tasks(self):
        self.service('connected', self.definition('connected'), 1, serviceConnectConfiguration={
            'enabled': True, 'namespace': 'shop', 'services': [
                {'portName': 'http', 'clientAliases': [{'port': 8000, 'dnsName': 'backend'}]}]})
        for mode in ('awsvpc', 'bridge'):
            with self.subTest(mode):
                self.assertTrue(self.ask('wget -qO- http://backend:8000/', mode))

    def test_a_local_port_follows_the_tasks_and_stays_over_kill(self):
        for mode in ('awsvpc', 'bridge'):
            with self.subTest(mode):
                name = 'local-' + mode
                self.service(name, self.definition(name, mode=mode), 2)
                endpoint = eventually(lambda name=name: (lambda e: e if e and len(e['targets']) == 2 else None)(
                    self.endpoint(name)))
                port = endpoint['localPort']
                answers = {self.fetch(port) for _ in range(4)}
                self.assertEqual(len(answers), 2, answers)
                self.server.kill()
                self.server.start()
                again = eventually(lambda name=name: (lambda e: e if e and len(e['targets']) == 2 else None)(
                    self.endpoint(name)))
                self.assertEqual(again['localPort'], port)
                self.assertIn(self.fetch(port), answers)
                for task in self.tasks(name):
                    self.ecs.stop_task(cluster=CLUSTER, task=task['taskArn'])
                new = eventually(lambda: (lambda a: a if a and a not in answers else None)(self.fetch(port)), timeout=60)
                self.assertTrue(new)

    def test_a_local_port_that_is_asked_for(self):
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            free = probe.getsockname()[1]
        self.service('wanted', self.definition('wanted'), 1, tags=[{'key': 'drydock.local-port', 'value': str(free)}])
        eventually(lambda: self.fetch(free))
        self.assertEqual(self.endpoint('wanted')['localPort'], free)
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()
            other = taken.getsockname()[1]
            self.service('unlucky', self.definition('unlucky'), 1,
                         tags=[{'key': 'drydock.local-port', 'value': str(other)}])
            shown = eventually(lambda: self.endpoint('unlucky'))
            self.assertIn('port %d of 127.0.0.1' % other, shown['problem'])
            self.assertNotEqual(shown['localPort'], other)

    def test_the_port_of_names_is_left_to_a_task_that_is_to_have_it(self):
        self.assertIn('169.254.170.2', self.ask('cat /etc/resolv.conf', 'bridge'))
        folders = ('usr', 'lib', 'lib64')
        for protocol in ('tcp', 'udp'):
            with self.subTest(protocol):
                self.ecs.register_task_definition(
                    family='on-53', networkMode='bridge', volumes=[
                        {'name': name, 'host': {'sourcePath': '/' + name}} for name in folders],
                    containerDefinitions=[{
                        'name': 'main', 'image': IMAGE, 'cpu': 32, 'memory': 64, 'stopTimeout': 2,
                        'command': ['/usr/bin/python3', '-c', ECHO],
                        'portMappings': [{'containerPort': 5300, 'hostPort': 53, 'protocol': protocol}],
                        'mountPoints': [{'sourceVolume': name, 'containerPath': '/' + name, 'readOnly': True}
                                        for name in folders]}])
                arn = self.ecs.run_task(cluster=CLUSTER, taskDefinition='on-53')['tasks'][0]['taskArn']

                def task(arn=arn):
                    return self.ecs.describe_tasks(cluster=CLUSTER, tasks=[arn])['tasks'][0]
                eventually(lambda task=task: task()['lastStatus'] in ('RUNNING', 'STOPPED'), timeout=60)
                self.assertEqual(task()['lastStatus'], 'RUNNING', task())
                self.assertEqual(task()['containers'][0]['networkBindings'][0]['hostPort'], 53)
                for address in ('127.0.0.1', '169.254.170.2'):
                    eventually(lambda address=address, protocol=protocol: echo(address, 53, protocol) == b'hello',
                               what='the task answers at %s by %s' % (address, protocol))
                known = self.ask('cat /etc/resolv.conf', 'bridge')
                self.assertIn('nameserver', known)
                self.assertNotIn('169.254.170.2', known)
                # The port is not taken from a task that runs; when it has gone, names are there again.
                self.server.kill()
                self.server.start()
                eventually(lambda: connected_instances(self.ecs, CLUSTER), timeout=60)
                self.assertEqual(task()['lastStatus'], 'RUNNING')
                self.assertNotIn('169.254.170.2', self.ask('cat /etc/resolv.conf', 'bridge'))
                self.assertEqual(echo('169.254.170.2', 53, protocol), b'hello')
                self.ecs.stop_task(cluster=CLUSTER, task=arn)
                eventually(lambda task=task: task()['lastStatus'] == 'STOPPED', timeout=60)
                self.server.kill()
                self.server.start()
                eventually(lambda: connected_instances(self.ecs, CLUSTER), timeout=60)
                self.assertIn('169.254.170.2', self.ask('cat /etc/resolv.conf', 'bridge'))


if __name__ == '__main__':
    main()
