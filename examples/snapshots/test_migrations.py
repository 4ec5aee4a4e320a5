"""A fleet that takes long to set up is set up once; every test begins with it as it was, the clock included."""

import pytest

FLEET = {'orders': 3, 'carts': 2, 'search': 4}


def container(image):
    return {'name': 'main', 'image': image, 'cpu': 10, 'memory': 32}


@pytest.fixture(scope='module')
def fleet(drydock_virtual_module):
    server = drydock_virtual_module
    world = server.world()
    ecs = world.client('ecs')
    ecs.create_cluster(clusterName='shop')
    for name, count in FLEET.items():
        ecs.register_task_definition(family=name, containerDefinitions=[container(name + ':1')])
        ecs.create_service(cluster='shop', serviceName=name, taskDefinition=name, desiredCount=count)
    server.clock(until='idle')
    return server, ecs, server.snapshot()


@pytest.fixture(scope='module')
def drydock_virtual_module():
    from drydock_testing import Drydock
    with Drydock('--clock', 'virtual') as server:
        yield server


@pytest.mark.parametrize('name', FLEET)
def test_a_service_moves_to_its_new_image_and_no_other_does(fleet, name):
    server, ecs, base = fleet
    server.restore(base)
    before = server.clock()
    ecs.register_task_definition(family=name, containerDefinitions=[container(name + ':2')])
    ecs.update_service(cluster='shop', service=name, taskDefinition=name)
    server.clock(until='idle')
    services = ecs.describe_services(cluster='shop', services=list(FLEET))['services']
    # Revision 2 each time: what the tests before have registered is not there.
    assert {s['serviceName']: s['taskDefinition'].split('/')[-1] for s in services} == {
        other: '%s:%d' % (other, 2 if other == name else 1) for other in FLEET}
    assert {s['serviceName']: s['runningCount'] for s in services} == FLEET
    server.restore(base)
    assert server.clock() == before
