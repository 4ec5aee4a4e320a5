#!/usr/bin/python3
"""Runs the helpers for other people's tests and the examples that use them, with each language's own test runner.
Writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names."""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'clients'))
from results import write_results  # noqa: E402  pylint: disable=wrong-import-position

ENVIRONMENT = dict(os.environ, DRYDOCK_BINARY=os.path.join(ROOT, 'build', 'drydock'), GOPROXY='off', GOFLAGS='-count=1',
                   NODE_NO_WARNINGS='1', PYTHONDONTWRITEBYTECODE='1')


def run(folder, *command):
    done = subprocess.run(command, cwd=os.path.join(ROOT, folder), env=ENVIRONMENT, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=900, check=False)
    if done.returncode != 0:
        print('%s in %s:\n%s%s' % (' '.join(command), folder, done.stdout, done.stderr))
    return done


def python():
    with tempfile.NamedTemporaryFile(suffix='.xml') as report:
        done = run('examples', '/usr/bin/python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--junitxml',
                   report.name, '.')
        try:
            suite = tree.parse(report.name).getroot().find('testsuite')
        except tree.ParseError:
            return 0, 1
        failed = int(suite.get('failures')) + int(suite.get('errors'))
        return int(suite.get('tests')) - failed, max(failed, int(done.returncode != 0))


def node():
    link = os.path.join(ROOT, 'examples', 'node_modules')  # the SDK that the clients' tests have installed
    if not os.path.lexists(link):
        os.symlink('../tests/clients-js/node_modules', link)
    # Node 18 and 20 differ in how a folder is named to the runner.
    results = [one_node('examples/' + test) for test in ('job-scheduler/scheduler', 'snapshots/snapshots')]
    return tuple(map(sum, zip(*results)))


def one_node(test):
    folder, name = os.path.split(test)
    done = run(folder, 'node', '--test', name + '.test.mjs')
    passed, failed = re.search(r'^# pass (\d+)$', done.stdout, re.M), re.search(r'^# fail (\d+)$', done.stdout, re.M)
    if not passed:
        return 0, 1
    return int(passed.group(1)), max(int(failed.group(1)), int(done.returncode != 0))


def go():
    done = run('testing/go', 'go', 'test', '-v', './...')
    passed, failed = done.stdout.count('\n--- PASS'), done.stdout.count('\n--- FAIL')
    return passed, max(failed, int(done.returncode != 0 or passed == 0))


def main():
    passed = failed = 0
    for name, run_all in (('pytest', python), ('node', node), ('go', go)):
        good, bad = run_all()
        print('%s: %d passed, %d failed' % (name, good, bad), flush=True)
        passed, failed = passed + good, failed + bad
    write_results(passed, failed)
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
