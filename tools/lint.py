#!/usr/bin/python3
"""Runs clang-tidy over the given .cpp files (all of the build's when none are given), a folder at a time.

lint.py BUILD_DIRECTORY [file ...]; exit code 1 when something was found. Most of clang-tidy's time goes into the headers
that all files share, so files of one folder are checked as one translation unit; those whose names clash
with the others' come in another.
"""

import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOL = os.environ.get('CLANG_TIDY', 'clang-tidy-19')
COMPILER = os.environ.get('CLANG', 'clang++-19')
KEPT = ('-I', '-D', '-isystem', '-std')
# The rooms' own files, included ones too; generated and system headers are not ours to mend.
OURS = '^%s/(api-spec|model|scheduler|storage|instances|agent|cli|server|tests|bench|cmake)/' % ROOT
LARGEST = 20  # files of one translation unit: more only makes the last one long


def flags_of(command):
    """What of a compile command matters to clang: not g++'s warnings and precompiled headers."""
    words = shlex.split(command)
    kept = []
    for i, word in enumerate(words):
        if word.startswith(KEPT):
            kept += [word, words[i + 1]] if word == '-isystem' else [word]
    return tuple(kept)


def groups_of(build, chosen):
    """(flags, files) for each folder."""
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as text:
        entries = json.load(text)
    groups = {}
    for entry in sorted(entries, key=lambda entry: entry['file']):
        path = os.path.realpath(entry['file'])
        if not path.startswith(ROOT + '/') or path.startswith(os.path.realpath(build) + '/'):
            continue
        if not chosen or path in chosen:
            groups.setdefault((os.path.dirname(path), flags_of(entry['command'])), []).append(path)
    for (_, flags), files in groups.items():
        for start in range(0, len(files), LARGEST):
            yield flags, files[start:start + LARGEST]


def unit_of(files, folder):
    """A translation unit of these files."""
    if len(files) == 1:
        return files[0]
    with tempfile.NamedTemporaryFile('w', suffix='.cpp', dir=folder, delete=False) as out:
        out.writelines('#include "%s"  // NOLINT(bugprone-suspicious-include)\n' % path for path in files)
    return out.name


def clashing(flags, files, folder):
    """The files that cannot follow the others in one translation unit."""
    clashes = []
    together = files
    while len(together) > 1:
        done = subprocess.run([COMPILER, '-fsyntax-only', '-w', '-ferror-limit=0', *flags, unit_of(together, folder)],
                              capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
        # One run does not name them all: of several definitions of main, say, only the second is reported.
        named = set(re.findall(r'^(\S+?):\d+:\d+: (?:fatal )?error:', done.stderr, re.M))
        found = [path for path in together[1:] if path in named] or together[1:]  # none named: each on its own
        clashes += found
        together = [path for path in together if path not in found]
    return clashes


def check(flags, files, folder):
    """What clang-tidy says about the files; empty when nothing."""
    later = clashing(flags, files, folder)
    together = [path for path in files if path not in later]
    done = subprocess.run(
        [TOOL, '--quiet', '--config-file=%s/.clang-tidy' % ROOT, '--header-filter=%s' % OURS, unit_of(together, folder),
         '--', *flags], capture_output=True, text=True, check=False)
    said = '' if done.returncode == 0 else done.stdout or done.stderr
    return said + (check(flags, later, folder) if later else '')


def main():
    build, chosen = sys.argv[1], {os.path.realpath(path) for path in sys.argv[2:]}
    groups = list(groups_of(build, chosen))
    if not groups:
        sys.exit('nothing to check: is %s built, and are the files part of it?' % build)
    clean = True
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = [pool.submit(check, flags, files, folder) for flags, files in groups]
        for done in concurrent.futures.as_completed(running):
            if done.result():
                clean = False
                print(done.result(), flush=True)
    print('clang-tidy: %d files in %d folders%s' % (sum(len(files) for _, files in groups), len(groups),
                                                     '' if clean else ': findings above'))
    sys.exit(0 if clean else 1)


if __name__ == '__main__':
    main()
