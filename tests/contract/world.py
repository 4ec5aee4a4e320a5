"""Prepared worlds: calls that make a cluster, a service, a task... of their own for a case, and the names they save.

worlds.json holds them. A step is {"call", "with"} plus, if wanted, "save" (name: JMESPath into the answer), "until" (a
JMESPath: the call is repeated until it yields something) and "refused" (an error code that is as good as success). A text
"{name}" in a request stands for what was saved, whatever its type; inside a longer text it is put in as text.
"""

import json
import os
import re
import time

import jmespath

from answers import Answer
from connection import Connection, Dropped

_HERE = os.path.dirname(os.path.abspath(__file__))
_NAME = re.compile(r'\{(\w+)\}')
PATIENCE = 20  # seconds a world may take for each of its steps


def load(name):
    with open(os.path.join(_HERE, name), encoding='utf-8') as text:
        return json.load(text)


WORLDS = load('worlds.json')


class Broken(Exception):
    """A world that could not be prepared; `answer` is what stood in the way."""

    def __init__(self, step, answer):
        super().__init__('%s %s: %s' % (step['call'], json.dumps(step.get('with', {})), answer))
        self.answer = answer


def fill(value, names):
    """`value` with every {name} replaced."""
    if isinstance(value, dict):
        return {fill(key, names): fill(entry, names) for key, entry in value.items()}
    if isinstance(value, list):
        return [fill(entry, names) for entry in value]
    if not isinstance(value, str):
        return value
    whole = _NAME.fullmatch(value)
    if whole and whole.group(1) in names:
        return names[whole.group(1)]
    return _NAME.sub(lambda found: str(names[found.group(1)]) if found.group(1) in names else found.group(0), value)


class Worlds:
    """Makes worlds on one server, each with an {id} of its own."""

    def __init__(self, connection):
        self.connection = connection
        self.count = 0

    def ask(self, operation, request):
        body = request if isinstance(request, str) else json.dumps(request)
        try:
            return Answer(operation, *self.connection.ask(operation, body))
        except (Dropped, OSError) as problem:
            self.connection = Connection(self.connection.port)
            return Answer.missing(operation, problem)

    def prepare(self, world=None, steps=()):
        """The names of a fresh world after its own steps and the further `steps`."""
        self.count += 1
        names = {'id': 'w%d' % self.count, 'absentTask': '0' * 32}
        for step in self._steps_of(world) + list(steps):
            self._take(step, names)
        return names

    def _steps_of(self, world):
        if world is None:
            return []
        described = WORLDS[world]
        return self._steps_of(described.get('from')) + described['steps']

    def _take(self, step, names):
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.ask(step['call'], fill(step.get('with', {}), names))
            if answer.problems or not answer.ok and answer.code != step.get('refused'):
                raise Broken(step, answer)
            if 'until' not in step or jmespath.search(fill(step['until'], names), answer.json):
                break
            if time.monotonic() > deadline:
                raise Broken(step, answer)
            time.sleep(0.005)
        for name, path in step.get('save', {}).items():
            names[name] = jmespath.search(fill(path, names), answer.json)
