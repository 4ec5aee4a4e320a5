"""Valid values for every shape: as little as the model asks for, or everything it knows."""

import model

ABSENT = object()
_KINDS = {'integer': 1, 'long': 1, 'double': 1.5, 'timestamp': 1700000000, 'boolean': True}
_NUMBERS = {'memory': 64, 'desiredCount': 0, 'sizeInGiB': 30}
# Text that means something, by member name; what the world provides (see world.py) goes first.
_TEXT = {
    'image': 'drydock-test/busybox', 'containerName': 'main', 'cpu': '256', 'memory': '512', 'group': 'group:contract',
    'roleArn': 'arn:aws:iam::000000000000:role/contract', 'taskRoleArn': 'arn:aws:iam::000000000000:role/contract',
    'executionRoleArn': 'arn:aws:iam::000000000000:role/contract', 'subnets': 'subnet-0123456789abcdef0',
    'infrastructureRoleArn': 'arn:aws:iam::000000000000:role/contract', 'securityGroups': 'sg-0123456789abcdef0',
    'targetGroupArn': 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/contract/0123456789abcdef',
    'status': 'RUNNING', 'key': 'key', 'value': 'value', 'platformVersion': 'LATEST', 'expression': 'attribute:ecs.os-type == linux',
}
# What operations need though the model does not require it, so that a minimal request is a working one.
_NEEDED = {
    'ContainerDefinition': {'name', 'image', 'memory'}, 'DaemonContainerDefinition': {'name', 'image', 'memory'},
    'CreateServiceRequest': {'taskDefinition', 'desiredCount'}, 'ContainerOverride': {'name'},
    'RunTaskRequest': {'cluster'}, 'StartTaskRequest': {'cluster'}, 'StopTaskRequest': {'cluster'},
    'DescribeServicesRequest': {'cluster'}, 'UpdateServiceRequest': {'cluster'}, 'DeleteServiceRequest': {'cluster'},
    'DescribeTasksRequest': {'cluster'}, 'DescribeContainerInstancesRequest': {'cluster'},
    'UpdateContainerInstancesStateRequest': {'cluster'}, 'DeregisterContainerInstanceRequest': {'cluster'},
    'ClusterSetting': {'name', 'value'}, 'RegisterContainerInstanceRequest': {'cluster'},
    'SubmitTaskStateChangeRequest': {'cluster', 'task', 'status'},
    'SubmitContainerStateChangeRequest': {'cluster', 'task', 'containerName', 'status'}, 'Volume': {'name'}, 'MountPoint': {'sourceVolume', 'containerPath'},
}


class Values:
    """Makes values; `provided` maps member names to what exists in the world (a cluster's name, a task's ARN...)."""

    def __init__(self, provided=None):
        self.provided = provided or {}

    def text(self, shape, member, index):
        values = member.values if member and member.shape == shape else model.SPEC['shapes'][shape].get('enum')
        if values:
            return values[0]
        name = member.name if member else ''
        text = self.provided.get(name) or _TEXT.get(name) or 'value'
        if index or name == 'key':
            text += str(index)
        least, most = member.limits if member and member.shape == shape else model.limits_of(shape)
        return (text + 'x' * int((least or 0) - len(text)))[:int(most) if most else None]

    def number(self, shape, member):
        least, most = member.limits if member and member.shape == shape else model.limits_of(shape)
        value = _NUMBERS.get(member.name if member else '', _KINDS[model.kind(shape)])
        if least is not None and value < least:
            return int(least) if model.kind(shape) != 'double' else least
        return most if most is not None and value > most else value

    def make(self, shape, full, member=None, index=0, seen=()):
        """A value of `shape`: all of it if `full`, otherwise what is required. Recursion ends where a shape returns."""
        kind = model.kind(shape)
        if kind == 'string':
            return self.text(shape, member, index)
        if kind in _KINDS:
            return self.number(shape, member)
        if kind == 'document':
            return {'any': ['thing', 1]}
        if kind == 'structure':
            wanted = _NEEDED.get(shape, ())
            return {part.name: self.make(part.shape, full, part, index, seen + (shape,)) for part in model.members(shape)
                    if part.required or part.name in wanted or full and shape not in seen}
        inner = self.make(model.element(shape), full, member, index, seen)
        return [inner] if kind == 'list' else {'key': inner}

    def list_of(self, shape, size, member):
        """`size` elements that differ where they have to (tags by their keys)."""
        return [self.make(model.element(shape), False, member, index) for index in range(size)]

    def around(self, shape, path, leaf, member=None):
        """A request with `leaf` at `path` (member names; 0 for an element, 'key' for a map's entry) and otherwise only
        what is required; without the member if leaf is ABSENT."""
        if not path:
            return leaf
        kind = model.kind(shape)
        if kind == 'list':
            return [self.around(model.element(shape), path[1:], leaf, member)]
        if kind == 'map':
            return {'key': self.around(model.element(shape), path[1:], leaf, member)}
        value = self.make(shape, False)
        part = model.Member(shape, path[0])
        if len(path) == 1 and leaf is ABSENT:
            value.pop(path[0], None)
        else:
            value[path[0]] = self.around(part.shape, path[1:], leaf, part)
        return value


def path_text(path):
    """containerDefinitions[0].name, as error explanations name a place."""
    text = ''
    for step in path:
        text += '[0]' if step == 0 else ('.' if text else '') + step
    return text


class Place:
    """One place of a request: `path` to it, its `shape`, and the `member` that it is or (for an element) belongs to."""

    def __init__(self, path, shape, member):
        self.path, self.shape, self.member = path, shape, member

    @property
    def whole(self):
        """A member, not an element of one."""
        return self.path[-1] not in (0, 'key')


def places(shape, path=(), member=None, seen=()):
    """Every place of a shape, at every depth."""
    if member is not None:
        yield Place(path, shape, member)
    kind = model.kind(shape)
    if kind == 'structure' and shape not in seen:
        for part in model.members(shape):
            yield from places(part.shape, path + (part.name,), part, seen + (shape,))
    elif kind in ('list', 'map'):
        yield from places(model.element(shape), path + (0 if kind == 'list' else 'key',), member, seen)
