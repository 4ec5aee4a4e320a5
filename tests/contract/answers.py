"""What every answer must be: a 200 that decodes into the operation's output shape, or an error a client understands."""

import json
import re

import botocore.session
from botocore.model import ServiceModel
from botocore.parsers import JSONParser

import model
import unmodelled

REQUEST_ID = re.compile(r'^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')
# wire.md, section 6: errors of the protocol, which the model lists for no operation.
PROTOCOL_ERRORS = {'SerializationException', 'UnknownOperationException', 'RequestEntityTooLargeException'}
_NOT_YET = ' yet'  # some part of one: honest, though the model lists UnsupportedFeatureException for 32 operations only
_PARSER = JSONParser()
_OURS = model.botocore_model()
_INSTALLED = ServiceModel(botocore.session.get_session().get_component('data_loader').load_service_model(
    'ecs', 'service-2'), 'ecs')
_TYPES = {'string': str, 'boolean': bool, 'list': list, 'map': dict, 'structure': dict}


class Answer:
    """One answer, taken apart. `problems` says what breaks the protocol; it is empty for a good answer."""

    @classmethod
    def missing(cls, operation, problem):
        """Stands for an answer that never came."""
        return cls(operation, 0, {}, b'', ['no answer: %r' % problem])

    def __init__(self, operation, status, headers, body, problems=None):
        self.operation, self.status, self.headers, self.body = operation, status, headers, body
        self.problems = problems or []
        self.code = self.message = self.explanation = ''
        self.json = None
        if not problems:
            self._check()

    @property
    def ok(self):
        return self.status == 200

    def __str__(self):
        return '%d %s' % (self.status, self.body[:400].decode(errors='replace'))

    def _check(self):
        self._expect(self.headers.get('content-type') == 'application/x-amz-json-1.1', 'content type')
        self._expect(REQUEST_ID.match(self.headers.get('x-amzn-requestid', '')), 'x-amzn-requestid')
        self._expect('date' in self.headers, 'date header')
        try:
            self.json = json.loads(self.body)
        except ValueError:
            self.problems.append('body is not JSON')
            return
        if not self._expect(isinstance(self.json, dict), 'body is not an object'):
            return
        if self.ok:
            self._check_output()
        else:
            self._check_error()

    def _expect(self, condition, what):
        if not condition:
            self.problems.append(what)
        return condition

    def _check_error(self):
        self.code, self.message = self.json.get('__type', ''), self.json.get('message', '')
        self.explanation = self.json.get('explanation', '')
        self._expect(400 <= self.status < 500, 'status %d for a caller\'s mistake' % self.status)
        self._expect(self.message and isinstance(self.message, str), 'no message')
        self._expect(self.headers.get('x-amzn-errortype') == self.code, 'x-amzn-errortype')
        known = (self.code in model.errors_of(self.operation) or self.code in PROTOCOL_ERRORS or
                 unmodelled.listed(self.operation, self.code))
        not_yet = self.code == 'UnsupportedFeatureException' and _NOT_YET in self.message
        self._expect(known or not_yet, '%s is no error of this operation' % self.code)
        parsed = _PARSER.parse(self._response(), None)
        self._expect(parsed['Error']['Code'] == self.code, 'botocore reads the code as ' + parsed['Error']['Code'])

    def _response(self):
        return {'status_code': self.status, 'headers': self.headers, 'body': self.body}

    def _check_output(self):
        for service in (_OURS, _INSTALLED):
            if self.operation not in service.operation_names:
                continue
            try:
                _PARSER.parse(self._response(), service.operation_model(self.operation).output_shape)
            except Exception as problem:  # pylint: disable=broad-except
                self.problems.append('botocore cannot parse it: %r' % problem)
        self._check_value(model.output_of(self.operation), self.json, '')

    def _check_value(self, shape, value, path):
        kind = model.kind(shape)
        if kind == 'document':
            return
        if kind in ('integer', 'long'):
            self._expect(type(value) is int, '%s is no integer: %r' % (path, value))
        elif kind in ('double', 'timestamp'):
            self._expect(type(value) in (int, float), '%s is no number: %r' % (path, value))
        elif self._expect(isinstance(value, _TYPES[kind]), '%s is no %s: %r' % (path, kind, value)):
            self._check_content(shape, kind, value, path)

    def _check_content(self, shape, kind, value, path):
        if kind == 'string':
            values = model.SPEC['shapes'][shape].get('enum')
            self._expect(not values or value in values, '%s is not in its enumeration: %r' % (path, value))
        elif kind == 'list':
            for entry in value:
                self._check_value(model.element(shape), entry, path + '[]')
        elif kind == 'map':
            for key, entry in value.items():
                self._check_value(model.element(shape), entry, path + '.' + key)
        elif kind == 'structure':
            known = {member.name: member.shape for member in model.members(shape)}
            for name, entry in value.items():
                if self._expect(name in known, '%s.%s is not in the model' % (path, name)):
                    self._check_value(known[name], entry, (path + '.' + name).lstrip('.'))
