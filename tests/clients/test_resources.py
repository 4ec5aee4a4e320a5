"""Account settings, attributes, task protection, capacity providers and tags, with boto3; each survives kill -9."""

import unittest

from botocore.exceptions import ClientError

from harness import Server, container, eventually

GROUP = 'arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:uuid:autoScalingGroupName/'


def spread(*names, weight=1):
    return [{'capacityProvider': name, 'weight': weight, 'base': 0} for name in names]


class Resources(unittest.TestCase):
    def setUp(self):
        self.server = Server('--simulated-instances', '3', '--simulated-sizes', '4096:8192',
                             '--simulated-capacity-providers', 'one,two,none')
        self.addCleanup(self.server.close)
        self.ecs = self.server.ecs()
        self.ecs.create_cluster()
        eventually(lambda: len(self.instances()) == 3, what='three instances')
        self.ecs.register_task_definition(family='app', containerDefinitions=[container()])

    def instances(self):
        return self.ecs.list_container_instances()['containerInstanceArns']

    def described(self):
        return self.ecs.describe_container_instances(containerInstances=self.instances())['containerInstances']

    def restart(self):
        self.server.kill()
        self.server.start()
        eventually(lambda: all(i['agentConnected'] for i in self.described()), what='the instances reconnected')

    def error(self, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        return caught.exception.response['Error']

    def running(self, service, count):
        def steady():
            shown = self.ecs.describe_services(services=[service])['services'][0]
            return shown['runningCount'] == count and shown['pendingCount'] == 0
        eventually(steady, what='%d tasks of %s' % (count, service))
        arns = self.ecs.list_tasks(serviceName=service)['taskArns']
        return self.ecs.describe_tasks(tasks=arns)['tasks']

    def test_account_settings(self):
        user = 'arn:aws:iam::000000000000:user/ada'
        self.ecs.put_account_setting_default(name='containerInsights', value='enhanced')
        self.ecs.put_account_setting(name='awsvpcTrunking', value='enabled', principalArn=user)
        self.ecs.put_account_setting(name='fargateFIPSMode', value='enabled')
        self.ecs.delete_account_setting(name='fargateFIPSMode')
        self.restart()
        self.assertEqual([(s['name'], s['value']) for s in self.ecs.list_account_settings()['settings']],
                         [('containerInsights', 'enhanced')])
        pages = self.ecs.get_paginator('list_account_settings').paginate(effectiveSettings=True, principalArn=user)
        effective = {s['name']: s['value'] for page in pages for s in page['settings']}
        self.assertEqual(len(effective), 11)
        self.assertEqual((effective['awsvpcTrunking'], effective['containerInsights']), ('enabled', 'enhanced'))
        made = self.ecs.create_cluster(clusterName='watched')['cluster']
        self.assertEqual(made['settings'], [{'name': 'containerInsights', 'value': 'enhanced'}])
        refusal = self.error(self.ecs.put_account_setting, name='unknown', value='enabled')
        self.assertEqual(refusal['Code'], 'InvalidParameterException')

    def test_attributes(self):
        target = self.instances()[0]
        given = [{'name': 'stack', 'value': 'production', 'targetId': target}]
        self.assertEqual(self.ecs.put_attributes(attributes=given)['attributes'], given)
        self.restart()
        pages = self.ecs.get_paginator('list_attributes').paginate(targetType='container-instance',
                                                                   attributeName='stack')
        self.assertEqual([a for page in pages for a in page['attributes']], given)
        shown = {i['containerInstanceArn']: i['attributes'] for i in self.described()}
        self.assertIn({'name': 'stack', 'value': 'production'}, shown[target])
        self.assertEqual(self.ecs.delete_attributes(attributes=[{'name': 'stack', 'targetId': target}])['attributes'],
                         given)
        refusal = self.error(self.ecs.put_attributes, attributes=[{'name': 'a', 'targetId': target[:-1] + '_'}])
        self.assertEqual(refusal['Code'], 'TargetNotFoundException')

    def test_task_protection(self):
        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=4)
        tasks = [t['taskArn'] for t in self.running('web', 4)]
        kept = sorted(tasks[:2])
        answer = self.ecs.update_task_protection(cluster='default', tasks=kept, protectionEnabled=True,
                                                 expiresInMinutes=60)
        self.assertEqual(answer['failures'], [])
        before = self.ecs.get_task_protection(cluster='default')['protectedTasks']
        self.restart()
        self.assertEqual(self.ecs.get_task_protection(cluster='default')['protectedTasks'], before)
        self.ecs.update_service(service='web', desiredCount=2)
        self.assertEqual(sorted(t['taskArn'] for t in self.running('web', 2)), kept)
        self.ecs.update_service(service='web', forceNewDeployment=True)
        self.assertTrue(set(kept) < set(t['taskArn'] for t in self.running('web', 4)))
        self.ecs.update_task_protection(cluster='default', tasks=kept, protectionEnabled=False)
        self.assertFalse(set(kept) & set(t['taskArn'] for t in self.running('web', 2)))
        alone = self.ecs.run_task(taskDefinition='app')['tasks'][0]['taskArn']
        failures = self.ecs.update_task_protection(cluster='default', tasks=[alone],
                                                   protectionEnabled=True)['failures']
        self.assertEqual([(f['arn'], f['reason']) for f in failures], [(alone, 'TASK_NOT_VALID')])

    def test_capacity_providers(self):
        for name in ('one', 'two'):
            self.ecs.create_capacity_provider(name=name, tags=[{'key': 'k', 'value': name}], autoScalingGroupProvider={
                'autoScalingGroupArn': GROUP + name, 'managedScaling': {'status': 'ENABLED', 'targetCapacity': 90}})
        answer = self.ecs.put_cluster_capacity_providers(
            cluster='default', capacityProviders=['one', 'two'], defaultCapacityProviderStrategy=spread('one'))
        self.assertEqual(answer['cluster']['attachmentsStatus'], 'UPDATE_IN_PROGRESS')

        def attached():
            cluster = self.ecs.describe_clusters(include=['ATTACHMENTS'])['clusters'][0]
            return cluster['attachmentsStatus'] == 'UPDATE_COMPLETE'
        eventually(attached, what='the attachments are complete')
        self.ecs.update_capacity_provider(name='two', autoScalingGroupProvider={'managedScaling': {'status': 'ENABLED', 'targetCapacity': 60}})
        self.restart()
        eventually(lambda: self.ecs.describe_capacity_providers(capacityProviders=['two'])['capacityProviders'][0]
                   ['updateStatus'] == 'UPDATE_COMPLETE', what='the update is complete')
        listed = self.ecs.describe_capacity_providers(include=['TAGS'])['capacityProviders']
        self.assertEqual([(p['name'], p['status'], p['tags']) for p in listed],
                         [('FARGATE', 'ACTIVE', []), ('FARGATE_SPOT', 'ACTIVE', []),
                          ('one', 'ACTIVE', [{'key': 'k', 'value': 'one'}]),
                          ('two', 'ACTIVE', [{'key': 'k', 'value': 'two'}])])
        self.assertEqual(listed[3]['autoScalingGroupProvider']['managedScaling']['targetCapacity'], 60)
        self.assertEqual(sorted(i.get('capacityProviderName', 'none') for i in self.described()),
                         ['none', 'one', 'two'])

        self.ecs.create_service(serviceName='web', taskDefinition='app', desiredCount=6, capacityProviderStrategy=[
            {'capacityProvider': 'one', 'weight': 1}, {'capacityProvider': 'two', 'weight': 2}])
        where = {i['containerInstanceArn']: i.get('capacityProviderName') for i in self.described()}
        tasks = self.running('web', 6)
        self.assertEqual(sorted(t['capacityProviderName'] for t in tasks), ['one'] * 2 + ['two'] * 4)
        self.assertTrue(all(where[t['containerInstanceArn']] == t['capacityProviderName'] for t in tasks))
        by_default = self.ecs.run_task(taskDefinition='app')['tasks'][0]
        self.assertEqual(by_default['capacityProviderName'], 'one')
        refusal = self.error(self.ecs.put_cluster_capacity_providers, cluster='default', capacityProviders=[],
                             defaultCapacityProviderStrategy=[])
        self.assertEqual(refusal['Code'], 'ResourceInUseException')
        self.assertEqual(self.error(self.ecs.delete_capacity_provider, capacityProvider='one')['Code'],
                         'ClientException')

    def test_a_capacity_provider_goes(self):
        made = self.ecs.create_capacity_provider(name='short', autoScalingGroupProvider={
            'autoScalingGroupArn': GROUP + 'short'})['capacityProvider']
        self.ecs.tag_resource(resourceArn=made['capacityProviderArn'], tags=[{'key': 'a', 'value': '1'}])
        self.restart()
        tags = self.ecs.list_tags_for_resource(resourceArn=made['capacityProviderArn'])['tags']
        self.assertEqual(tags, [{'key': 'a', 'value': '1'}])
        gone = self.ecs.delete_capacity_provider(capacityProvider=made['capacityProviderArn'])['capacityProvider']
        self.assertEqual(gone['updateStatus'], 'DELETE_IN_PROGRESS')
        eventually(lambda: self.ecs.describe_capacity_providers(capacityProviders=['short'])['failures'],
                   what='the provider is gone')

    def test_agent_update(self):
        refusal = self.error(self.ecs.update_container_agent, containerInstance=self.instances()[0])
        self.assertEqual(refusal['Code'], 'NoUpdateAvailableException')


if __name__ == '__main__':
    unittest.main()
