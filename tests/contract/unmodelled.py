"""Errors that an operation answers though the model does not list them for it, each with its reason."""

import json
import os

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'unmodelled_errors.json'), encoding='utf-8') as _text:
    ERRORS = json.load(_text)

_KNOWN = {(operation, entry['code']) for entry in ERRORS for operation in entry['operations']}


def listed(operation, code):
    return (operation, code) in _KNOWN
