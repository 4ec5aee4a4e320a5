"""A Docker engine of a test's own, which it may stop or start otherwise. Its containers have no network: a second engine on
one machine would fight with the first about the bridge."""

import os
import subprocess
import tempfile

from engine import IMAGE
from harness import eventually

AS_ROOT = [] if os.geteuid() == 0 else ['sudo', '-n']  # an engine is root's


class OwnEngine:
    """Ends with the test. Has the tests' image."""

    def __init__(self, test, *options):
        self.folder = tempfile.mkdtemp(prefix='drydock-engine.')
        test.addCleanup(self.remove_folder)
        self.options = options
        self.socket = os.path.join(self.folder, 'docker.sock')
        self.host = 'unix://' + self.socket
        self.log = open(os.path.join(self.folder, 'log'), 'ab')
        test.addCleanup(self.log.close)
        self.process = None
        self.start()
        test.addCleanup(self.stop)
        image = subprocess.run(['docker', 'save', IMAGE], check=True, capture_output=True).stdout
        subprocess.run(['docker', 'load'], check=True, input=image, capture_output=True,
                       env=dict(os.environ, DOCKER_HOST=self.host))

    def start(self):
        place = lambda name: os.path.join(self.folder, name)  # noqa: E731
        self.process = subprocess.Popen(
            # In a network of its own: an engine without a bridge removes the machine's docker0 when it starts.
            AS_ROOT + ['unshare', '--net', 'dockerd', '-H', self.host, '--data-root', place('data'), '--exec-root',
                       place('exec'), '-p', place('pid'), '--bridge=none', '--iptables=false', '--ip-masq=false',
                       '--live-restore', *self.options],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

        def answers():
            if self.process.poll() is not None:
                with open(place('log')) as log:
                    raise AssertionError('dockerd ended: ' + log.read()[-2000:])
            return subprocess.run(['docker', 'version'], capture_output=True,
                                  env=dict(os.environ, DOCKER_HOST=self.host)).returncode == 0
        eventually(answers, timeout=60, what='the engine answers')

    def runs(self):
        return self.process.poll() is None

    def stop(self):
        if self.runs():
            with open(os.path.join(self.folder, 'pid'), encoding='utf-8') as pid:
                subprocess.run(AS_ROOT + ['kill', pid.read().strip()], check=True)
            self.process.wait(60)

    def remove_folder(self):
        # With --live-restore the engine leaves its data mounted on itself.
        subprocess.run(AS_ROOT + ['umount', '-l', os.path.join(self.folder, 'data')], check=False,
                       stderr=subprocess.DEVNULL)
        subprocess.run(AS_ROOT + ['rm', '-rf', self.folder], check=False)
