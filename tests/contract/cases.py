"""Every case of an operation, made from the model: what must be accepted and what must be refused, and how."""

import json

import model
from values import ABSENT, Values, path_text, places
from world import load

LENIENCIES = load('leniencies.json')  # what is let through on purpose, each with its reason
SERIALIZATION = 'SerializationException'
NESTED = '[' * 5000 + ']' * 5000
_WRONG = {
    'string': [7, 1.5, True, [], {}], 'integer': ['7', 1.5, True, [], {}, 1 << 31, -(1 << 31) - 1, 1e300],
    'long': ['7', 1.5, True, [], {}, 1 << 63, 1e300], 'double': ['7', True, [], {}],
    'boolean': ['true', 0, 1, [], {}], 'timestamp': ['yesterday', True, [], {}, 1e300],
    'list': ['text', 7, True, {}], 'map': ['text', 7, True, []], 'structure': ['text', 7, True, []], 'document': [],
}
_BODIES = ['[]', '"text"', '7', 'true', 'null', '{', '}', '{"a"}', '{"a":1,}', '{}{}', "{'a': 1}", '<xml/>', '\x00',
           '[' * 100000, '{"a":' * 100000, '{"unknown":' + NESTED + '}']


class Case:
    """One request. `refusal` is None when it must get past validation; otherwise what must refuse it."""

    def __init__(self, operation, name, path, body, refusal=None):
        self.operation, self.name, self.path, self.refusal = operation, name, path, refusal
        self.body = body if isinstance(body, str) else json.dumps(body)

    def __str__(self):
        body = self.body if len(self.body) < 600 else self.body[:600] + '...'
        return '%s, %s of %s: %s' % (self.operation, self.name, path_text(self.path) or 'the body', body)


class Refusal:
    """How a violation must be answered: `code` None means any error, `message` None means any text. An explained
    refusal names the place of the violation, so no other cause can stand in for it."""

    def __init__(self, code, message=None, explained=True):
        self.code, self.message, self.explained = code, message, explained


def cases(operation, values=None):
    """All cases of one operation, the same ones in the same order on every run."""
    values = values or Values()
    shape = model.input_of(operation)
    yield Case(operation, 'minimal request', (), values.make(shape, False))
    yield Case(operation, 'maximal request', (), values.make(shape, True))
    for leniency in LENIENCIES:
        if leniency['kind'] == 'structure':
            request = dict(values.make(shape, False), **leniency['value'])
            yield Case(operation, leniency['name'], (), request)
    if not any(member.required for member in model.members(shape)):
        yield Case(operation, 'empty body', (), '')
    for body in _BODIES:
        yield Case(operation, 'malformed body', (), body, Refusal(SERIALIZATION, explained=False))
    for place in places(shape):
        for name, leaf, refusal in _at(operation, place, values):
            yield Case(operation, name, place.path, values.around(shape, place.path, leaf), refusal)
        nested = json.dumps(values.around(shape, place.path, '@')).replace('"@"', NESTED)
        yield Case(operation, 'deep nesting', place.path, nested,
                   Refusal(SERIALIZATION, explained=False))


def _at(operation, place, values):
    """(name, value, refusal) for one place of a request."""
    shape, member = place.shape, place.member
    kind = model.kind(shape)
    for wrong in _WRONG[kind]:
        yield 'wrong type', wrong, Refusal(SERIALIZATION)
    whole = place.whole
    code = member.rule.get('error') or model.refusal_of(operation)
    missing = Refusal(code, member.rule.get('missing'))
    broken = Refusal(code, _fixed(member.rule.get('invalid')))
    if member.handler and whole:  # the operation has words of its own for it
        missing = broken = Refusal(None, explained=False)
    if whole:
        yield 'member alone', values.make(shape, False, member), None
        yield 'member in full', values.make(shape, True, member), None
        for name, leaf in (('null', None), ('absence', ABSENT)):
            yield name, leaf, missing if member.required else None
        if member.must_hold_something(len(place.path) == 1) and kind in ('string', 'list'):
            for empty in ('', ' ') if kind == 'string' else ([], [None]):
                yield 'emptiness', empty, missing
    for leniency in LENIENCIES:
        if leniency['kind'] == kind and not (kind == 'list' and member.must_hold_something(len(place.path) == 1)):
            plain = values.make(shape, False, member) if kind == 'structure' else {}
            yield leniency['name'], dict(plain, **leniency['value']) if plain else leniency['value'], None
    yield from _limited(kind, shape, member, whole, broken, values)


def _fixed(message):
    return None if message is None or '{' in message else message


def _limited(kind, shape, member, whole, broken, values):
    """What the limits of the shape and of the member's rule let through and what not."""
    choices = member.values if whole else model.SPEC['shapes'][shape].get('enum', [])
    least, most = member.limits if whole else model.limits_of(shape)
    if kind == 'string' and choices:
        for choice in choices:
            yield 'each value', choice, None
        for wrong in ('NO_SUCH_VALUE', choices[0].swapcase()):
            yield 'value outside the enumeration', wrong, broken
    elif kind == 'string':
        yield from _texts(shape, int(least or 0), int(most) if most else None, broken)
    elif kind in ('integer', 'long', 'double'):
        for bound, step in ((least, -1), (most, 1)):
            if bound is None:
                continue
            yield 'bound', bound, None
            beyond = bound + step if kind != 'double' else bound + step * 0.01
            typed = kind == 'integer' and not -(1 << 31) <= beyond < 1 << 31
            yield 'number out of range', beyond, Refusal(SERIALIZATION) if typed else broken
    elif kind == 'list':
        if most is not None:
            yield 'longest list', values.list_of(shape, int(most), member), None
            yield 'list too long', values.list_of(shape, int(most) + 1, member), broken
        if model.element(shape) == 'Tag':
            tags = [{'key': 'same', 'value': 'a'}, {'key': 'same', 'value': 'b'}]
            yield 'duplicate tag keys', tags, Refusal(broken.code)
            yield 'reserved tag key', [{'key': 'aws:name', 'value': 'a'}], Refusal(broken.code)
            yield 'reserved tag key', [{'key': 'AWS:name', 'value': 'a'}], Refusal(broken.code)


def _texts(shape, least, most, broken):
    pattern = model.SPEC['shapes'][shape].get('pattern')
    if most is not None:
        yield 'longest text', 'x' * most, None
        yield 'text too long', 'x' * (most + 1), broken
        if pattern is None or '\\p{L}' in pattern:
            yield 'longest text', 'ä' * most, None  # counted in characters, not in bytes
    if least:
        yield 'shortest text', 'x' * least, None
        yield 'text too short', 'x' * (least - 1), broken
    if pattern:
        yield 'text against the pattern', 'a#b', broken
