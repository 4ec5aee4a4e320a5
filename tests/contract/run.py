#!/usr/bin/python3
"""The contract test of the whole API against a live server: every operation, every member, every kind of violation
(cases.py), requests that must succeed (requests/) and the error tables (errors/).

run.py [--settle] [Operation ...]; writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names. Each operation's cases
count as one test, each row of data as one. What awaits an operation without behaviour is listed in pending.json and is
neither; the list must be exactly right, so nothing is forgotten. --settle writes that list as this run found it.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'clients'))

import generated  # noqa: E402  pylint: disable=wrong-import-position
import model  # noqa: E402
import rows  # noqa: E402
from connection import Connection  # noqa: E402
from harness import Server  # noqa: E402
from world import Worlds, load  # noqa: E402

PENDING = os.path.join(HERE, 'pending.json')


class Report:
    def __init__(self):
        self.passed = self.failed = 0
        self.lines = {}       # operation -> counts of the table
        self.operations = []  # without behaviour
        self.rows = {}        # "folder/file" -> {row: the operation it awaits}

    def test(self, name, wrong):
        if wrong:
            print('failed: %s\n    %s' % (name, wrong), flush=True)
        self.passed += not wrong
        self.failed += bool(wrong)

    def pending(self):
        return {'operations': self.operations, 'rows': self.rows}


def run_generated(operations, worlds, report):
    for operation in operations:
        tally = generated.run(operation, worlds)
        report.lines[operation] = {'ok': tally.ok, 'valid': tally.valid, 'violations': tally.violations,
                                   'requests': 0, 'errors': 0, 'pending': 0}
        if tally.without_behaviour:
            report.operations.append(operation)
        shown = '\n    '.join(tally.faults[:5])
        report.test(operation, shown and '%d wrong answers, such as\n    %s' % (len(tally.faults), shown))


def run_rows(folder, operations, servers, report):
    for row in rows.load(folder):
        if row.operation not in operations:
            continue
        name = '%s/%s, %s' % (folder, row.file, row.name)
        wrong = '; '.join(row.faults())
        if 'notSimulated' in row.fields and not wrong:
            continue
        outcome = rows.run(row, servers[row.fields.get('server', '')])
        if outcome.awaited and not wrong:
            report.rows.setdefault('%s/%s' % (folder, row.file), {})[row.name] = outcome.awaited
            report.lines[row.operation]['pending'] += 1
            continue
        if 'gap' in row.fields:
            wrong = wrong or None if outcome.wrong else 'it passes now: take its gap mark away (%s)' % row.fields['gap']
        else:
            wrong = wrong or outcome.wrong
            report.lines[row.operation][folder] += 1
        report.test(name, wrong)


def check_pending(report, settle):
    if settle:
        with open(PENDING, 'w', encoding='utf-8') as out:
            out.write(json.dumps(report.pending(), indent=2, ensure_ascii=False) + '\n')
    known = load('pending.json')
    found = report.pending()
    hint = 'is not what pending.json says; after a look at the difference: tests/contract/run.py --settle'
    for operation in sorted(set(known['operations']) ^ set(found['operations'])):
        report.test('behaviour of %s' % operation, hint)
    for file in sorted(set(known['rows']) | set(found['rows'])):
        before, now = known['rows'].get(file, {}), found['rows'].get(file, {})
        for name in sorted(set(before) | set(now)):
            if before.get(name) != now.get(name):
                report.test('%s, %s' % (file, name), 'awaits %s now, but %s' % (now.get(name), hint))
    report.test('pending.json', None)


def print_table(report):
    columns = ['ok', 'valid', 'violations', 'requests', 'errors', 'pending']
    print('%-34s' % 'operation' + ''.join('%11s' % column for column in columns))
    lines = dict(report.lines)
    lines['total'] = {column: sum(line[column] for line in report.lines.values()) for column in columns}
    for operation, line in lines.items():
        mark = ' -' if operation in report.operations else ''
        print('%-34s' % (operation + mark) + ''.join('%11d' % line[column] for column in columns))
    print('ok: answered 200; valid: generated, must pass validation; violations: generated, must be refused; requests: '
          'prepared, must succeed; errors: rows of the error tables; pending: rows that await behaviour; -: no behaviour')


def main():
    arguments = sys.argv[1:]
    settle = '--settle' in arguments
    named = [argument for argument in arguments if argument != '--settle']
    operations = named or model.OPERATIONS
    report = Report()
    quiet = ('--log-level', 'warn')
    with Server('--instances-in', 'all', *quiet) as full, Server(*quiet) as bare:
        servers = {'': Worlds(Connection(full.port)), 'bare': Worlds(Connection(bare.port))}
        run_generated(operations, servers[''], report)
        run_rows('requests', operations, servers, report)
        run_rows('errors', operations, servers, report)
    if not named:
        check_pending(report, settle)
        duplicates = [row.name for folder in ('requests', 'errors') for row in rows.load(folder)]
        report.test('names of rows', ', '.join(sorted({n for n in duplicates if duplicates.count(n) > 1})))
    print_table(report)
    print('%d passed, %d failed' % (report.passed, report.failed))
    results = os.environ.get('DRYDOCK_RESULTS')
    if results:
        with open(results, 'w', encoding='ascii') as out:
            out.write('%d %d\n' % (report.passed, report.failed))
    return 1 if report.failed or not report.passed else 0


if __name__ == '__main__':
    sys.exit(main())
