// The capacity providers of a cluster, with the groups of machines that stand behind them.
import { admin, call, listAll } from '../api/call';
import { world } from '../api/facts';
import type { CapacityProvider, Cluster, ContainerInstance } from '../api/types';
import { instances } from './clusters';

/** As /_drydock/instance-groups has it (docs/capacity.md). */
export interface Machine { instanceId: string; zone: string; launchedAt: string; status: 'LAUNCHED' | 'REGISTERED' | 'TERMINATING'; containerInstanceArn?: string }
export interface InstanceGroup {
  name: string; account: string; region: string; minimum: number; maximum: number; desired: number; cpu: number; memory: number;
  capacityProvider?: string; cluster?: string; machines: Machine[];
}

export interface Provider {
  provider: CapacityProvider;
  /** In the cluster's default strategy; nothing when it is not in it. */
  strategy?: { base: number; weight: number };
  group?: InstanceGroup;
  instances: ContainerInstance[];
  /** CapacityProviderReservation, as CloudWatch has it: once a minute. */
  reservation?: { percent: number; at: number };
}

const HOUR = 3600;

async function reservationOf(provider: CapacityProvider, cluster: string, now: number): Promise<Provider['reservation']> {
  const told = await call<{ Datapoints: { Timestamp: number; Average: number }[] }>('GetMetricStatistics', {
    Namespace: 'AWS/ECS/ManagedScaling', MetricName: 'CapacityProviderReservation', Period: 60, Statistics: ['Average'],
    Dimensions: [{ Name: 'CapacityProviderName', Value: provider.name }, { Name: 'ClusterName', Value: cluster }],
    StartTime: now - HOUR, EndTime: now + 60,
  }, 'cloudwatch');
  const newest = told.Datapoints.sort((a, b) => b.Timestamp - a.Timestamp)[0];
  return newest && { percent: newest.Average, at: newest.Timestamp };
}

const here = (group: InstanceGroup): boolean => group.account === world.account && group.region === world.region;

/** The name of the Auto Scaling group in its ARN; managed instances have the provider's own. */
const groupNameOf = ({ name, autoScalingGroupProvider: asg }: CapacityProvider): string =>
  asg ? asg.autoScalingGroupArn.split('autoScalingGroupName/')[1] ?? '' : name;

const strategyOf = (cluster: Cluster | undefined, name: string): Pick<Provider, 'strategy'> => {
  const item = cluster?.defaultCapacityProviderStrategy?.find((one) => one.capacityProvider === name);
  return item ? { strategy: { base: item.base ?? 0, weight: item.weight ?? 0 } } : {};
};

/** Those of the default strategy first, those without machines last. */
const rank = ({ strategy, provider }: Provider): number => (strategy ? 0 : provider.type?.startsWith('FARGATE') ? 2 : 1);

export async function capacity(cluster: string): Promise<Provider[]> {
  const [described, providers, { instanceGroups }, machines, { epochMillis }] = await Promise.all([
    call<{ clusters: Cluster[] }>('DescribeClusters', { clusters: [cluster] }),
    listAll<CapacityProvider>('DescribeCapacityProviders', 'capacityProviders', { cluster }),
    admin<{ instanceGroups: InstanceGroup[] }>('instance-groups'),
    instances(cluster),
    admin<{ epochMillis: number }>('clock'),
  ]);
  const all = await Promise.all(providers.map(async (provider): Promise<Provider> => {
    const fargate = provider.type?.startsWith('FARGATE');
    const group = fargate ? undefined : instanceGroups.find((one) => here(one) && one.name === groupNameOf(provider));
    const reservation = fargate ? undefined : await reservationOf(provider, cluster, epochMillis / 1000);
    return {
      provider, ...strategyOf(described.clusters[0], provider.name), ...(group ? { group } : {}), ...(reservation ? { reservation } : {}),
      instances: machines.filter((one) => one.capacityProviderName === provider.name) };
  }));
  return all.sort((a, b) => rank(a) - rank(b));
}
