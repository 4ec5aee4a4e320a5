#!/usr/bin/python3
"""The commands of the README's first voyage and of the tutorial, as written, on the engine at DOCKER_HOST (unix://...).
Only the port and the start of the server differ: `./dev up` is what put the program there that is tested here. Writes
"PASSED FAILED" into the file that DRYDOCK_RESULTS names."""

import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'clients'))
from harness import Server, eventually  # noqa: E402  pylint: disable=wrong-import-position
from results import write_results  # noqa: E402

SOCKET = os.environ['DOCKER_HOST'][len('unix://'):]
PRELUDE = 'set -euo pipefail\nshopt -s expand_aliases\n'
# What has to be seen when the commands have run.
README = ['\nahoy\n']
TUTORIAL = ['\nahoy\n', 'web exited with 137', 'has reached a steady state', 'task-definition/web:1\n', 'no-such-program',
            'RESOURCE:MEMORY', 'counting\n1\n2\n3\n']


def readme():
    text = open(os.path.join(ROOT, 'README.md'), encoding='utf-8').read()
    return re.search(r'^## A first voyage\n(.*?)^## ', text, re.M | re.S).group(1)


def tutorial():
    return open(os.path.join(ROOT, 'docs', 'tutorial.md'), encoding='utf-8').read()


def steps_of(text):
    """The document as a script: commands are indented, a block of JSON is the file that was named last before it."""
    script = ''
    for index, part in enumerate(re.split(r'^```(?:json)?\n', text, flags=re.M)):
        if index % 2 == 1:
            script += "cat > %s <<'END_OF_FILE'\n%sEND_OF_FILE\n" % (name, part)
            continue
        script += ''.join(re.findall(r'^    (.*\n)', part, re.M))
        name = ([None] + re.findall(r'`(\w+\.json)`', part))[-1]
    return script


def docker(*arguments):
    return subprocess.run(['docker', *arguments], capture_output=True, text=True, timeout=60)


def sail(text, expected):
    script = steps_of(text)
    start = re.match(r'(echo ECS_CLUSTER=deepdive > ecs\.config\n)\./dev up\n', script)
    assert start, script[:200]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['bash', '-c', start.group(1)], cwd=folder, check=True)
        os.symlink(os.path.join(ROOT, 'build'), os.path.join(folder, 'build'))
        options = ['--docker-socket', SOCKET, '--instance-config', os.path.join(folder, 'ecs.config')]
        with Server(*options, runtime='docker') as server:
            assert 'http://localhost:4566' in script
            rest = PRELUDE + script[start.end():].replace('http://localhost:4566', server.url)
            clean = {key: value for key, value in os.environ.items() if not key.startswith(('AWS_', 'DRYDOCK_'))}
            done = subprocess.run(['bash', '-c', rest], cwd=folder, capture_output=True, text=True, timeout=200,
                                  stdin=subprocess.DEVNULL, env=clean)
            sys.stderr.write(done.stderr)
            assert done.returncode == 0, done.stdout[-3000:]
            for seen in expected:
                assert seen in done.stdout, '%r was not seen:\n%s' % (seen, done.stdout)
            clean_up(server)


def clean_up(server):
    left = ['ps', '-q', '--filter', 'label=com.amazonaws.ecs.cluster=deepdive']
    client = server.ecs()
    if client.describe_clusters(clusters=['deepdive'])['clusters']:
        for task in client.list_tasks(cluster='deepdive')['taskArns']:
            client.stop_task(cluster='deepdive', task=task)
    eventually(lambda: not docker(*left).stdout.strip(), timeout=60, what='no container runs')
    stopped = docker('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.cluster=deepdive').stdout.split()
    docker('rm', '-f', *stopped)


def main():
    passed = failed = 0
    # The documents' image; a developer's own stays what it is.
    tagged = docker('image', 'inspect', 'busybox').returncode != 0
    if tagged:
        docker('tag', 'drydock-test/busybox', 'busybox')
    try:
        for name, text, expected in (('README', readme(), README), ('tutorial', tutorial(), TUTORIAL)):
            try:
                sail(text, expected)
                passed += 1
            except (AssertionError, subprocess.SubprocessError) as error:
                failed += 1
                print((getattr(error, 'stdout', None) or b'').decode(errors='replace')[-3000:])
                print('failed: the %s: %s' % (name, error))
    finally:
        if tagged:
            docker('rmi', 'busybox')
    write_results(passed, failed)
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
