#!/usr/bin/python3
"""`drydock exec` into real containers, with pipes and in a terminal, on the engine at DOCKER_HOST (unix://...). Writes
"PASSED FAILED" into the file that DRYDOCK_RESULTS names. The image comes from tests/docker/make_images.sh."""

import errno
import fcntl
import hashlib
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

from engine import docker, main
from exec import CLUSTER, Containers
from harness import BINARY, eventually


def environment(server):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(('AWS_', 'DRYDOCK_', 'ECS_'))}
    return dict(clean, DRYDOCK_ENDPOINT=server.url)


class Terminal:
    """A program in a terminal of its own, as a person starts it."""

    def __init__(self, arguments, env, rows=30, columns=100):
        self.output = b''
        self.master, slave = pty.openpty()
        self.resize(rows, columns)
        self.before = self.settings()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.master)
            os.login_tty(slave)
            os.execve(arguments[0], arguments, env)
        os.close(slave)

    def read(self, timeout):
        if not select.select([self.master], [], [], timeout)[0]:
            raise AssertionError('nothing more comes; so far: %r' % self.output[-2000:])
        try:
            data = os.read(self.master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            data = b''
        self.output += data
        return data

    def expect(self, text, timeout=20):
        """Reads until the text has come; returns everything up to its end, which is then forgotten."""
        wanted = text.encode()
        while wanted not in self.output:
            if not self.read(timeout):
                raise AssertionError('it ended; so far: %r' % self.output[-2000:])
        end = self.output.index(wanted) + len(wanted)
        seen, self.output = self.output[:end], self.output[end:]
        return seen.decode(errors='replace')

    def type(self, text):
        os.write(self.master, text.encode())

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def settings(self):
        return termios.tcgetattr(self.master)

    def end(self, timeout=20):
        """Waits for the program's end, with what it still writes; its exit code."""
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            while select.select([self.master], [], [], 0 if pid else 0.1)[0] and self.read(0):
                pass
            if pid:
                return os.waitstatus_to_exitcode(status)
        raise AssertionError('it does not end; so far: %r' % self.output[-2000:])

    def close(self):
        os.close(self.master)


class Word(Containers):
    def line(self, *command, container='app', task=None, options=()):
        return [BINARY, 'exec', (task or self.task).rsplit('/', 1)[1], '--container', container, *options, '--', *command]

    def run_word(self, *command, stdin=b'', **where):
        return subprocess.run(self.line(*command, **where), env=environment(self.server), input=stdin,
                              capture_output=True, timeout=60, check=False)

    def start_word(self, *command, **streams):
        return subprocess.Popen(self.line(*command), env=environment(self.server), **streams)

    def gone(self, marker):
        eventually(lambda: not self.processes(marker), what='%s is ended' % marker)


class Pipes(Word):
    def test_exit_codes(self):
        for code in (0, 3, 255):
            done = self.run_word('sh', '-c', 'exit %d' % code)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (code, b'', b''))
        self.assertEqual(self.run_word('sh', '-c', 'kill -9 $$').returncode, 137)

    def test_the_streams_are_apart_and_as_they_are(self):
        done = self.run_word('sh', '-c', 'echo out; echo err >&2; tty; printf "\\303"; exit 4')
        self.assertEqual((done.returncode, done.stdout, done.stderr), (4, b'out\nnot a tty\n\xc3', b'err\n'))

    def test_environment(self):
        done = self.run_word('sh', '-c', 'echo "$SHIP:$TERM:$LANG"; id -u; pwd')
        self.assertEqual(done.stdout, b'Drydock::C.UTF-8\n0\n/tmp\n')

    def test_words_arrive_as_they_are(self):
        done = self.run_word('printf', '%s|', 'a  b', "it's", '', '$HOME', '*', '-n', 'new\nline')
        self.assertEqual(done.stdout, b"a  b|it's||$HOME|*|-n|new\nline|")

    def test_docker_s_habits(self):
        task = self.task.rsplit('/', 1)[1][:10]
        for words in (['--container', 'app', '-i', task, 'ls', '/www'],
                      ['-i', '--container', 'app', task, '--', 'ls', '/www'],
                      ['-i', task, '--container', 'app', '--', 'ls', '-1', '/www'],
                      ['-i', '--container', 'app', task, 'ls', '-1', '/www'],
                      [task, '--container=app', 'sh', '-c', 'ls /www']):
            done = subprocess.run([BINARY, 'exec', *words], env=environment(self.server), stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, 'index.html\n')

    def test_input_goes_through_and_ends(self):
        self.assertEqual(self.run_word('cat', stdin=b'hello').stdout, b'hello')
        self.assertEqual(self.run_word('cat').stdout, b'')
        self.assertEqual(self.run_word('sh', '-c', 'cat >/dev/null; exit 5', stdin=b'x').returncode, 5)

    def test_input_that_nobody_reads(self):
        self.assertEqual(self.run_word('sh', '-c', 'exit 6', stdin=b'x' * 3_000_000).returncode, 6)

    def test_megabytes_both_ways(self):
        data = os.urandom(3_000_000)
        done = self.run_word('cat', stdin=data)
        self.assertEqual((done.returncode, len(done.stdout)), (0, len(data)), done.stderr)
        self.assertEqual(hashlib.sha256(done.stdout).digest(), hashlib.sha256(data).digest())

    def test_a_command_that_reads_late_gets_everything(self):
        with self.start_word('sh', '-c', 'echo up; until [ -e /tmp/go ]; do :; done; rm /tmp/go; md5sum',
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b'up\n')
            data = os.urandom(2_000_000)
            release = subprocess.Popen(self.line('touch', '/tmp/go'), env=environment(self.server), stdin=subprocess.DEVNULL)
            output, _ = process.communicate(data, timeout=60)
            self.assertEqual(release.wait(timeout=60), 0)
        self.assertEqual(output.split()[0].decode(), hashlib.md5(data).hexdigest())

    def test_unknown_command(self):
        done = self.run_word('/no/such/thing')
        self.assertIn(done.returncode, (126, 127))
        self.assertEqual(done.stdout, b'')
        self.assertRegex(done.stderr.decode(), '^drydock: Unable to start command: .*no such file or directory\n$')

    def test_interrupted(self):
        for number, marker in ((signal.SIGINT, 'sleep 611'), (signal.SIGTERM, 'sleep 612'), (signal.SIGKILL, 'sleep 613')):
            with self.start_word('sh', '-c', 'trap "" HUP; echo up; ' + marker, stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE) as process:
                self.assertEqual(process.stdout.readline(), b'up\n')
                process.send_signal(number)
                expected = -9 if number == signal.SIGKILL else 128 + number
                self.assertEqual(process.wait(timeout=20), expected)
            self.gone(marker)

    def test_nobody_takes_the_output(self):
        with self.start_word('sh', '-c', 'yes; sleep 621', stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.read(4), b'y\ny\n')
            process.stdout.close()
            self.assertEqual(process.wait(timeout=20), 128 + signal.SIGPIPE)
        self.gone('yes')

    def test_container_killed(self):
        task = self.run_task()
        process = subprocess.Popen(self.line('sh', '-c', 'echo up; sleep 631', task=task), env=environment(self.server),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b'up\n')
        docker('kill', self.container(task=task)['runtimeId'])
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 137)

    def test_task_stopped(self):
        task = self.run_task()
        process = subprocess.Popen(self.line('sh', '-c', 'echo up; sleep 641', task=task), env=environment(self.server),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b'up\n')
        self.ecs.stop_task(cluster=CLUSTER, task=task)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 137)

    def test_refusals(self):
        done = self.run_word('true', container='nobody')
        self.assertEqual(done.returncode, 125)
        self.assertIn('The container nobody does not exist', done.stderr.decode())
        done = subprocess.run([BINARY, 'exec', self.task, '--', 'true'], env=environment(self.server),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 125)
        self.assertIn('specify one of [app, web]', done.stderr)
        self.assertIn('--container', done.stderr)
        done = self.run_word('true', options=['-t'])
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'standard input is not a terminal', done.stderr)

    def test_not_enabled(self):
        task = self.run_task(enabled=False)
        done = self.run_word('ls', '-l', task=task)
        self.assertEqual(done.returncode, 125)
        self.assertIn('execute command was not enabled', done.stderr.decode())
        self.assertIn('--enable-execute-command', done.stderr.decode())
        # Only where the engine is this machine's.
        by_docker = 'docker exec -it %s ls -l\n' % self.container(task=task)['runtimeId'][:12]
        self.assertEqual(by_docker in done.stderr.decode(), not os.environ.get('DRYDOCK_REMOTE'))
        self.ecs.stop_task(cluster=CLUSTER, task=task)


class Terminals(Word):
    def open(self, *command):
        terminal = Terminal(self.line(*command), environment(self.server))
        self.addCleanup(terminal.close)
        return terminal

    def test_shell(self):
        shell = self.open('sh')
        # The size comes on a way of its own, beside what is typed.
        shell.type('while [ "$(stty size)" != "30 100" ]; do :; done; stty size; tty; echo "$TERM"\n')
        self.assertIn('30 100\r\n', shell.expect('/dev/pts/'))
        shell.expect('xterm-256color')
        shell.resize(50, 132)
        shell.type('while [ "$(stty size)" != "50 132" ]; do :; done; echo re"sized"\n')
        shell.expect('resized')
        self.assertNotEqual(shell.settings(), shell.before)
        shell.type('sleep 651 || echo inter"rupted"\n')
        shell.expect('echo inter"rupted"')
        eventually(lambda: self.processes('sleep 651'), what='the command of the shell runs')
        shell.type('\x03')
        self.gone('sleep 651')
        shell.type('exit 7\n')
        self.assertEqual(shell.end(), 7)
        self.assertEqual(shell.settings(), shell.before)

    def test_killed(self):
        terminal = self.open('sh', '-c', 'echo re"ady"; kill -9 $$')
        self.assertEqual(terminal.end(), 137)
        self.assertIn(b'ready\r\n', terminal.output)
        self.assertEqual(terminal.settings(), terminal.before)

    def test_end_of_input_key(self):
        terminal = self.open('cat')
        terminal.type('line\n')
        terminal.expect('line\r\nline\r\n')
        terminal.type('\x04')
        self.assertEqual(terminal.end(), 0)

    def test_unknown_command(self):
        terminal = self.open('/no/such/thing')
        self.assertIn(terminal.end(), (126, 127))
        self.assertIn(b'drydock: Unable to start command: ', terminal.output)
        self.assertEqual(terminal.settings(), terminal.before)

    def test_signals_restore_the_terminal(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            marker = 'sleep %d' % (660 + number)
            terminal = self.open('sh', '-c', 'echo re"ady"; ' + marker)
            terminal.expect('ready')
            self.assertNotEqual(terminal.settings(), terminal.before)
            os.kill(terminal.pid, number)
            self.assertEqual(terminal.end(), 128 + number)
            self.assertEqual(terminal.settings(), terminal.before)
            self.gone(marker)

    def test_the_window_is_closed(self):
        terminal = Terminal(self.line('sh', '-c', 'echo re"ady"; sleep 681'), environment(self.server))
        terminal.expect('ready')
        terminal.close()
        _, status = os.waitpid(terminal.pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 129)
        self.gone('sleep 681')

    def test_output_into_a_pipe_is_not_changed(self):
        script = ' '.join("'%s'" % word for word in self.line('sh', '-c', 'echo line; tty')) + ' | od -c | head -3'
        terminal = Terminal(['/bin/sh', '-c', script], environment(self.server))
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.end(), 0)
        self.assertIn(b'l   i   n   e  \\n   n   o   t', terminal.output)

    def test_no_tty(self):
        terminal = Terminal(self.line('tty', options=['-T']), environment(self.server))
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.end(), 1)
        self.assertIn(b'not a tty', terminal.output)


class ServerLost(Word):
    def test_the_terminal_is_put_back(self):
        terminal = Terminal(self.line('sh', '-c', 'echo re"ady"; sleep 691'), environment(self.server))
        self.addCleanup(terminal.close)
        terminal.expect('ready')
        self.server.kill()
        self.assertEqual(terminal.end(), 125)
        self.assertIn(b'broke', terminal.output)
        self.assertEqual(terminal.settings(), terminal.before)


if __name__ == '__main__':
    main()
