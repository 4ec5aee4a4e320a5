"""The words of the command line against a running server: what they print, for people and for scripts, and how they end."""

import json
import os
import signal
import subprocess
import tempfile
import unittest

from harness import ACCOUNT, BINARY, Server, container, eventually
from default_cluster import DefaultCluster, behaving

TASK = {'family': 'job', 'containerDefinitions': [behaving(run_for='0.2', exit_code='3', logs='hello')]}
LONG = {'family': 'long', 'containerDefinitions': [behaving(logs='waiting')]}


def environment(server, **more):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(('AWS_', 'DRYDOCK_', 'ECS_'))}
    return dict(clean, DRYDOCK_ENDPOINT=server.url, **more)


class CommandLine(DefaultCluster, unittest.TestCase):
    OPTIONS = ('--simulated-instances', '2')

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.OPTIONS)
        cls.ecs = cls.server.ecs()
        cls.folder = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.folder.cleanup()

    def setUp(self):
        self.server.admin_ok('POST', 'reset')

    def run_word(self, *words, **more):
        return subprocess.run([BINARY] + list(words), env=environment(self.server, **more), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)

    def said(self, *words, code=0, **more):
        done = self.run_word(*words, **more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def answered(self, *words, code=0):
        return json.loads(self.said(*words, '--output', 'json', code=code))

    def file(self, definition):
        path = os.path.join(self.folder.name, definition['family'] + '.json')
        with open(path, 'w', encoding='utf-8') as out:
            json.dump(definition, out)
        return path

    def with_service(self, count=2):
        self.ecs.create_cluster()
        eventually(lambda: len(self.ecs.list_container_instances()['containerInstanceArns']) == 2)
        self.register('web', container())
        self.ecs.create_service(serviceName='web', taskDefinition='web', desiredCount=count)
        self.said('wait', 'stable', 'web')


class Status(CommandLine):
    def test_an_empty_server_says_what_to_type_next(self):
        self.assertIn('aws ecs create-cluster', self.said('status'))

    def test_clusters_and_services(self):
        self.with_service()
        text = self.said('status')
        self.assertRegex(text, r'(?m)^default +ACTIVE +2 +1 +2 +0$')
        self.assertRegex(text, r'(?m)^web +default +2 +2 +0 +COMPLETED +\(service web\) has reached a steady state\.$')
        shown = self.answered('status')
        self.assertEqual((shown['health']['status'], shown['services'][0]['runningCount']), ('ok', 2))

    def test_another_account_is_another_world(self):
        self.with_service()
        self.assertNotIn('web', self.said('status', '--account', '111111111111'))
        self.assertNotIn('web', self.said('status', AWS_ACCESS_KEY_ID='111111111111'))
        self.assertNotIn('web', self.said('status', '--region', 'eu-west-1'))

    def test_ps_shows_running_tasks_and_with_all_why_others_stopped(self):
        self.with_service(1)
        task = self.answered('ps')['tasks'][0]['taskArn'].rsplit('/', 1)[1]
        self.assertRegex(self.said('ps'), r'(?m)^%s +default +service:web +web:1 +RUNNING' % task[:12])
        self.ecs.stop_task(task=task, reason='enough')
        self.said('wait', 'stopped', task[:8])
        self.assertIn('enough', self.said('ps', '--all'))


class Ends(CommandLine):
    def test_nobody_there_says_how_to_start_it(self):
        done = self.run_word('status', '--endpoint', 'http://127.0.0.1:1')
        self.assertEqual(done.returncode, 1)
        self.assertIn('nobody answers at http://127.0.0.1:1', done.stderr)
        self.assertIn('drydock serve', done.stderr)

    def test_a_mistake_is_exit_code_2(self):
        self.assertEqual(self.run_word('status', '--endpoint', 'ftp://x').returncode, 2)
        self.assertEqual(self.run_word('logs').returncode, 2)
        self.assertEqual(self.run_word('nonsense').returncode, 2)
        self.assertEqual(self.run_word('up', '-f', '/nowhere.json').returncode, 2)

    def test_errors_of_ecs_come_with_name_and_next_step(self):
        path = self.file({'family': 'big', 'containerDefinitions': [container(memory=10 ** 6)]})
        done = self.run_word('up', '-f', path)
        self.assertEqual(done.returncode, 1)
        self.assertIn('RESOURCE:MEMORY', done.stderr)
        self.assertIn('drydock explain default', done.stderr)
        self.assertIn('RESOURCE:MEMORY', self.said('explain', 'default'))

    def test_wait_ends_with_3_after_its_time(self):
        self.ecs.create_cluster()
        self.register('big', container(memory=10 ** 6))
        self.ecs.create_service(serviceName='never', taskDefinition='big', desiredCount=1)
        done = self.run_word('wait', 'stable', 'never', '--timeout', '0.3')
        self.assertEqual(done.returncode, 3)
        self.assertIn('never: 0 of 1 tasks', done.stderr)

    def test_waiting_for_a_task_that_stopped_fails_with_its_reason(self):
        arn = self.answered('up', '-f', self.file(TASK), code=3)['taskArn']
        done = self.run_word('wait', 'running', arn)
        self.assertEqual(done.returncode, 1)
        self.assertIn('Essential container in task exited', done.stderr)


class Up(CommandLine):
    def test_ends_with_the_exit_code_of_the_container_and_shows_what_it_wrote(self):
        done = self.run_word('up', '-f', self.file(TASK))
        self.assertEqual((done.returncode, done.stdout), (3, 'hello\n'), done.stderr)
        self.assertIn('STOPPED: Essential container in task exited', done.stderr)

    def test_what_describe_printed_is_a_definition_too(self):
        self.ecs.create_cluster()
        self.ecs.register_task_definition(**TASK)
        described = self.server.ok('DescribeTaskDefinition', {'taskDefinition': 'job'})
        path = os.path.join(self.folder.name, 'described.json')
        with open(path, 'w', encoding='utf-8') as out:
            json.dump(described, out)
        done = self.run_word('up', '-f', path)
        self.assertEqual(done.returncode, 3, done.stderr)

    def test_an_interrupt_stops_the_task(self):
        process = subprocess.Popen([BINARY, 'up', '-f', self.file(LONG)], env=environment(self.server),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), 'waiting\n')
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertIn('drydock up was interrupted', err)
        self.assertEqual(self.ecs.list_tasks()['taskArns'], [])

    def test_logs_of_awslogs_come_from_cloudwatch_logs(self):
        logging = {'logDriver': 'awslogs', 'options': {
            'awslogs-group': '/ecs/job', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'a',
            'awslogs-create-group': 'true'}}
        definition = {'family': 'logged', 'containerDefinitions': [
            dict(behaving(run_for='0.2', logs='kept'), logConfiguration=logging)]}
        done = self.run_word('up', '-f', self.file(definition))
        self.assertEqual((done.returncode, done.stdout), (0, 'kept\n'), done.stderr)
        task = self.answered('ps', '--all')['tasks'][0]['taskArn'].rsplit('/', 1)[1]
        self.assertEqual(self.said('logs', task[:10]), 'kept\n')
        self.assertEqual(self.said('logs', task[:10], '--follow', '--output', 'json'),
                         '{"container":"main","message":"kept"}\n')


class Faults(CommandLine):
    def test_add_list_remove(self):
        self.assertIn('No faults', self.said('faults', 'list'))
        added = self.answered('faults', 'add', 'pull-failure', '--id', 'mine', '--scope', 'image=shop/*', '--with',
                              'rate=0.5', '--for', '10m')
        self.assertEqual((added['kind'], added['rate'], added['scope']['image']), ('pull-failure', 0.5, 'shop/*'))
        self.assertRegex(self.said('faults', 'list'), r'(?m)^mine +pull-failure +image=shop/\*')
        self.said('faults', 'remove', 'mine')
        self.assertEqual(self.answered('faults', 'list')['faults'], [])
        self.assertEqual(self.run_word('faults', 'remove', 'mine').returncode, 1)

    def test_a_wrong_one_is_refused_with_the_server_s_words(self):
        done = self.run_word('faults', 'add', 'earthquake')
        self.assertEqual(done.returncode, 1)
        self.assertIn('kind should be one of instance-lost', done.stderr)


class Exec(CommandLine):
    """What it says where nothing can be run; the rest is in tests/docker/exec_word.py."""

    def run_task(self, **options):
        self.ecs.create_cluster()
        eventually(lambda: len(self.ecs.list_container_instances()['containerInstanceArns']) == 2)
        self.ecs.register_task_definition(**LONG)
        task = self.ecs.run_task(taskDefinition='long', **options)['tasks'][0]['taskArn']
        self.said('wait', 'running', task)
        return task.rsplit('/', 1)[1]

    def test_the_simulated_runtime_has_nothing_to_run_a_command_in(self):
        done = self.run_word('exec', self.run_task(enableExecuteCommand=True)[:8], '--', 'ls', '-l')
        self.assertEqual((done.returncode, done.stdout), (125, ''))
        self.assertEqual(done.stderr, 'drydock: exec is not available on the simulated runtime\n')

    def test_a_task_without_ecs_exec(self):
        done = self.run_word('exec', self.run_task(), '--', 'ls', '-l')
        self.assertEqual(done.returncode, 125)
        self.assertIn('InvalidParameterException: The execute command failed because execute command was not enabled',
                      done.stderr)
        self.assertIn('with --enable-execute-command', done.stderr)
        self.assertNotIn('docker exec', done.stderr)

    def test_mistakes(self):
        done = self.run_word('exec', 'nothing', '--', 'ls')
        self.assertEqual(done.returncode, 125)
        self.assertIn('no task nothing', done.stderr)
        self.assertEqual(self.run_word('exec').returncode, 2)
        self.assertEqual(self.run_word('exec', '-t', 'x').returncode, 2)
        self.assertEqual(self.run_word('exec', '-t', '-T', 'x').returncode, 2)
        done = self.run_word('exec', 'x', '--endpoint', 'http://127.0.0.1:1')
        self.assertEqual(done.returncode, 125)
        self.assertIn('nobody answers', done.stderr)


class Rest(CommandLine):
    def test_reset_asks_only_a_person(self):
        self.with_service(1)
        self.said('reset', '--account', '111111111111')
        self.assertEqual(len(self.answered('status')['services']), 1)
        self.said('reset')
        self.assertEqual(self.answered('status')['services'], [])

    def test_a_snapshot_is_kept_listed_restored_and_forgotten(self):
        self.assertIn('drydock snapshot save', self.said('snapshot', 'list'))
        self.with_service(2)
        self.assertRegex(self.said('snapshot', 'save', 'base'), '^Kept as base: 1 clusters, 1 services, 2 tasks\n$')
        kept = self.answered('snapshot', 'list')['snapshots']
        self.assertEqual([(one['name'], one['tasks']) for one in kept], [('base', 2)])
        self.said('reset')
        self.assertEqual(self.answered('status')['services'], [])
        self.assertIn('Restored from base', self.said('snapshot', 'restore', 'base'))
        self.assertEqual(self.answered('status')['services'][0]['runningCount'], 2)
        self.assertRegex(self.said('snapshot', 'list'), r'base +\S+Z +1 +2 +1 +2 +\d+')
        for words, code, why in ((('save', 'base'), 1, 'already'), (('restore', 'none'), 1, 'No snapshot has this name'),
                                 (('save', 'a/b'), 2, 'is no name'), ((), 2, 'subcommand')):
            done = self.run_word('snapshot', *words)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertIn(why, done.stderr)
        self.assertEqual(self.answered('snapshot', 'delete', 'base'), {'status': 'removed'})
        self.assertEqual(self.answered('snapshot', 'list'), {'snapshots': []})

    def test_explain_a_service_that_cannot_place(self):
        self.ecs.create_cluster()
        eventually(lambda: len(self.ecs.list_container_instances()['containerInstanceArns']) == 2)
        self.register('big', container(memory=10 ** 6))
        self.ecs.create_service(serviceName='never', taskDefinition='big', desiredCount=1)
        eventually(lambda: 'RESOURCE:MEMORY' in self.said('explain', 'never'))
        text = self.said('explain', 'never')
        self.assertIn('What to do', text)
        self.assertRegex(text, r'[0-9a-f]{32} +RESOURCE:MEMORY +1000000')

    def test_what_is_well_is_explained_too(self):
        self.with_service(1)
        self.assertIn('service, ACTIVE', self.said('explain', 'web'))
        self.assertIn('Nothing holds it back', self.said('explain', self.answered('ps')['tasks'][0]['taskArn']))

    def test_what_a_task_definition_asks_for_in_vain(self):
        self.ecs.register_task_definition(family='odd', containerDefinitions=[container()], volumes=[
            {'name': 'data', 'efsVolumeConfiguration': {'fileSystemId': 'fs-1'}}])
        text = self.said('explain', 'odd:1')
        self.assertIn('task-definition, ACTIVE', text)
        self.assertIn('in place of the EFS file system fs-1', text)
        self.assertEqual(self.said('explain', 'odd'), text)

    def test_doctor_names_what_is_wrong_and_fails(self):
        self.ecs.create_cluster()
        findings = {f['about']: f for f in self.answered('doctor')['findings']}
        self.assertEqual(findings['server']['finding'], 'ok')
        self.assertEqual(findings['AWS_ENDPOINT_URL']['finding'], 'note')
        self.assertIn('session-manager-plugin', findings['ECS Exec']['what'])
        self.assertEqual(self.run_word('doctor', '--endpoint', 'http://127.0.0.1:1').returncode, 1)

    def test_bash_completes_words_and_options(self):
        script = self.said('completion', 'bash')
        asked = script + '\nCOMP_WORDS=(drydock %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _drydock; echo "${COMPREPLY[@]}"'
        for typed, expected in (('sta', 'status'), ('clock adv', 'advance'), ('ps --al', '--all'), ('snapshot res', 'restore'),
                                ('wait stable web --time', '--timeout'), ('exec 3f2a --cont', '--container')):
            done = subprocess.run(['bash', '-c', asked % typed], capture_output=True, text=True, timeout=30)
            self.assertEqual(done.stdout.split(), [expected], typed + done.stderr)
        for shell in ('zsh', 'fish'):
            self.assertIn('advance', self.said('completion', shell))

    def test_every_word_explains_itself_with_an_example(self):
        words = ['status', 'ps', 'logs', 'explain', 'wait', 'up', 'exec', 'clock', 'reset', 'snapshot', 'doctor', 'completion',
                 'agent']
        for word in words + ['faults add']:
            self.assertIn('Example: drydock ', self.said(*word.split(), '--help'), word)


class VirtualClock(CommandLine):
    OPTIONS = ('--simulated-instances', '2', '--clock', 'virtual')

    def setUp(self):
        self.server.admin_ok('POST', 'reset')
        self.server.clock(until='idle')

    def test_wait_moves_it(self):
        self.ecs.create_cluster()
        self.register('web', behaving(start_for='1000'))
        self.ecs.create_service(serviceName='web', taskDefinition='web', desiredCount=2)
        self.said('wait', 'stable', 'web')
        self.assertEqual(self.service('web')['runningCount'], 2)

    def test_clock_words(self):
        before = self.answered('clock', 'show')['epochMillis']
        self.assertEqual(self.answered('clock', 'advance', '90s')['epochMillis'], before + 90_000)
        self.assertIn('idle', self.said('clock', 'idle'))
        self.ecs.create_cluster()
        self.register('web', behaving(start_for='7200'))
        self.ecs.create_service(serviceName='web', taskDefinition='web', desiredCount=1)
        self.assertEqual(self.run_word('clock', 'stable', 'web').returncode, 3)
        self.said('clock', 'stable', 'web', '--limit', '3h')
        task = self.ecs.list_tasks()['taskArns'][0]
        self.ecs.stop_task(task=task)
        self.said('clock', 'task', task.rsplit('/', 1)[1][:9], 'STOPPED')
        self.assertEqual(self.task(task)['lastStatus'], 'STOPPED')


del CommandLine  # its tests are those of its children

if __name__ == '__main__':
    unittest.main()
