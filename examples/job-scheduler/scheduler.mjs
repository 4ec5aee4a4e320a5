// Runs jobs as one-off tasks, at most `width` at a time, each again when it fails, up to `attempts` times. It knows
// nothing of Drydock.

import { DescribeTasksCommand, RunTaskCommand, waitUntilTasksStopped } from '@aws-sdk/client-ecs';

async function runOnce(ecs, { cluster, taskDefinition }, job) {
  const { tasks, failures } = await ecs.send(new RunTaskCommand({
    cluster, taskDefinition, startedBy: job.name.slice(0, 36),
    overrides: { containerOverrides: [{ name: 'job', command: job.command }] },
  }));
  if (failures?.length) throw new Error(`${job.name} cannot run: ${failures[0].reason}`);
  const arn = tasks[0].taskArn;
  await waitUntilTasksStopped({ client: ecs, maxWaitTime: 300, minDelay: 1, maxDelay: 2 }, { cluster, tasks: [arn] });
  const stopped = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
  return stopped.tasks[0].containers[0].exitCode;
}

/** {name, exitCode, attempts} of every job, in the order given. */
export async function runJobs(ecs, where, jobs, { width = 2, attempts = 2 } = {}) {
  const results = [];
  const waiting = jobs.map((job, index) => ({ job, index }));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      let exitCode;
      let tries = 0;
      do {
        exitCode = await runOnce(ecs, where, next.job);
        tries += 1;
      } while (exitCode !== 0 && tries < attempts);
      results[next.index] = { name: next.job.name, exitCode, attempts: tries };
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
