import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CreateClusterCommand, ECSClient, ListTasksCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';

import { startDrydock } from '../../testing/node/drydock.mjs';
import { runJobs } from './scheduler.mjs';

let drydock;
before(async () => { drydock = await startDrydock(); });
after(() => drydock.stop());

async function cluster(exitCode) {
  const world = drydock.world();
  const ecs = new ECSClient(world.clientConfig);
  await ecs.send(new CreateClusterCommand({ clusterName: 'jobs' }));
  await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'job',
    containerDefinitions: [{
      name: 'job', image: 'jobs:1', cpu: 10, memory: 32,
      dockerLabels: { 'drydock.simulated.run-for': '0.1', 'drydock.simulated.exit-code': String(exitCode) },
    }],
  }));
  return ecs;
}

const JOBS = ['a', 'b', 'c'].map((name) => ({ name, command: ['run', name] }));

test('every job runs once when all is well', async () => {
  const ecs = await cluster(0);
  const results = await runJobs(ecs, { cluster: 'jobs', taskDefinition: 'job' }, JOBS);
  assert.deepEqual(results, JOBS.map(({ name }) => ({ name, exitCode: 0, attempts: 1 })));
  const stopped = await ecs.send(new ListTasksCommand({ cluster: 'jobs', desiredStatus: 'STOPPED' }));
  assert.equal(stopped.taskArns.length, 3);
});

test('a job that fails is tried again and reported', async () => {
  const ecs = await cluster(7);
  const results = await runJobs(ecs, { cluster: 'jobs', taskDefinition: 'job' }, JOBS.slice(0, 1), { attempts: 3 });
  assert.deepEqual(results, [{ name: 'a', exitCode: 7, attempts: 3 }]);
});

test('a job that fits nowhere says why', async () => {
  const ecs = await cluster(0);
  await ecs.send(new RegisterTaskDefinitionCommand({
    family: 'huge', containerDefinitions: [{ name: 'job', image: 'jobs:1', memory: 10_000_000 }],
  }));
  await assert.rejects(runJobs(ecs, { cluster: 'jobs', taskDefinition: 'huge' }, JOBS), /RESOURCE:MEMORY/);
});
