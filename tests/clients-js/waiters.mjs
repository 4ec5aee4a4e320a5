// Every waiter of the SDK: reaching its state, and noticing at once that it never will.
import * as ecs from '@aws-sdk/client-ecs';
import assert from 'node:assert/strict';
import { waiting } from './world.mjs';

const reach = async (world, name, input) => {
  const result = await ecs[`waitUntil${name}`](waiting(world.client), input);
  assert.equal(result.state, 'SUCCESS');
};
const fail = (world, name, input) =>
  assert.rejects(ecs[`waitUntil${name}`](waiting(world.client), input), (error) => error.name !== 'TimeoutError');

export const waiters = {
  async TasksRunning(world) {
    const { cluster, family } = await world.cluster();
    const { tasks } = await world.send('RunTask', { cluster, taskDefinition: family, count: 3 });
    const input = { cluster, tasks: tasks.map((task) => task.taskArn) };
    await reach(world, 'TasksRunning', input);
    await world.send('StopTask', { cluster, task: input.tasks[0] });
    await reach(world, 'TasksStopped', { cluster, tasks: [input.tasks[0]] });
    await fail(world, 'TasksRunning', input);
    await fail(world, 'TasksRunning', { cluster, tasks: ['0'.repeat(32)] });
  },
  async TasksStopped(world) {
    const { cluster, family } = await world.cluster();
    const { tasks } = await world.send('RunTask', { cluster, taskDefinition: family, count: 2 });
    for (const { taskArn } of tasks) await world.send('StopTask', { cluster, task: taskArn });
    await reach(world, 'TasksStopped', { cluster, tasks: tasks.map((task) => task.taskArn) });
  },
  async ServicesStable(world) {
    const { cluster } = await world.services(2, { desiredCount: 2 });
    await reach(world, 'ServicesStable', { cluster, services: ['s0', 's1'] });
    await world.send('UpdateService', { cluster, service: 's0', forceNewDeployment: true });
    await reach(world, 'ServicesStable', { cluster, services: ['s0'] });
    await fail(world, 'ServicesStable', { cluster, services: ['s0', 'nothing'] });
    await world.send('DeleteService', { cluster, service: 's1', force: true });
    await reach(world, 'ServicesInactive', { cluster, services: ['s1'] });
    await fail(world, 'ServicesStable', { cluster, services: ['s1'] });
  },
  async ServicesInactive(world) {
    const { cluster } = await world.services(1, { desiredCount: 1 });
    await world.send('DeleteService', { cluster, service: 's0', force: true });
    await reach(world, 'ServicesInactive', { cluster, services: ['s0'] });
    await fail(world, 'ServicesInactive', { cluster, services: ['nothing'] });
  },
  async DaemonActive(world) {
    const { daemonArn } = await world.daemon();
    await reach(world, 'DaemonActive', { daemonArn });
  },
  async DaemonDeploymentSuccessful(world) {
    const { deploymentArn } = await world.daemon();
    await reach(world, 'DaemonDeploymentSuccessful', { daemonDeploymentArns: [deploymentArn] });
  },
  async DaemonDeploymentStopped(world) {
    const { deploymentArn } = await world.daemon();
    await fail(world, 'DaemonDeploymentStopped', { daemonDeploymentArns: [`${deploymentArn}x`] });
  },
  async DaemonTaskDefinitionActive(world) {
    const { daemonTaskDefinitionArn } = await world.daemon();
    await reach(world, 'DaemonTaskDefinitionActive', { daemonTaskDefinition: daemonTaskDefinitionArn });
  },
  async DaemonTaskDefinitionDeleted(world) {
    const { daemonTaskDefinitionArn } = await world.send('RegisterDaemonTaskDefinition', {
      family: 'gone', containerDefinitions: [{ name: 'main', image: 'x', memory: 8 }] });
    await world.send('DeleteDaemonTaskDefinition', { daemonTaskDefinition: daemonTaskDefinitionArn });
    await reach(world, 'DaemonTaskDefinitionDeleted', { daemonTaskDefinition: daemonTaskDefinitionArn });
  },
};
