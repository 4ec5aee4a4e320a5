"""The API as the contract sees it: shapes of api-spec/ecs.json with the limits of api-spec/rules.json laid over them."""

import json
import os

from botocore.model import ServiceModel

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _load(name):
    with open(os.path.join(ROOT, 'api-spec', name), encoding='utf-8') as text:
        return json.load(text)


SPEC = _load('ecs.json')
RULES = _load('rules.json')
OPERATIONS = sorted(SPEC['operations'])


class Member:
    """One member of a structure: its shape, whether it must be there, and how the service limits it."""

    def __init__(self, owner, name):
        shape = SPEC['shapes'][owner]['members'][name]
        self.owner, self.name = owner, name
        self.shape = shape if isinstance(shape, str) else shape['shape']
        self.rule = RULES['members'].get('%s.%s' % (owner, name), {})
        self.required = name in SPEC['shapes'][owner].get('required', []) or self.rule.get('required', False)
        self.handler = self.rule.get('handler', False)

    @property
    def values(self):
        """The enumeration; empty when any text goes."""
        return self.rule.get('values') or SPEC['shapes'][self.shape].get('enum', [])

    @property
    def limits(self):
        """(min, max) of a number, a length or a size; None where there is no bound."""
        return limits_of(self.shape, self.rule)

    def must_hold_something(self, top):
        return self.rule.get('notEmpty', False) or (top and self.required and not self.rule.get('emptyAllowed', False))


def limits_of(shape, rule=None):
    source = rule if rule and ('min' in rule or 'max' in rule) else SPEC['shapes'][shape]
    return source.get('min'), source.get('max')


def kind(shape):
    return 'document' if SPEC['shapes'][shape].get('document') else SPEC['shapes'][shape]['type']


def members(shape):
    return [Member(shape, name) for name in SPEC['shapes'][shape]['members']]


def _named(part):
    return part if isinstance(part, str) else part['shape']


def element(shape):
    """The shape of a list's elements or a map's values."""
    return _named(SPEC['shapes'][shape]['member' if kind(shape) == 'list' else 'value'])


def input_of(operation):
    return SPEC['operations'][operation]['input']


def output_of(operation):
    return SPEC['operations'][operation]['output']


def errors_of(operation):
    return SPEC['operations'][operation].get('errors', [])


def refusal_of(operation):
    """The error code of a parameter that breaks a rule of the model."""
    return RULES['operations'].get(operation, {}).get('error', 'InvalidParameterException')


def botocore_model():
    """The same model in botocore's own form, so that botocore's parser can read answers of every operation."""
    shapes = {}
    for name, shape in SPEC['shapes'].items():
        described = {key: value for key, value in shape.items() if key in ('type', 'required', 'document', 'exception')}
        if shape['type'] == 'structure':
            described['members'] = {member: {'shape': _named(part)} for member, part in shape['members'].items()}
        for part in ('member', 'key', 'value'):
            if part in shape:
                described[part] = {'shape': _named(shape[part])}
        shapes[name] = described
    operations = {
        name: {'name': name, 'http': {'method': 'POST', 'requestUri': '/'}, 'input': {'shape': operation['input']},
               'output': {'shape': operation['output']},
               'errors': [{'shape': error} for error in operation.get('errors', [])]}
        for name, operation in SPEC['operations'].items()}
    return ServiceModel({'metadata': SPEC['metadata'], 'operations': operations, 'shapes': shapes}, 'ecs')
