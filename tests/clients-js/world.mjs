// What the tests share: a client, and clusters, task definitions and services to look at.
import * as ecs from '@aws-sdk/client-ecs';
import { setTimeout as sleep } from 'node:timers/promises';

export const waiting = (client) => ({ client, minDelay: 0.05, maxDelay: 0.2, maxWaitTime: 20 });

export function clientOf(url) {
  return new ecs.ECSClient({
    endpoint: url, region: 'us-east-1', maxAttempts: 1, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}

/** Repeats `probe` until it gives something true, and returns that. */
export async function eventually(what, probe) {
  for (const deadline = Date.now() + 20000; Date.now() < deadline; await sleep(20)) {
    const found = await probe();
    if (found) return found;
  }
  throw new Error(`not within 20 s: ${what}`);
}

/** A client with short calls: world.send('CreateCluster', {...}). */
export class World {
  constructor(url) {
    this.client = clientOf(url);
    this.count = 0;
  }

  send(operation, input = {}) {
    return this.client.send(new ecs[`${operation}Command`](input));
  }

  /** Names of a cluster and a family of this test's own, with an instance in the cluster. */
  async cluster() {
    const name = `js-${++this.count}`;
    await this.send('CreateCluster', { clusterName: name });
    await this.send('RegisterTaskDefinition', {
      family: name,
      containerDefinitions: [{ name: 'main', image: 'drydock-test/busybox', cpu: 1, memory: 4, stopTimeout: 2 }],
    });
    const instance = await eventually('an instance', async () =>
      (await this.send('ListContainerInstances', { cluster: name })).containerInstanceArns[0]);
    return { cluster: name, family: name, instance };
  }

  async services(count, more = {}) {
    const world = await this.cluster();
    for (let i = 0; i < count; ++i) {
      await this.send('CreateService', {
        cluster: world.cluster, serviceName: `s${i}`, taskDefinition: world.family, desiredCount: 0, ...more });
    }
    return world;
  }

  /** A managed daemon in a cluster of its own. */
  async daemon() {
    const { cluster } = await this.cluster();
    const { clusters } = await this.send('DescribeClusters', { clusters: [cluster] });
    const role = 'arn:aws:iam::000000000000:role/contract';
    const { daemonTaskDefinitionArn } = await this.send('RegisterDaemonTaskDefinition', {
      family: cluster, containerDefinitions: [{ name: 'main', image: 'drydock-test/busybox', memory: 8 }] });
    const { capacityProvider } = await this.send('CreateCapacityProvider', {
      name: `${cluster}-managed`, cluster,
      managedInstancesProvider: {
        infrastructureRoleArn: role,
        instanceLaunchTemplate: {
          ec2InstanceProfileArn: 'arn:aws:iam::000000000000:instance-profile/p',
          networkConfiguration: { subnets: ['subnet-1'] } },
      },
    });
    const daemon = await this.send('CreateDaemon', {
      clusterArn: clusters[0].clusterArn, daemonName: cluster, daemonTaskDefinitionArn,
      capacityProviderArns: [capacityProvider.capacityProviderArn] });
    return { ...daemon, daemonTaskDefinitionArn };
  }
}
