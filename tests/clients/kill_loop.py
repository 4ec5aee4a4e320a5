#!/usr/bin/python3
"""Kills the server at random moments under load, again and again, and checks after each restart that nothing that was
acknowledged is lost, that running tasks were adopted rather than started twice, and that desired counts come back.

kill_loop.py [--rounds N] [--seed S] [--runtime simulated|docker]; each round counts as one test. A failure prints the seed.
"""

import argparse
import collections
import json
import os
import random
import subprocess
import sys
import threading
import time
from http.client import HTTPException

from harness import Caller, Refused, Server, container, eventually
from results import write_results

CLUSTER = 'story-harbour'


class Acknowledged:
    """What the server has said yes to. Threads add to it as answers arrive."""

    def __init__(self):
        self.lock = threading.Lock()
        self.clusters = set()
        self.revisions = {}        # arn -> the environment value it was registered with
        self.tasks = {}            # arn -> startedBy
        self.services = {}         # name -> the last acknowledged desired count
        self.asked = {}            # name -> every count asked for since then, answered or not
        self.stopped = set()       # tasks whose stop was acknowledged


def load(server, seen, stop, seed, number, docker):
    """One client at work until the server dies under it."""
    dice = random.Random('%s/%d' % (seed, number))
    call = Caller(server.port)
    step = 0
    while not stop.is_set():
        step += 1
        try:
            one_call(call, seen, dice, '%s-%d-%d' % (seed, number, step), number, docker)
        except (OSError, HTTPException):
            break  # the server was killed: this call was not acknowledged
    call.close()


def one_call(call, seen, dice, mark, number, docker):
    choice = dice.random()
    if choice < 0.2:
        call('CreateCluster', clusterName='c-' + mark)
        with seen.lock:
            seen.clusters.add('c-' + mark)
    elif choice < 0.5:
        answer = call('RegisterTaskDefinition', family='load-%d' % number, containerDefinitions=[
            container(environment=[{'name': 'MARK', 'value': mark}])])
        with seen.lock:
            seen.revisions[answer['taskDefinition']['taskDefinitionArn']] = mark
    elif choice < (0.52 if docker else 0.75):
        answer = call('RunTask', cluster=CLUSTER, taskDefinition='app', startedBy=mark)
        with seen.lock:
            seen.tasks.update({task['taskArn']: mark for task in answer['tasks']})
    elif choice < 0.9:
        scale(call, seen, 'svc-%d-%d' % (number, dice.randrange(2)), dice.randrange(3 if docker else 6))
    else:
        with seen.lock:
            running = sorted(set(seen.tasks) - seen.stopped)
        if running:
            arn = dice.choice(running)
            call('StopTask', cluster=CLUSTER, task=arn)
            with seen.lock:
                seen.stopped.add(arn)


def scale(call, seen, name, count):
    with seen.lock:
        known = name in seen.services
        seen.asked.setdefault(name, set()).add(count)
    try:
        if known:
            call('UpdateService', cluster=CLUSTER, service=name, desiredCount=count)
        else:
            call('CreateService', cluster=CLUSTER, serviceName=name, taskDefinition='app', desiredCount=count)
    except Refused as refused:
        if refused.message != 'Creation of service was not idempotent.':
            raise
        with seen.lock:
            seen.services[name] = None  # created by a call whose answer was lost
        return
    with seen.lock:
        seen.services[name] = count
        seen.asked[name] = {count}


def pages(ecs, operation, key, **arguments):
    return [item for page in ecs.get_paginator(operation).paginate(**arguments) for item in page[key]]


def described(ecs, arns):
    tasks, missing = [], []
    for i in range(0, len(arns), 100):
        answer = ecs.describe_tasks(cluster=CLUSTER, tasks=arns[i:i + 100])
        tasks += answer['tasks']
        missing += answer['failures']
    return tasks, missing


def check_acknowledged(ecs, seen):
    clusters = {arn.rsplit('/', 1)[1] for arn in pages(ecs, 'list_clusters', 'clusterArns')}
    lost = seen.clusters - clusters
    assert not lost, 'acknowledged clusters lost: %s' % sorted(lost)
    for arn, mark in list(seen.revisions.items())[-40:]:
        shown = ecs.describe_task_definition(taskDefinition=arn)['taskDefinition']['containerDefinitions'][0]
        assert shown['environment'] == [{'name': 'MARK', 'value': mark}], 'another definition is %s' % arn
    listed = set(pages(ecs, 'list_task_definitions', 'taskDefinitionArns'))
    lost = set(seen.revisions) - listed
    assert not lost, 'acknowledged task definitions lost: %s' % sorted(lost)
    tasks, missing = described(ecs, sorted(seen.tasks))
    assert not missing, 'acknowledged tasks lost: %s' % missing
    for task in tasks:
        assert task.get('startedBy') == seen.tasks[task['taskArn']], 'another task is %s' % task['taskArn']
        if task['taskArn'] in seen.stopped:
            assert task['desiredStatus'] == 'STOPPED', 'an acknowledged stop is lost: %s' % task['taskArn']


def settle(ecs, seen, timeout):
    """Waits until every service has what it wants and every one-off task that was not stopped runs."""
    def services():
        out = []
        names = sorted(seen.services)
        for i in range(0, len(names), 10):
            out += ecs.describe_services(cluster=CLUSTER, services=names[i:i + 10])['services']
        return out

    def steady():
        found = services()
        assert len(found) == len(seen.services), 'acknowledged services lost'
        if any(s['runningCount'] != s['desiredCount'] or len(s['deployments']) != 1 for s in found):
            return False
        tasks, _ = described(ecs, sorted(set(seen.tasks) - seen.stopped))
        return all(t['lastStatus'] == 'RUNNING' or t['desiredStatus'] == 'STOPPED' for t in tasks)

    eventually(steady, timeout=timeout, what='desired counts are reached again')
    for service in services():
        acknowledged, asked = seen.services[service['serviceName']], seen.asked[service['serviceName']]
        allowed = asked if acknowledged is None else asked | {acknowledged}
        assert service['desiredCount'] in allowed, 'an acknowledged desired count is lost: %r %r' % (service, allowed)
        seen.services[service['serviceName']] = service['desiredCount']
        seen.asked[service['serviceName']] = {service['desiredCount']}


def check_adopted(ecs, seen, before):
    """What ran before the kill and was not stopped still is the same run: same containers, same start."""
    tasks, _ = described(ecs, sorted(before))
    for task in tasks:
        if task['desiredStatus'] == 'STOPPED':
            assert task.get('stopCode') in ('UserInitiated', 'ServiceSchedulerInitiated'), \
                'a running task did not survive the restart: %s' % json.dumps(task, default=str)
            continue
        assert (task['lastStatus'], task['startedAt']) == ('RUNNING', before[task['taskArn']][0]), \
            'not adopted: %s' % task['taskArn']
        assert [c.get('runtimeId') for c in task['containers']] == before[task['taskArn']][1], \
            'started twice: %s' % task['taskArn']
    del seen


def engine(*arguments):
    return subprocess.run(['docker'] + list(arguments), check=True, capture_output=True, text=True).stdout


def check_containers(ecs):
    """The engine runs exactly the containers that the model says, one for each, once what was stopped has ended."""
    def differences():
        out = engine('ps', '--no-trunc', '--filter', 'label=com.amazonaws.ecs.cluster=' + CLUSTER, '--format',
                     '{{.ID}} {{.Label "com.amazonaws.ecs.task-arn"}} {{.Label "com.amazonaws.ecs.container-name"}}')
        running = [line.split(' ') for line in out.splitlines()]
        twice = [key for key, n in collections.Counter((arn, name) for _, arn, name in running).items() if n > 1]
        assert not twice, 'containers started twice: %s' % twice
        tasks, _ = described(ecs, pages(ecs, 'list_tasks', 'taskArns', cluster=CLUSTER))
        model = {c['runtimeId']: t['taskArn'] for t in tasks if t['lastStatus'] == 'RUNNING' for c in t['containers']}
        there = {identifier: arn for identifier, arn, _ in running}
        return [] if model == there else ['only in the model: %s' % sorted(set(model.items()) - set(there.items())),
                                          'only on the engine: %s' % sorted(set(there.items()) - set(model.items()))]
    eventually(lambda: not differences(), timeout=60, what='the engine runs what the model says', tell=differences)


def remove_containers():
    left = engine('ps', '-aq', '--filter', 'label=com.amazonaws.ecs.cluster=' + CLUSTER).split()
    if left:
        engine('rm', '-f', *left)


def snapshot(ecs):
    tasks, _ = described(ecs, pages(ecs, 'list_tasks', 'taskArns', cluster=CLUSTER))
    return {t['taskArn']: (t['startedAt'], [c.get('runtimeId') for c in t['containers']])
            for t in tasks if t['lastStatus'] == 'RUNNING'}


def trim(ecs, seen, most):
    """Keeps the harbour small, so that each round is about the kill and not about the crowd."""
    for arn in sorted(set(seen.tasks) - seen.stopped)[most:]:
        ecs.stop_task(cluster=CLUSTER, task=arn)
        seen.stopped.add(arn)


def one_round(server, seen, seed, number, docker):
    dice = random.Random('%s/%d' % (seed, number))
    ecs = server.ecs()
    before = snapshot(ecs)
    stop = threading.Event()
    problems = []

    def work(i):
        try:
            load(server, seen, stop, '%s-%d' % (seed, number), i, docker)
        except Exception as problem:  # pylint: disable=broad-except
            problems.append(problem)
    threads = [threading.Thread(target=work, args=(i,)) for i in range(3 if docker else 6)]
    done = len(seen.revisions)
    for thread in threads:
        thread.start()
    eventually(lambda: len(seen.revisions) > done or problems, what='the load is on')
    time.sleep(dice.uniform(0.02, 1.5 if docker else 0.4))  # the random moment: nothing is awaited here
    server.kill()
    stop.set()
    for thread in threads:
        thread.join()
    assert not problems, 'while the server lived: %r' % problems
    server.start()
    ecs = server.ecs()
    check_acknowledged(ecs, seen)
    settle(ecs, seen, 90 if docker else 30)
    check_adopted(ecs, seen, before)
    check_acknowledged(ecs, seen)
    if docker:
        check_containers(ecs)
    trim(ecs, seen, 3 if docker else 30)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--rounds', type=int, default=50)
    parser.add_argument('--seed', type=int, default=random.randrange(1 << 30))
    parser.add_argument('--runtime', default='simulated')
    options = parser.parse_args()
    docker = options.runtime == 'docker'
    extra = ['--simulated-instances', '3', '--simulated-sizes', '65536:65536']
    if docker:
        extra = ['--docker-socket', os.environ['DOCKER_HOST'][len('unix://'):]]
    passed = failed = 0
    if docker:
        remove_containers()
    with Server(*extra, runtime=options.runtime, env={'ECS_CLUSTER': CLUSTER}) as server:
        ecs = server.ecs()
        ecs.create_cluster(clusterName=CLUSTER)
        eventually(lambda: ecs.list_container_instances(cluster=CLUSTER)['containerInstanceArns'], what='an instance')
        ecs.register_task_definition(family='app', containerDefinitions=[
            container(cpu=1, memory=8, command=['sleep', '100000'], stopTimeout=2)])
        seen = Acknowledged()
        for number in range(options.rounds):
            try:
                one_round(server, seen, options.seed, number, docker)
                passed += 1
                if passed % 10 == 0:
                    print('round %d of %d' % (passed, options.rounds), flush=True)
            except Exception as problem:  # pylint: disable=broad-except
                print('round %d failed (--seed %d): %r\n%s' % (number, options.seed, problem, server.log_tail()))
                failed += options.rounds - number
                break
    if docker:
        remove_containers()
    print('kill loop (%s): %d of %d rounds; acknowledged %d clusters, %d task definitions, %d tasks, %d services' % (
        options.runtime, passed, options.rounds, len(seen.clusters), len(seen.revisions), len(seen.tasks),
        len(seen.services)))
    write_results(passed, failed)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
