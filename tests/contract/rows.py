"""Prepared requests as data: those that must succeed (requests/*.json) and those that must be refused (errors/*.json).

A file is {"bases": {name: request}, "rows": [...]}. A row:
  operation, condition  what is asked and in which situation; together they name the row
  world, steps          the world it needs (world.py) and further steps of its own
  server                "bare": a server whose clusters get no instances by themselves
  request               or: base (the name of one) and change ({path: value}; null takes the member out)
  error, message        the exception and its exact text, "free" for any, or {"contains": text} for a quoted part
  answer                for a success: {JMESPath: expected value}
  evidence              what the expectation rests on (M D B Q P O I, as in the reference)
  note                  how the row deviates from the reference, and why
  notSimulated          why Drydock cannot show this condition; such a row is documentation only

gaps.json lists rows that fail because of a known fault, named; it must be exactly right, so that a mended fault leaves it.
"""

import copy
import glob
import json
import os
import re

import jmespath

import model
from world import Broken, fill, load as load_data

HERE = os.path.dirname(os.path.abspath(__file__))
_STEP = re.compile(r'(\w+)|\[(\d+)\]')
_ROW_KEYS = {'operation', 'condition', 'world', 'steps', 'server', 'request', 'base', 'change', 'error', 'message',
             'answer', 'evidence', 'note', 'notSimulated'}


class Row:
    def __init__(self, file, fields, bases, gaps):
        self.file, self.fields = file, fields  # file: errors/clusters.json
        self.operation, self.condition = fields['operation'], fields['condition']
        self.name = '%s: %s' % (self.operation, self.condition)
        self.gap = gaps.get(file, {}).get(self.name)
        self.request = fields.get('request', bases.get(fields.get('base'), {}))
        self.request = changed(self.request, fields.get('change', {}))

    def faults(self):
        """What is wrong with the row itself."""
        unknown = set(self.fields) - _ROW_KEYS
        if unknown:
            yield 'unknown keys %s' % sorted(unknown)
        if self.operation not in model.SPEC['operations']:
            yield 'no such operation'
        if 'error' in self.fields and not set(self.fields.get('evidence', '')) & set('MDBQPOI'):
            yield 'no evidence'
        if 'error' in self.fields and 'message' not in self.fields and 'notSimulated' not in self.fields:
            yield 'no message'


class Outcome:
    """What became of a row: wrong is None when it is as expected."""

    def __init__(self, wrong=None):
        self.wrong = wrong


def changed(request, changes):
    """A copy of the request with the values at some paths ('containerDefinitions[0].name') replaced; None removes."""
    request = copy.deepcopy(request)
    for path, value in changes.items():
        steps = [int(index) if index else name for name, index in _STEP.findall(path)]
        place = request
        for step, following in zip(steps, steps[1:]):
            empty = [] if isinstance(following, int) else {}
            if isinstance(step, int) and len(place) == step:
                place.append(empty)
            place = place[step] if isinstance(step, int) else place.setdefault(step, empty)
        if value is None:
            place.pop(steps[-1], None)
        elif isinstance(steps[-1], int) and len(place) == steps[-1]:
            place.append(value)
        else:
            place[steps[-1]] = value
    return request


def load(folder):
    """All rows of a folder, in the order of its files."""
    rows = []
    gaps = load_data('gaps.json')
    for path in sorted(glob.glob(os.path.join(HERE, folder, '*.json'))):
        with open(path, encoding='utf-8') as text:
            data = json.load(text)
        file = '%s/%s' % (folder, os.path.basename(path))
        rows += [Row(file, fields, data.get('bases', {}), gaps) for fields in data['rows']]
    return rows


def run(row, worlds):
    """Executes a row on the server of `worlds`."""
    try:
        names = worlds.prepare(row.fields.get('world'), row.fields.get('steps', ()))
    except Broken as broken:
        return Outcome('its world cannot be made: %s' % broken)
    answer = worlds.ask(row.operation, fill(row.request, names))
    wrong = '; '.join(answer.problems) or _difference(row.fields, answer, names)
    if wrong is None:
        return Outcome()
    return Outcome('%s; got %s' % (wrong, answer))


def _difference(fields, answer, names):
    if 'error' not in fields:
        return _different_answer(fields.get('answer', {}), answer, names)
    if answer.ok or answer.code != fields['error']:
        return '%s expected' % fields['error']
    message = fill(fields['message'], names)
    if isinstance(message, dict):
        return None if message['contains'] in answer.message else 'in the message expected: %s' % message['contains']
    return None if message in ('free', answer.message) else 'message expected: %s' % message


def _different_answer(expected, answer, names):
    if not answer.ok:
        return 'success expected'
    for path, value in expected.items():
        found = jmespath.search(fill(path, names), answer.json)
        if found != fill(value, names):
            return '%s is %r, expected %r' % (path, found, fill(value, names))
    return None
