"""Drydock in tests: starts one, gives an endpoint, cleans up. The fixtures are pytest's; Drydock itself works with any
framework.

    # conftest.py
    pytest_plugins = ['drydock_testing']

    # test_deploy.py
    def test_it_runs(drydock_world):
        ecs = drydock_world.client('ecs')          # boto3
        subprocess.run(['./deploy.sh'], env=drydock_world.env, check=True)

The program is DRYDOCK_BINARY, or drydock on PATH. Nothing but the standard library is needed; client() needs boto3.
"""

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request

REGION = 'us-east-1'
_READY = re.compile(r'Drydock listens on (http://\S+:\d+)')


class DrydockError(Exception):
    """Drydock did not start, or refused a call to its own API."""


class World:
    """An account in a region: nothing that happens in one is seen in another."""

    def __init__(self, drydock, account, region=REGION):
        self.drydock, self.account, self.region = drydock, account, region

    @property
    def endpoint(self):
        return self.drydock.endpoint

    @property
    def env(self):
        """The environment for the aws CLI, an SDK or a deploy tool, this process's own included."""
        return dict(os.environ, AWS_ENDPOINT_URL=self.endpoint, DRYDOCK_ENDPOINT=self.endpoint, AWS_REGION=self.region,
                    AWS_DEFAULT_REGION=self.region, AWS_ACCESS_KEY_ID=self.account, AWS_SECRET_ACCESS_KEY='test',
                    AWS_PAGER='')

    def client(self, service):
        """A boto3 client."""
        import boto3
        return boto3.client(service, endpoint_url=self.endpoint, region_name=self.region,
                            aws_access_key_id=self.account, aws_secret_access_key='test')

    def reset(self):
        """Forgets this world."""
        self.drydock.call('POST', 'reset', {'account': self.account, 'region': self.region})


class Drydock:
    """A server of one's own on a free port, with simulated containers unless options say otherwise."""

    def __init__(self, *options, runtime='simulated', start_timeout=30):
        self._folder = tempfile.mkdtemp(prefix='drydock-')
        self._accounts = itertools.count(100000000001)
        self._snapshots = itertools.count(1)
        self.log = os.path.join(self._folder, 'log')
        command = [os.environ.get('DRYDOCK_BINARY') or shutil.which('drydock') or 'drydock', 'serve', '--port', '0',
                   '--data-dir', os.path.join(self._folder, 'data'), '--runtime', runtime, '--instances-in', 'all',
                   *options]
        with open(self.log, 'wb') as log:
            try:
                self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                                 text=True)
            except FileNotFoundError:
                shutil.rmtree(self._folder, ignore_errors=True)
                raise DrydockError('%s is not there: install it, or name it in DRYDOCK_BINARY' % command[0]) from None
        too_late = threading.Timer(start_timeout, self._process.kill)
        too_late.start()
        self.endpoint = next((found.group(1) for found in map(_READY.search, self._process.stdout) if found), None)
        too_late.cancel()
        if self.endpoint is None:
            with open(self.log, encoding='utf-8', errors='replace') as log:
                said = log.read()[-4000:]
            self.close()
            raise DrydockError('Drydock did not start: ' + said)

    def world(self, region=REGION):
        """A world that no other test has."""
        return World(self, str(next(self._accounts)), region)

    def call(self, method, path, body=None):
        """A call to Drydock's own API (docs/): the parsed answer."""
        request = urllib.request.Request('%s/_drydock/%s' % (self.endpoint, path), method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise DrydockError('%s %s: %s' % (method, path, refused.read().decode(errors='replace'))) from None

    def clock(self, **move):
        """Moves the virtual clock (--clock virtual): clock(advance='1h'), clock(until='idle')."""
        return self.call('POST', 'clock', move) if move else self.call('GET', 'clock')

    def reset(self):
        """Forgets everything."""
        self.call('POST', 'reset', {})

    def snapshot(self, name=None):
        """Keeps the state of all worlds, under a new name unless one is given; returns the name."""
        name = name or 'snapshot-%d' % next(self._snapshots)
        self.call('POST', 'snapshots', {'name': name})
        return name

    def restore(self, name):
        """Makes all worlds, and the virtual clock, what they were at the snapshot; as often as one likes."""
        self.call('POST', 'snapshots/%s/restore' % name, {})

    def close(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


try:
    import pytest
except ImportError:
    pass
else:
    @pytest.fixture(scope='session')
    def drydock():
        """One server for all tests; each takes a world of its own."""
        with Drydock() as server:
            yield server

    @pytest.fixture
    def drydock_world(drydock):  # pylint: disable=redefined-outer-name
        world = drydock.world()
        yield world
        world.reset()

    @pytest.fixture
    def drydock_virtual():
        """A server with a virtual clock, for one test: time moves when the test says so."""
        with Drydock('--clock', 'virtual') as server:
            yield server
