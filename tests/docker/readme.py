#!/usr/bin/python3
"""The README's first voyage, its commands as written, on the engine at DOCKER_HOST (unix://...). Only the port and the
start of the server differ: `./dev up` is what put the program there that is tested here. Writes "PASSED FAILED" into
the file that DRYDOCK_RESULTS names."""

import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'clients'))
from harness import Server, eventually  # noqa: E402  pylint: disable=wrong-import-position

SOCKET = os.environ['DOCKER_HOST'][len('unix://'):]
PRELUDE = 'set -euo pipefail\nshopt -s expand_aliases\n'


def voyage():
    """(commands, web.json) of the section."""
    text = open(os.path.join(ROOT, 'README.md'), encoding='utf-8').read()
    section = re.search(r'^## A first voyage\n(.*?)^## ', text, re.M | re.S).group(1)
    prose, definition, more = re.split(r'^```(?:json)?\n', section, flags=re.M)
    return re.findall(r'^    (.*)\n', prose + more, re.M), definition


def docker(*arguments):
    return subprocess.run(['docker', *arguments], capture_output=True, text=True, timeout=60)


def sail(folder):
    commands, definition = voyage()
    with open(os.path.join(folder, 'web.json'), 'w', encoding='utf-8') as out:
        out.write(definition)
    before = [line for line in commands if line.startswith('echo ECS_CLUSTER=')]
    assert len(before) == 1 and './dev up' in commands, commands
    subprocess.run(['bash', '-c', before[0]], cwd=folder, check=True)
    rest = commands[commands.index('./dev up') + 1:]
    options = ['--docker-socket', SOCKET, '--instance-config', os.path.join(folder, 'ecs.config')]
    with Server(*options, runtime='docker') as server:
        script = PRELUDE + '\n'.join(rest).replace('http://localhost:4566', server.url)
        assert server.url in script
        done = subprocess.run(['bash', '-c', script], cwd=folder, capture_output=True, text=True, timeout=300,
                              env={key: value for key, value in os.environ.items() if not key.startswith('AWS_')})
        sys.stderr.write(done.stderr)
        assert done.returncode == 0, done.stdout[-3000:]
        assert '\nahoy\n' in done.stdout, 'curl did not reach the task:\n' + done.stdout[-3000:]
        left = ['ps', '-q', '--filter', 'label=com.amazonaws.ecs.cluster=deepdive']
        client = server.ecs()
        for task in client.list_tasks(cluster='deepdive')['taskArns']:
            client.stop_task(cluster='deepdive', task=task)
        eventually(lambda: not docker(*left).stdout.strip(), timeout=60, what='no container runs')
        stopped = docker('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.cluster=deepdive').stdout.split()
        docker('rm', '-f', *stopped)


def main():
    passed = False
    # The README's image; a developer's own stays what it is.
    tagged = docker('image', 'inspect', 'busybox').returncode != 0
    if tagged:
        docker('tag', 'drydock-test/busybox', 'busybox')
    try:
        with tempfile.TemporaryDirectory() as folder:
            sail(folder)
        passed = True
    except (AssertionError, subprocess.SubprocessError) as error:
        print('failed: the README: %s' % error)
    finally:
        if tagged:
            docker('rmi', 'busybox')
    if 'DRYDOCK_RESULTS' in os.environ:
        with open(os.environ['DRYDOCK_RESULTS'], 'w', encoding='utf-8') as out:
            out.write('%d %d\n' % (passed, not passed))
    sys.exit(0 if passed else 1)


if __name__ == '__main__':
    main()
