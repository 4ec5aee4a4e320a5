"""What a client registers comes back: every member of a task definition and of a service, also after a restart, and a
described task definition can be registered again."""

import json
import os
import unittest

from harness import ROOT, Server

MODEL = os.path.join(ROOT, 'api-spec', 'ecs.json')
# What ECS adds to a described task definition; register-again scripts drop these.
READ_ONLY = ('taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities', 'registeredAt',
             'registeredBy')
ROLE = 'arn:aws:iam::123456789012:role/%s'

EVERYTHING_ON_EC2 = {
    'family': 'everything', 'taskRoleArn': ROLE % 'task', 'executionRoleArn': ROLE % 'execution',
    'networkMode': 'bridge', 'cpu': '1024', 'memory': '2048', 'pidMode': 'task', 'ipcMode': 'task',
    'requiresCompatibilities': ['EC2'], 'enableFaultInjection': True,
    'runtimePlatform': {'cpuArchitecture': 'X86_64', 'operatingSystemFamily': 'LINUX'},
    'placementConstraints': [{'type': 'memberOf', 'expression': 'attribute:ecs.instance-type =~ t3.*'}],
    'containerDefinitions': [
        {
            'name': 'main', 'image': 'example/main:1.2', 'cpu': 128, 'memory': 256, 'memoryReservation': 128,
            'repositoryCredentials': {'credentialsParameter': 'arn:aws:secretsmanager:us-east-1:123456789012:secret:pull'},
            'links': ['side:alias'], 'essential': True,
            'portMappings': [{'containerPort': 80, 'hostPort': 8080, 'protocol': 'tcp', 'name': 'web', 'appProtocol': 'http'},
                             {'containerPortRange': '9000-9010', 'protocol': 'udp'}],
            'restartPolicy': {'enabled': True, 'ignoredExitCodes': [0, 3], 'restartAttemptPeriod': 120},
            'entryPoint': ['/bin/sh', '-c'], 'command': ['echo', '"quoted" \u00fc\U0001F6A2'],
            'environment': [{'name': 'EMPTY', 'value': ''}, {'name': 'NAME', 'value': 'a\nb'}],
            'environmentFiles': [{'value': 'arn:aws:s3:::bucket/file.env', 'type': 's3'}],
            'mountPoints': [{'sourceVolume': 'host', 'containerPath': '/host', 'readOnly': True},
                            {'sourceVolume': 'docker', 'containerPath': '/docker', 'readOnly': False},
                            {'sourceVolume': 'efs', 'containerPath': '/efs'},
                            {'sourceVolume': 'later', 'containerPath': '/later'}],
            'volumesFrom': [{'sourceContainer': 'side', 'readOnly': True}],
            'linuxParameters': {
                'capabilities': {'add': ['NET_ADMIN'], 'drop': ['CHOWN']},
                'devices': [{'hostPath': '/dev/null', 'containerPath': '/dev/nil', 'permissions': ['read', 'write']}],
                'initProcessEnabled': True, 'sharedMemorySize': 64, 'maxSwap': 128, 'swappiness': 10,
                'tmpfs': [{'containerPath': '/tmp', 'size': 16, 'mountOptions': ['rw', 'noexec']}]},
            'secrets': [{'name': 'TOKEN', 'valueFrom': 'arn:aws:ssm:us-east-1:123456789012:parameter/token'}],
            'dependsOn': [{'containerName': 'side', 'condition': 'HEALTHY'}],
            'startTimeout': 30, 'stopTimeout': 20, 'versionConsistency': 'enabled', 'hostname': 'ship', 'user': '1000:1000',
            'workingDirectory': '/srv', 'disableNetworking': False, 'privileged': False, 'readonlyRootFilesystem': True,
            'dnsServers': ['10.0.0.2'], 'dnsSearchDomains': ['example.org'],
            'extraHosts': [{'hostname': 'db', 'ipAddress': '10.0.0.3'}],
            'dockerSecurityOptions': ['no-new-privileges'], 'interactive': True, 'pseudoTerminal': False,
            'dockerLabels': {'team': 'deck', 'empty': ''},
            'ulimits': [{'name': 'nofile', 'softLimit': 1024, 'hardLimit': 2048}],
            'logConfiguration': {'logDriver': 'awslogs',
                                 'options': {'awslogs-group': 'g', 'awslogs-region': 'us-east-1'},
                                 'secretOptions': [{'name': 'key', 'valueFrom': 'arn:aws:ssm:us-east-1:123456789012:parameter/k'}]},
            'healthCheck': {'command': ['CMD-SHELL', 'true'], 'interval': 10, 'timeout': 3, 'retries': 2, 'startPeriod': 5},
            'systemControls': [{'namespace': 'net.core.somaxconn', 'value': '1024'}],
            'resourceRequirements': [{'type': 'GPU', 'value': '1'}],
            'credentialSpecs': ['credentialspec:arn:aws:s3:::bucket/spec.json'],
        },
        {'name': 'side', 'image': 'example/side', 'cpu': 0, 'memoryReservation': 64, 'essential': False,
         'portMappings': [], 'environment': [], 'mountPoints': [], 'volumesFrom': [], 'systemControls': [],
         'healthCheck': {'command': ['CMD', 'true']}},
        {'name': 'router', 'image': 'example/router', 'memory': 64, 'essential': False,
         'firelensConfiguration': {'type': 'fluentbit', 'options': {'enable-ecs-log-metadata': 'true'}}},
    ],
    'volumes': [
        {'name': 'host', 'host': {'sourcePath': '/var/data'}},
        {'name': 'docker', 'dockerVolumeConfiguration': {
            'scope': 'shared', 'autoprovision': True, 'driver': 'local', 'driverOpts': {'type': 'tmpfs'},
            'labels': {'kept': 'yes'}}},
        {'name': 'efs', 'efsVolumeConfiguration': {
            'fileSystemId': 'fs-12345678', 'rootDirectory': '/', 'transitEncryption': 'ENABLED',
            'transitEncryptionPort': 2049, 'authorizationConfig': {'accessPointId': 'fsap-1234', 'iam': 'ENABLED'}}},
        {'name': 'later', 'configuredAtLaunch': True},
        {'name': 'files', 's3filesVolumeConfiguration': {
            'fileSystemArn': 'arn:aws:s3files:us-east-1:123456789012:file-system/fs-1', 'rootDirectory': '/',
            'transitEncryptionPort': 2050, 'accessPointArn': 'arn:aws:s3files:us-east-1:123456789012:access-point/ap-1'}},
        {'name': 'windows', 'fsxWindowsFileServerVolumeConfiguration': {
            'fileSystemId': 'fs-0123456789abcdef0', 'rootDirectory': 'share',
            'authorizationConfig': {'credentialsParameter': 'arn:aws:secretsmanager:us-east-1:123456789012:secret:fsx',
                                    'domain': 'example.org'}}},
    ],
}

EVERYTHING_ON_FARGATE = {
    'family': 'fargate', 'executionRoleArn': ROLE % 'execution', 'networkMode': 'awsvpc', 'cpu': '512', 'memory': '1024',
    'requiresCompatibilities': ['FARGATE'], 'ephemeralStorage': {'sizeInGiB': 30},
    'proxyConfiguration': {'type': 'APPMESH', 'containerName': 'envoy', 'properties': [
        {'name': 'IgnoredUID', 'value': '1337'}, {'name': 'ProxyIngressPort', 'value': '15000'},
        {'name': 'ProxyEgressPort', 'value': '15001'}, {'name': 'AppPorts', 'value': '80'},
        {'name': 'EgressIgnoredIPs', 'value': '169.254.170.2'}]},
    'runtimePlatform': {'cpuArchitecture': 'ARM64', 'operatingSystemFamily': 'LINUX'},
    'containerDefinitions': [
        {'name': 'main', 'image': 'example/main', 'essential': True,
         'portMappings': [{'containerPort': 80, 'hostPort': 80, 'protocol': 'tcp'}]},
        {'name': 'envoy', 'image': 'example/envoy', 'essential': True, 'user': '1337'}],
}

SERVICE = {
    'serviceName': 'everything', 'taskDefinition': 'served', 'desiredCount': 0, 'platformVersion': '1.4.0',
    'capacityProviderStrategy': [{'capacityProvider': 'FARGATE', 'base': 1, 'weight': 1},
                                 {'capacityProvider': 'FARGATE_SPOT', 'base': 0, 'weight': 3}],
    'availabilityZoneRebalancing': 'DISABLED',
    'loadBalancers': [{'targetGroupArn': 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef',
                       'containerName': 'main', 'containerPort': 80}],
    'serviceRegistries': [{'registryArn': 'arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1', 'port': 80}],
    'deploymentConfiguration': {
        'deploymentCircuitBreaker': {'enable': True, 'rollback': True}, 'maximumPercent': 150, 'minimumHealthyPercent': 50,
        'alarms': {'alarmNames': ['high'], 'rollback': True, 'enable': True}, 'strategy': 'ROLLING', 'bakeTimeInMinutes': 0},
    'networkConfiguration': {'awsvpcConfiguration': {
        'subnets': ['subnet-1', 'subnet-2'], 'securityGroups': ['sg-1'], 'assignPublicIp': 'ENABLED'}},
    'healthCheckGracePeriodSeconds': 30, 'schedulingStrategy': 'REPLICA', 'deploymentController': {'type': 'ECS'},
    'tags': [{'key': 'team', 'value': 'deck'}], 'enableECSManagedTags': True, 'propagateTags': 'SERVICE',
    'enableExecuteCommand': True,
}
# Part of a service, shown by its deployment.
DEPLOYED = {
    'serviceConnectConfiguration': {
        'enabled': True, 'namespace': 'arn:aws:servicediscovery:us-east-1:123456789012:namespace/ns-1',
        'services': [{'portName': 'web', 'discoveryName': 'web', 'ingressPortOverride': 8081,
                      'clientAliases': [{'port': 80, 'dnsName': 'web.internal', 'testTrafficRules': {
                          'header': {'name': 'x-test', 'value': {'exact': 'yes'}}}}],
                      'timeout': {'idleTimeoutSeconds': 60, 'perRequestTimeoutSeconds': 15},
                      'tls': {'issuerCertificateAuthority': {
                          'awsPcaAuthorityArn': 'arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/ca'},
                          'kmsKey': 'key', 'roleArn': ROLE % 'tls'}}],
        'logConfiguration': {'logDriver': 'json-file', 'options': {'max-size': '1m'}, 'secretOptions': []},
        'accessLogConfiguration': {'format': 'JSON', 'includeQueryParameters': 'ENABLED'}},
    'volumeConfigurations': [{'name': 'later', 'managedEBSVolume': {
        'encrypted': True, 'kmsKeyId': 'key', 'volumeType': 'gp3', 'sizeInGiB': 10, 'iops': 3000, 'throughput': 125,
        'volumeInitializationRate': 100, 'roleArn': ROLE % 'ebs', 'filesystemType': 'xfs', 'snapshotId': 'snap-1',
        'tagSpecifications': [{'resourceType': 'volume', 'propagateTags': 'SERVICE',
                               'tags': [{'key': 'disk', 'value': 'yes'}]}]}}],
    'vpcLatticeConfigurations': [{'roleArn': ROLE % 'lattice', 'portName': 'web',
                                  'targetGroupArn': 'arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-1'}],
}
SERVED = {
    'family': 'served', 'taskRoleArn': ROLE % 'task', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512', 'requiresCompatibilities': ['FARGATE'],
    'volumes': [{'name': 'later', 'configuredAtLaunch': True}],
    'containerDefinitions': [{'name': 'main', 'image': 'example/main', 'essential': True,
                              'mountPoints': [{'sourceVolume': 'later', 'containerPath': '/later'}],
                              'portMappings': [{'containerPort': 80, 'name': 'web'}]}],
}

# Members that no accepted definition can have.
REFUSED = {'inferenceAccelerators'}
# Members that are part of the request but not of the definition.
BESIDE = {'tags'}


def members(shapes, name, value):
    """Paths of the shape's members that occur in the value, and those that do not."""
    shape = shapes[name]
    used, unused = set(), set()
    if shape['type'] == 'structure':
        for member, its in shape['members'].items():
            its = its['shape'] if isinstance(its, dict) else its
            there = [v[member] for v in value if member in v]
            if not there:
                unused.add(member)
                continue
            used.add(member)
            deeper_used, deeper_unused = members(shapes, its, there)
            used |= {member + '.' + m for m in deeper_used}
            unused |= {member + '.' + m for m in deeper_unused}
    elif shape['type'] == 'list':
        its = shape['member']
        return members(shapes, its['shape'] if isinstance(its, dict) else its, [e for v in value for e in v])
    return used, unused


def without(definition, names):
    return {name: value for name, value in definition.items() if name not in names}


def holds(test, given, got, where='taskDefinition'):
    """Everything given is in what was got; lists have the same length."""
    if isinstance(given, dict):
        for name, value in given.items():
            test.assertIn(name, got, where)
            holds(test, value, got[name], where + '.' + name)
    elif isinstance(given, list):
        test.assertEqual(len(given), len(got), where)
        for index, value in enumerate(given):
            holds(test, value, got[index], '%s[%d]' % (where, index))
    else:
        test.assertEqual(given, got, where)


class RoundTrip(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def restart(self):
        self.server.kill()
        self.server.start()

    def register(self, definition):
        return self.server.ok('RegisterTaskDefinition', definition)['taskDefinition']

    def describe(self, name):
        return self.server.ok('DescribeTaskDefinition', {'taskDefinition': name})['taskDefinition']

    def test_the_examples_use_every_member_of_the_model(self):
        with open(MODEL) as model:
            shapes = json.load(model)['shapes']
        _, unused = members(shapes, 'RegisterTaskDefinitionRequest', [EVERYTHING_ON_EC2, EVERYTHING_ON_FARGATE])
        self.assertEqual(REFUSED | BESIDE, unused)

    def test_every_member_comes_back_also_after_a_restart(self):
        for definition in (EVERYTHING_ON_EC2, EVERYTHING_ON_FARGATE):
            with self.subTest(definition['family']):
                registered = self.register(definition)
                holds(self, definition, registered)
                described = self.describe(definition['family'])
                self.assertEqual(registered, described)
                self.restart()
                self.assertEqual(described, self.describe(definition['family']))

    def test_a_described_definition_registers_again_unchanged(self):
        for definition in (EVERYTHING_ON_EC2, EVERYTHING_ON_FARGATE):
            with self.subTest(definition['family']):
                first = self.register(definition)
                again = self.register(without(self.describe(first['taskDefinitionArn']), READ_ONLY))
                self.assertEqual(first['revision'] + 1, again['revision'])
                self.assertEqual(without(first, READ_ONLY), without(again, READ_ONLY))
                for name in ('compatibilities', 'requiresAttributes', 'status'):
                    self.assertEqual(first.get(name), again.get(name), name)

    def test_a_service_comes_back_also_after_a_restart(self):
        self.server.ok('CreateCluster', {'clusterName': 'served', 'capacityProviders': ['FARGATE', 'FARGATE_SPOT']})
        definition = self.register(SERVED)['taskDefinitionArn']
        created = self.server.ok('CreateService', dict(SERVICE, cluster='served', **DEPLOYED))['service']

        def check(service):
            holds(self, without(SERVICE, ['taskDefinition']), service, 'service')
            self.assertEqual(definition, service['taskDefinition'])
            holds(self, DEPLOYED, service['deployments'][0], 'deployment')
        check(created)
        describe = {'cluster': 'served', 'services': ['everything'], 'include': ['TAGS']}
        before = self.server.ok('DescribeServices', describe)['services'][0]
        check(before)
        self.restart()
        after = self.server.ok('DescribeServices', describe)['services'][0]
        self.assertEqual(before, after)

    def test_nothing_is_invented(self):
        small = {'family': 'small', 'containerDefinitions': [{'name': 'main', 'image': 'busybox', 'memory': 16}]}
        got = self.register(small)
        self.assertEqual({'taskDefinitionArn', 'containerDefinitions', 'family', 'revision', 'volumes', 'status',
                          'placementConstraints', 'compatibilities', 'registeredAt', 'registeredBy', 'enableFaultInjection'},
                         set(got) - {'requiresAttributes'})
        self.assertEqual([{'name': 'main', 'image': 'busybox', 'cpu': 0, 'memory': 16, 'portMappings': [], 'essential': True,
                           'environment': [], 'mountPoints': [], 'volumesFrom': [], 'systemControls': []}],
                         got['containerDefinitions'])


if __name__ == '__main__':
    unittest.main()
