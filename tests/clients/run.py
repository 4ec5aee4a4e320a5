#!/usr/bin/python3
"""Runs the client tests: every test_*.py beside this file, each in a process and with a server of its own.

run.py [module ...]; writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names. Skipped tests count as failed.
"""

import glob
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from results import write_results

HERE = os.path.dirname(os.path.abspath(__file__))
SUMMARY = re.compile(r'^Ran (\d+) tests? in .*?\n\n(?:OK|FAILED)(?: \((.*)\))?$', re.M | re.S)


def run(module):
    done = subprocess.run([sys.executable, '-W', 'ignore', '-m', 'unittest', '-v', module], cwd=HERE, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    summary = SUMMARY.search(done.stderr)
    if not summary:
        return module, 0, 1, done.stdout + done.stderr
    bad = sum(int(part.split('=')[1]) for part in (summary.group(2) or '').split(', ') if '=' in part)
    ran = int(summary.group(1))
    if done.returncode != 0 and bad == 0:
        bad = 1
    return module, max(ran - bad, 0), bad, done.stdout + done.stderr


def main():
    modules = sys.argv[1:] or sorted(os.path.basename(path)[:-3] for path in glob.glob(os.path.join(HERE, 'test_*.py')))
    passed = failed = 0
    with ThreadPoolExecutor(max_workers=(os.cpu_count() or 1) + 1) as pool:
        for module, good, bad, output in pool.map(run, modules):
            passed += good
            failed += bad
            print('%-24s %3d passed, %d failed' % (module, good, bad), flush=True)
            if bad:
                print(output, flush=True)
    write_results(passed, failed)
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
