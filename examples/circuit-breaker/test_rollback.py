"""How long a bad release hurts: minutes of containers that do not start, watched in virtual time, in no time at all."""


def container(image):
    return {'name': 'web', 'image': image, 'cpu': 10, 'memory': 32}


def test_a_release_that_does_not_start_is_rolled_back_and_the_old_one_never_stops(drydock_virtual):
    world = drydock_virtual.world()
    ecs = world.client('ecs')
    drydock_virtual.call('PUT', 'behaviours/broken', {'image': 'shop/web:2', 'start-for': 30,
                                                     'start-error': 'exec /web: exec format error'})
    ecs.create_cluster(clusterName='shop')
    ecs.register_task_definition(family='web', containerDefinitions=[container('shop/web:1')])
    ecs.create_service(cluster='shop', serviceName='web', taskDefinition='web:1', desiredCount=4,
                       deploymentConfiguration={'deploymentCircuitBreaker': {'enable': True, 'rollback': True},
                                                'minimumHealthyPercent': 100, 'maximumPercent': 200})
    where = {'service': 'web', 'cluster': 'shop', 'account': world.account, 'region': world.region}
    drydock_virtual.clock(until='stable', **where)
    begun = drydock_virtual.clock()['epochMillis']

    ecs.register_task_definition(family='web', containerDefinitions=[container('shop/web:2')])
    ecs.update_service(cluster='shop', service='web', taskDefinition='web:2')
    lowest = 4
    while True:
        moved = drydock_virtual.clock(advance='30s')
        service = ecs.describe_services(cluster='shop', services=['web'])['services'][0]
        old = [d for d in service['deployments'] if d['taskDefinition'].endswith('web:1')]
        lowest = min(lowest, sum(d['runningCount'] for d in old))
        if service['taskDefinition'].endswith('web:1') and len(service['deployments']) == 1:
            break
        assert moved['epochMillis'] - begun < 2 * 3600 * 1000, service['events'][:3]

    assert lowest == 4
    assert any('rolling back to' in event['message'] for event in service['events'])
