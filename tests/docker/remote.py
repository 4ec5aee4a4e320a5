"""`drydock agent` processes for the tests of this folder: machines that join a server's clusters, all with the engine at
DOCKER_HOST."""

import os
import shutil
import signal
import subprocess
import tempfile

from engine import SOCKET, eventually
from harness import BINARY


class Agent:
    """One agent with a data directory of its own, which outlives restarts."""

    def __init__(self, url, cluster, *options, env=None, config=None):
        self.folder = tempfile.mkdtemp(prefix='drydock-agent-test-')
        self.data_dir = os.path.join(self.folder, 'data')
        self.log = os.path.join(self.folder, 'agent.log')
        lines = dict(ECS_CLUSTER=cluster, ECS_BACKEND_HOST=url, ECS_CONTAINER_STOP_TIMEOUT='2s', **(config or {}))
        self.config = os.path.join(self.folder, 'ecs.config')
        with open(self.config, 'w', encoding='utf-8') as out:
            out.write(''.join('%s=%s\n' % line for line in lines.items()))
        self.options = options
        self.env = env
        self.process = None
        self.start()

    def start(self):
        command = [BINARY, 'agent', '--config', self.config, '--data-dir', self.data_dir, '--docker-socket', SOCKET]
        environment = {key: value for key, value in os.environ.items() if not key.startswith(('ECS_', 'AWS_'))}
        environment.update(self.env or {})
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(command + list(self.options), stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=environment)

    def said(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def hears(self, text, timeout=30):
        eventually(lambda: text in self.said(), timeout=timeout, what='the agent says %r' % text,
                   tell=lambda: self.said()[-3000:])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        return self.process.wait(10)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def restart(self):
        self.kill()
        self.start()

    def close(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
