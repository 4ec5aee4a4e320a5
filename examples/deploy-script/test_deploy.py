"""deploy.sh is run as CI would run it; what it leaves behind is looked at through the API."""

import os
import subprocess

SCRIPT = os.path.join(os.path.dirname(__file__), 'deploy.sh')


def deploy(world, image):
    return subprocess.run([SCRIPT, 'shop', 'web', image], env=world.env, capture_output=True, text=True, timeout=120,
                          check=False)


def shop(world, image):
    ecs = world.client('ecs')
    ecs.create_cluster(clusterName='shop')
    ecs.register_task_definition(family='web', containerDefinitions=[
        {'name': 'web', 'image': image, 'cpu': 10, 'memory': 32, 'environment': [{'name': 'COLOUR', 'value': 'blue'}]}])
    ecs.create_service(cluster='shop', serviceName='web', taskDefinition='web', desiredCount=2,
                       deploymentConfiguration={'deploymentCircuitBreaker': {'enable': True, 'rollback': True}})
    ecs.get_waiter('services_stable').wait(cluster='shop', services=['web'], WaiterConfig={'Delay': 1})
    return ecs


def images(ecs):
    tasks = ecs.describe_tasks(cluster='shop', tasks=ecs.list_tasks(cluster='shop')['taskArns'])['tasks']
    return sorted(task['containers'][0]['image'] for task in tasks if task['lastStatus'] == 'RUNNING')


def test_the_new_image_runs_and_the_rest_of_the_definition_stays(drydock_world):
    ecs = shop(drydock_world, 'shop/web:1')
    done = deploy(drydock_world, 'shop/web:2')
    assert done.returncode == 0, done.stderr
    assert done.stdout == 'web runs shop/web:2\n'
    assert images(ecs) == ['shop/web:2', 'shop/web:2']
    container = ecs.describe_task_definition(taskDefinition='web')['taskDefinition']['containerDefinitions'][0]
    assert container['environment'] == [{'name': 'COLOUR', 'value': 'blue'}]


def test_an_image_that_cannot_be_pulled_is_rolled_back_and_the_script_fails(drydock, drydock_world):
    ecs = shop(drydock_world, 'shop/web:1')
    drydock.call('POST', 'faults', {'kind': 'pull-failure', 'id': 'broken', 'scope': {'image': 'shop/web:broken'}})
    done = deploy(drydock_world, 'shop/web:broken')
    drydock.call('DELETE', 'faults/broken')
    assert done.returncode != 0
    assert 'rolled back to' in done.stderr
    assert images(ecs) == ['shop/web:1', 'shop/web:1']
