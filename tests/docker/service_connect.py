#!/usr/bin/python3
"""Service Connect's proxy with real containers: from any task the port of a client alias leads to the tasks behind it,
whatever ports they have; over replaced tasks, kill -9 of the server and ports that others publish; and the networks that
give aliases their addresses go with the aliases. On the engine at DOCKER_HOST, as root (the name server's port is 53);
writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names. The image comes from tests/docker/make_images.sh."""

import json
import re
import unittest
import urllib.request

from engine import IMAGE, docker, main, start_with_instance
from harness import eventually

CLUSTER = 'connect-test'
NETWORK = {'awsvpcConfiguration': {'subnets': ['subnet-1']}}
SERVE = 'echo $HOSTNAME > /www/index.html; exec httpd -f -p 8000 -h /www'
LABEL = 'io.drydock.address-of'


class ServiceConnect(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server, cls.ecs = start_with_instance(cls, CLUSTER)
        cls.clients = {}

    def definition(self, family, mode, script=SERVE, **mapping):
        extra = {} if script != SERVE else {
            'portMappings': [dict({'containerPort': 8000, 'name': 'http'}, **mapping)]}
        self.ecs.register_task_definition(family=family, networkMode=mode, containerDefinitions=[dict({
            'name': 'main', 'image': IMAGE, 'cpu': 32, 'memory': 32, 'command': ['sh', '-c', script]}, **extra)])
        return family

    def serve(self, name, mode, port, count=1, alias=None, **mapping):
        """A service whose tasks are reached at alias:port."""
        extra = {'networkConfiguration': NETWORK} if mode == 'awsvpc' else {}
        self.ecs.create_service(
            cluster=CLUSTER, serviceName=name, taskDefinition=self.definition(name, mode, **mapping),
            desiredCount=count, serviceConnectConfiguration={'enabled': True, 'namespace': 'shop', 'services': [
                {'portName': 'http', 'discoveryName': name,
                 'clientAliases': [{'port': port, 'dnsName': alias or name}]}]}, **extra)
        self.addCleanup(self.delete, name)
        self.steady(name, count)

    def delete(self, name):
        self.ecs.delete_service(cluster=CLUSTER, service=name, force=True)
        eventually(lambda: not self.ecs.list_tasks(cluster=CLUSTER, serviceName=name)['taskArns'], timeout=60)

    def steady(self, name, count):
        def probe():
            service = self.ecs.describe_services(cluster=CLUSTER, services=[name])['services'][0]
            return service['runningCount'] == count and len(service['deployments']) == 1
        eventually(probe, timeout=60)

    def client(self, mode):
        """The container of a task that only waits."""
        if mode not in self.clients:
            family = self.definition('client-' + mode, mode, 'sleep 600')
            extra = {'networkConfiguration': NETWORK} if mode == 'awsvpc' else {}
            arn = self.ecs.run_task(cluster=CLUSTER, taskDefinition=family, **extra)['tasks'][0]['taskArn']
            self.clients[mode] = eventually(
                lambda: docker('ps', '-q', '--filter', 'label=com.amazonaws.ecs.task-arn=' + arn), timeout=60)
        return self.clients[mode]

    def ask(self, script, mode='bridge'):
        return docker('exec', self.client(mode), 'sh', '-c', script)

    def answers(self, url, times, mode='bridge'):
        """Who answers, in order; the word failed for nobody."""
        return self.ask('for i in $(seq %d); do wget -qO- %s || echo failed; done' % (times, url), mode).split()

    def names(self):
        with urllib.request.urlopen(self.server.url + '/_drydock/names', timeout=10) as answer:
            return {one['name']: one for one in json.load(answer)['names']}

    def proxy(self, name):
        return eventually(lambda: self.names().get(name, {}).get('proxy'), timeout=60)

    def explain(self, service):
        arn = self.ecs.describe_services(cluster=CLUSTER, services=[service])['services'][0]['serviceArn']
        with urllib.request.urlopen(self.server.url + '/_drydock/explain/' + arn, timeout=10) as answer:
            return json.load(answer)['reasons']

    @staticmethod
    def networks(name=None):
        found = docker('network', 'ls', '-q', '--filter', 'label=' + LABEL + ('=' + name if name else ''))
        return found.split()

    def hosts(self, name):
        return {container[:12] for container in docker(
            'ps', '-q', '--filter', 'label=com.amazonaws.ecs.task-definition-family=' + name).split()}

    def test_an_alias_leads_to_whatever_port_the_tasks_have(self):
        self.serve('backend', 'bridge', 80, 2)
        self.serve('orders', 'awsvpc', 80, 2)
        for name in ('backend', 'orders'):
            self.proxy(name)
        self.assertNotEqual(self.proxy('backend'), self.proxy('orders'))
        for mode in ('bridge', 'awsvpc', 'host'):
            for name in ('backend', 'orders'):
                with self.subTest(mode + ' to ' + name):
                    found = self.answers('http://%s/' % name, 4, mode)
                    self.assertEqual(len(found), 4)
                    self.assertEqual(len(set(found)), 2, found)
                    self.assertNotIn('failed', found)

    def test_tasks_are_replaced_behind_the_proxy(self):
        self.serve('moving', 'bridge', 81, 2)
        address = self.proxy('moving')
        before = set(self.answers('http://moving:81/', 4))
        self.ecs.update_service(cluster=CLUSTER, service='moving', forceNewDeployment=True)
        during = self.answers('http://moving:81/', 40)
        self.steady('moving', 2)
        eventually(lambda: not before & self.hosts('moving'), timeout=60)
        after = self.answers('http://moving:81/', 40)
        self.assertNotIn('failed', after)
        self.assertEqual(len(set(after)), 2, after)
        self.assertFalse(set(after) & before)
        self.assertEqual(self.proxy('moving'), address)
        self.assertGreater(len([one for one in during if one != 'failed']), 30, during)

    def test_addresses_stay_over_kill(self):
        self.serve('lasting', 'awsvpc', 82)
        address = self.proxy('lasting')
        self.assertIn(address, self.ask('nslookup lasting'))
        answer = self.answers('http://%s:82/' % address, 1)
        self.server.kill()
        self.server.start()
        eventually(lambda: self.answers('http://%s:82/' % address, 1) == answer, timeout=60)
        self.assertEqual(self.proxy('lasting'), address)
        self.assertEqual(self.answers('http://lasting:82/', 1), answer)
        self.assertEqual(len(self.networks('lasting')), 1)

    def test_a_network_that_somebody_removes_comes_back(self):
        self.serve('pruned', 'awsvpc', 83)
        address = self.proxy('pruned')
        docker('network', 'rm', *self.networks('pruned'))
        # Any change of names makes it look; by itself it does so every half minute.
        self.serve('another', 'awsvpc', 83)
        eventually(lambda: self.networks('pruned'))
        self.assertNotIn('failed', self.answers('http://pruned:83/', 2))
        self.assertEqual(self.proxy('pruned'), address)

    def test_the_network_goes_with_the_alias_and_others_stay(self):
        foreign = docker('network', 'create', '--label', 'io.drydock.id=another', '--label', LABEL + '=leaving',
                         '--subnet', '169.254.191.252/30', 'drydock-another-leaving')
        self.addCleanup(docker, 'network', 'rm', foreign)
        self.serve('leaving', 'awsvpc', 84)
        self.proxy('leaving')
        self.assertEqual(len(self.networks('leaving')), 2)
        self.ecs.update_service(cluster=CLUSTER, service='leaving', serviceConnectConfiguration={'enabled': False})
        eventually(lambda: [foreign[:12]] == self.networks('leaving'), timeout=60)

    def test_a_proxy_gives_way_to_a_published_port(self):
        self.serve('giving', 'bridge', 8085)
        self.proxy('giving')
        self.serve('published', 'bridge', 8086, hostPort=8085, alias='published')
        self.assertNotIn('failed', self.answers('http://published:8086/', 1))
        shown = eventually(lambda: (lambda one: one if 'problem' in one else None)(self.names()['giving']))
        self.assertNotIn('proxy', shown)
        self.assertIn('a task publishes port 8085', shown['problem'])
        reasons = [one for one in self.explain('giving') if one['code'] == 'SERVICE_CONNECT_DIRECT']
        self.assertIn('a task publishes port 8085', reasons[0]['message'])
        leads_to, = shown['leadsTo']
        self.assertIn(leads_to.split(':')[0], self.ask('nslookup giving'))
        self.delete('published')
        self.proxy('giving')
        self.assertNotIn('failed', self.answers('http://giving:8085/', 1))

    def test_addresses_are_link_local(self):
        self.serve('local', 'awsvpc', 87)
        self.assertTrue(re.match(r'169\.254\.1(7[6-9]|8\d|9[01])\.\d+$', self.proxy('local')))


class Reset(unittest.TestCase):
    """Drydocks on one engine: a reset takes the one's own networks away."""

    def test_reset_removes_its_own_networks_only(self):
        server, ecs = start_with_instance(self, 'connect-reset')
        foreign = docker('network', 'create', '--label', 'io.drydock.id=another', '--label', LABEL + '=mine',
                         '--subnet', '169.254.191.252/30', 'drydock-another-mine')
        self.addCleanup(docker, 'network', 'rm', foreign)
        ecs.register_task_definition(family='mine', networkMode='awsvpc', containerDefinitions=[{
            'name': 'main', 'image': IMAGE, 'cpu': 32, 'memory': 32, 'command': ['sleep', '600'],
            'portMappings': [{'containerPort': 8000, 'name': 'http'}]}])
        ecs.create_service(cluster='connect-reset', serviceName='mine', taskDefinition='mine', desiredCount=0,
                           networkConfiguration=NETWORK, serviceConnectConfiguration={
                               'enabled': True, 'namespace': 'shop', 'services': [
                                   {'portName': 'http', 'clientAliases': [{'port': 80, 'dnsName': 'mine'}]}]})

        def networks():
            return docker('network', 'ls', '-q', '--filter', 'label=%s=mine' % LABEL).split()
        eventually(lambda: len(networks()) == 2)
        request = urllib.request.Request(server.url + '/_drydock/reset', method='POST')
        urllib.request.urlopen(request, timeout=30).close()
        eventually(lambda: networks() == [foreign[:12]])


if __name__ == '__main__':
    main()
