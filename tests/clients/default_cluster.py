"""What tests do again and again with boto3 in the cluster `default`, on simulated containers."""

from harness import container


def behaving(**labels):
    """A container that behaves as told: `run_for='5'` is the label drydock.simulated.run-for."""
    return container(dockerLabels={'drydock.simulated.' + key.replace('_', '-'): value
                                   for key, value in labels.items()})


class DefaultCluster:
    """For a unittest.TestCase with a client `self.ecs`."""

    def register(self, family, *containers, **members):
        self.ecs.register_task_definition(family=family, containerDefinitions=list(containers), **members)

    def task(self, arn):
        return self.ecs.describe_tasks(tasks=[arn])['tasks'][0]

    def run_one(self, family):
        answer = self.ecs.run_task(taskDefinition=family)
        self.assertEqual(answer['failures'], [])
        return answer['tasks'][0]['taskArn']

    def service(self, name):
        return self.ecs.describe_services(services=[name])['services'][0]
