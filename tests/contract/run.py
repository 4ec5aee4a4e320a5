#!/usr/bin/python3
"""The contract test of the whole API against a live server: every operation, every member, every kind of violation
(cases.py), requests that must succeed (requests/) and the error tables (errors/).

run.py [--settle] [Operation ...]; writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names. Each operation's cases
count as one test, each row of data as one. Rows that fail by a known fault (gaps.json) are neither; the list must be
exactly right, so nothing is forgotten. --settle writes it as this run found it (gaps can only go), and
docs/compatibility.md with it.
"""

import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'clients'))

import compatibility  # noqa: E402  pylint: disable=wrong-import-position
import generated  # noqa: E402
import model  # noqa: E402
import rows  # noqa: E402
from connection import Connection  # noqa: E402
from harness import Server  # noqa: E402
from results import write_results  # noqa: E402
from world import Worlds, load  # noqa: E402

# Durability is not what this tests, and thousands of changes would each wait for a busy disk.
MEMORY = '/dev/shm' if os.access('/dev/shm', os.W_OK) else None


class Report:
    def __init__(self):
        self.passed = self.failed = 0
        self.lines = {}  # operation -> counts of the table
        self.gaps = {}   # file -> {row: the known fault}

    def test(self, name, wrong):
        if wrong:
            print('failed: %s\n    %s' % (name, wrong), flush=True)
        self.passed += not wrong
        self.failed += bool(wrong)


def run_generated(operations, worlds, report):
    for operation in operations:
        tally = generated.run(operation, worlds)
        report.lines[operation] = {'ok': tally.ok, 'valid': tally.valid, 'violations': tally.violations,
                                   'requests': 0, 'errors': 0}
        shown = '\n    '.join(tally.faults[:5])
        report.test(operation, shown and '%d wrong answers, such as\n    %s' % (len(tally.faults), shown))


def run_rows(folder, operations, servers, report):
    for row in rows.load(folder):
        if row.operation not in operations:
            continue
        name = '%s, %s' % (row.file, row.name)
        wrong = '; '.join(row.faults())
        if 'notSimulated' in row.fields and not wrong:
            continue
        outcome = rows.run(row, servers[row.fields.get('server', '')])
        if row.gap and outcome.wrong and not wrong:
            report.gaps.setdefault(row.file, {})[row.name] = row.gap
            continue
        wrong = wrong or outcome.wrong
        report.lines[row.operation][folder] += 1
        report.test(name, wrong)


def settle(report):
    """Writes down what this run found: which gaps are left, and the table in docs/."""
    with open(os.path.join(HERE, 'gaps.json'), 'w', encoding='utf-8') as out:
        out.write(json.dumps(report.gaps, indent=2, ensure_ascii=False) + '\n')
    compatibility.write()


def check_gaps(report):
    """gaps.json must say what this run found."""
    listed, met = ({(file, row, why) for file, entries in gaps.items() for row, why in entries.items()}
                   for gaps in (load('gaps.json'), report.gaps))
    changes = '\n    '.join(' '.join(entry) for entry in sorted(listed ^ met))
    report.test('gaps.json', changes and '%s is not what gaps.json says; after a look at the difference: '
                'tests/contract/run.py --settle' % changes)


def print_table(report):
    columns = ['ok', 'valid', 'violations', 'requests', 'errors']
    print('%-34s' % 'operation' + ''.join('%11s' % column for column in columns))
    lines = dict(report.lines)
    lines['total'] = {column: sum(line[column] for line in report.lines.values()) for column in columns}
    for operation, line in lines.items():
        print('%-34s' % operation + ''.join('%11d' % line[column] for column in columns))
    print('ok: answered 200; valid: generated, must pass validation; violations: generated, must be refused; requests: '
          'prepared, must succeed; errors: rows of the error tables')


def main():
    arguments = sys.argv[1:]
    named = [argument for argument in arguments if argument != '--settle']
    operations = named or model.OPERATIONS
    report = Report()
    quiet = ('--log-level', 'warn')
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, \
            Server('--instances-in', 'all', *quiet, data_dir=os.path.join(folder, 'full')) as full, \
            Server(*quiet, data_dir=os.path.join(folder, 'bare')) as bare:
        servers = {'': Worlds(Connection(full.port)), 'bare': Worlds(Connection(bare.port))}
        run_generated(operations, servers[''], report)
        run_rows('requests', operations, servers, report)
        run_rows('errors', operations, servers, report)
    if not named:
        if '--settle' in arguments:
            settle(report)
        check_gaps(report)
        duplicates = [row.name for folder in ('requests', 'errors') for row in rows.load(folder)]
        report.test('names of rows', ', '.join(sorted({n for n in duplicates if duplicates.count(n) > 1})))
    print_table(report)
    print('%d passed, %d failed' % (report.passed, report.failed))
    write_results(report.passed, report.failed)
    return 1 if report.failed or not report.passed else 0


if __name__ == '__main__':
    sys.exit(main())
