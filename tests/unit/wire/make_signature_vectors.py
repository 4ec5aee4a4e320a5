#!/usr/bin/python3
"""Writes signature_vectors.json: requests signed by botocore, the implementation that most of ECS's clients share.

The cases follow those of AWS's Signature Version 4 test suite: header order, blanks, repeated headers, queries, paths,
bodies, session tokens, presigned URLs.
"""

import datetime
import json
import os
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY, SECRET = 'AKIDEXAMPLE', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)
JSON_HEADERS = {'Content-Type': 'application/x-amz-json-1.1',
                'X-Amz-Target': 'AmazonEC2ContainerServiceV20141113.ListClusters'}


class Clock(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return NOW

    @classmethod
    def now(cls, tz=None):
        return NOW.replace(tzinfo=tz)


def case(name, path='/', headers=None, body='{}', token=None, presigned=False, region='us-east-1', method='POST'):
    request = AWSRequest(method=method, url='http://localhost:4566' + path, data=body.encode(),
                         headers=dict(JSON_HEADERS, **(headers or {})))
    credentials = Credentials(KEY, SECRET, token)
    with mock.patch('datetime.datetime', Clock), mock.patch('botocore.auth.datetime', mock.Mock(datetime=Clock)):
        if presigned:
            signer = botocore.auth.SigV4QueryAuth(credentials, 'ecs', region, expires=3600)
        else:
            signer = botocore.auth.SigV4Auth(credentials, 'ecs', region)
        canonical = []
        original = signer.canonical_request
        signer.canonical_request = lambda *a: canonical.append(original(*a)) or canonical[-1]
        signer.add_auth(request)
    sent = {'host': 'localhost:4566'}
    sent.update({key.lower(): value for key, value in request.headers.items()})
    return {'name': name, 'method': method, 'target': request.url[len('http://localhost:4566'):],
            'headers': sorted(sent.items()), 'body': '' if presigned else body, 'region': region,
            'canonical': canonical[-1]}


CASES = [
    case('plain'),
    case('no body', body=''),
    case('body beyond ASCII', body='{"clusterName": "\u00fcber"}'),
    case('blanks in a header', headers={'My-Header': '  a   b  c '}),
    case('more headers', headers={'Zeta': '1', 'Alpha': '2', 'My-Header2': '"a   b   c"'}),
    case('session token', token='AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW'),
    case('base path', path='/base/path'),
    case('trailing slash', path='/x/y/'),
    case('relative path', path='/a/./b/../c'),
    case('encoded path', path='/a%20b/%C3%BC'),
    case('query in order', path='/?Param1=value1&Param2=value2'),
    case('query out of order', path='/?Param2=value2&Param1=value1'),
    case('query same name', path='/?p=b&p=a'),
    case('query without value', path='/?empty=&flag='),
    case('query encoded', path='/?p=%20a%2Fb'),
    case('other region', region='eu-west-1'),
    case('GET', method='GET', body=''),
    case('presigned', presigned=True, body=''),
    case('presigned with token', presigned=True, body='', token='AQoDYXdzEPT//token'),
]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'signature_vectors.json'), 'w') as out:
    json.dump({'access_key': KEY, 'secret': SECRET, 'timestamp': NOW.strftime('%Y%m%dT%H%M%SZ'), 'cases': CASES}, out,
              indent=1, ensure_ascii=True)
    out.write('\n')
