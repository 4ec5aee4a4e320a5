// The capacity providers of a cluster: how they scale, and the machines that they have.
import { ActionButton } from '../actions/action';
import { updateProvider } from '../actions/capacity';
import { useLive } from '../api/use';
import type { Change } from '../api/live';
import { nameOf, type CapacityProvider, type ContainerInstance } from '../api/types';
import { capacity, type InstanceGroup, type Machine, type Provider } from '../data/capacity';
import { inCluster } from '../data/clusters';
import { Badge } from '../ui/badge';
import { Await, Empty, Facts } from '../ui/parts';
import { Link, path } from '../ui/router';
import { Table, type Column } from '../ui/table';
import { clockTime, duration, hueOf, plural, words } from '../ui/text';
import { zoneOf } from './instances';
import { Reasons, useWhy } from './why';

const KINDS: Record<string, string> = {
  EC2_AUTOSCALING: 'Auto Scaling group', MANAGED_INSTANCES: 'managed instances', FARGATE: 'Fargate', FARGATE_SPOT: 'Fargate Spot' };

export const capacityPath = (cluster: string): string => path('clusters', cluster, 'capacity');

/** A provider's name with its colour, on the way to the page of the cluster's capacity. */
export function ProviderLink({ cluster, name }: { cluster: string; name: string }) {
  return <span class="provider"><span class={`key hue${hueOf(name)}`} /> <Link to={capacityPath(cluster)}>{name}</Link></span>;
}

const affectsCapacity = (cluster: string) => {
  const here = inCluster(cluster);
  const kinds = new Set(['capacityProvider', 'instanceGroup', 'cluster', 'containerInstance']);
  return (change: Change) => kinds.has(change.kind) && (change.kind === 'capacityProvider' || here(change));
};

const MOST_DRAWN = 60;
const TONES: Record<Machine['status'], string> = { REGISTERED: 'here', LAUNCHED: 'comes', TERMINATING: 'goes' };

/** A square for each machine, and for each that the group might still get. */
function Slots({ group }: { group: InstanceGroup }) {
  const machines = group.machines.slice(0, MOST_DRAWN);
  const free = Math.min(Math.max(0, group.maximum - machines.length), MOST_DRAWN - machines.length);
  return (
    <p class="slots">
      <span role="img" aria-label={`${plural(group.machines.length, 'machine')} of at most ${group.maximum}`}>
        {machines.map((machine) => <span key={machine.instanceId} class={`slot ${TONES[machine.status]}`} title={`${machine.instanceId}, ${words(machine.status)}`} />)}
        {Array.from({ length: free }, (_, at) => <span key={at} class={`slot${at + machines.length < group.desired ? ' wanted' : ''}`} />)}
      </span>
      <span class="quiet">minimum {group.minimum} · desired {group.desired} · maximum {group.maximum}</span>
    </p>
  );
}

interface Row { id: string; zone: string; state?: Machine['status']; at: number; instance?: ContainerInstance }

/** The machines of the group, and the instances that say of themselves that they are the provider's. */
function rowsOf({ group, instances }: Provider): Row[] {
  const left = new Map(instances.map((one) => [one.containerInstanceArn, one]));
  const rows = (group?.machines ?? []).map((machine): Row => {
    const instance = left.get(machine.containerInstanceArn ?? '');
    if (instance) left.delete(instance.containerInstanceArn);
    return { id: machine.instanceId, zone: machine.zone, state: machine.status, at: Date.parse(machine.launchedAt) / 1000, ...(instance ? { instance } : {}) };
  });
  for (const instance of left.values()) {
    rows.push({ id: instance.ec2InstanceId ?? nameOf(instance.containerInstanceArn).slice(0, 12), zone: zoneOf(instance), at: instance.registeredAt, instance });
  }
  return rows;
}

const tasksOf = ({ instance }: Row): number => (instance ? instance.runningTasksCount + instance.pendingTasksCount : 0);

const columns = (cluster: string): Column<Row>[] => [
  { title: 'Machine', width: 'minmax(9rem, 2fr)', narrow: 'minmax(0, 1fr)', sort: (r) => r.id,
    show: (r) => (r.instance ? <Link class="id" to={path('clusters', cluster, 'instances', nameOf(r.instance.containerInstanceArn))}>{r.id}</Link> : <span class="id">{r.id}</span>) },
  { title: 'State', width: 'minmax(7rem, 1fr)', narrow: '7rem', sort: (r) => r.state ?? '', show: (r) => (r.state ? <Badge status={r.state} /> : <span class="quiet">of no group</span>) },
  { title: 'Container instance', width: 'minmax(7rem, 1fr)', extra: true, sort: (r) => r.instance?.status ?? '', show: (r) => (r.instance ? <Badge status={r.instance.status} /> : '–') },
  { title: 'Tasks', width: '5rem', narrow: '3.6rem', number: true, sort: tasksOf, show: (r) => (r.instance ? tasksOf(r) : '–') },
  { title: 'Zone', width: 'minmax(6rem, 1fr)', extra: true, sort: (r) => r.zone, show: (r) => r.zone },
  { title: 'Since', width: 'minmax(6rem, 1fr)', extra: true, number: true, sort: (r) => r.at, show: (r) => clockTime(r.at) },
];

/** DISABLED, with what AWS does then. */
const onOff = (value: string | undefined): string | undefined => value && words(value);

function scalingFacts({ autoScalingGroupProvider: asg, managedInstancesProvider: managed }: CapacityProvider): [string, string | undefined][] {
  if (managed) {
    const after = managed.infrastructureOptimization?.scaleInAfter;
    return [['Managed scaling', 'always, to what is needed'], ['Scale in after', after === undefined ? undefined : after < 0 ? 'never' : duration(after)]];
  }
  if (!asg) return [];
  const { status, targetCapacity, minimumScalingStepSize: least, maximumScalingStepSize: most, instanceWarmupPeriod: warmup } = asg.managedScaling ?? {};
  return [
    ['Managed scaling', status === 'ENABLED' ? `enabled, target ${targetCapacity}%` : 'disabled'],
    ['Steps', status === 'ENABLED' ? `${least} to ${most} machines` : undefined],
    ['Warmup', status === 'ENABLED' && warmup ? duration(warmup) : undefined],
    ['Termination protection', onOff(asg.managedTerminationProtection)], ['Managed draining', onOff(asg.managedDraining)],
  ];
}

function Panel({ of, cluster }: { of: Provider; cluster: string }) {
  const { provider, strategy, group, reservation } = of;
  const asg = provider.autoScalingGroupProvider;
  const reasons = useWhy(provider.type?.startsWith('FARGATE') ? undefined : provider.capacityProviderArn).data?.reasons ?? [];
  const load = reasons.filter((one) => one.code === 'RESERVATION');
  const rows = rowsOf(of);
  return (
    <section class="panel" aria-label={provider.name}>
      <div class="section-head">
        <h2><span class={`key hue${hueOf(provider.name)}`} /> {provider.name} <Badge status={provider.status} /> {provider.updateStatus && /PROGRESS|FAILED/.test(provider.updateStatus) ? <Badge status={provider.updateStatus} /> : null}</h2>
        {asg ? <ActionButton label="Change" make={() => updateProvider(provider)} /> : null}
      </div>
      <Facts of={[
        ['Kind', KINDS[provider.type ?? ''] ?? provider.type],
        ['Default strategy', strategy ? `base ${strategy.base}, weight ${strategy.weight}` : 'not part of it'],
        ...scalingFacts(provider),
        ['Reservation', reservation ? `${Math.round(reservation.percent)}% at ${clockTime(reservation.at)}` : undefined],
        ['Group', group ? `${group.name}, ${group.cpu} CPU units and ${group.memory} MiB each` : asg ? nameOf(asg.autoScalingGroupArn) : undefined],
        ['Machines in', group?.cluster && group.cluster !== cluster ? <Link to={capacityPath(group.cluster)}>{group.cluster}</Link> : undefined],
      ]} />
      {group ? <Slots group={group} /> : null}
      {load.map((one) => <p key={one.message} class="quiet">{one.message}</p>)}
      <Reasons of={reasons.filter((one) => !load.includes(one))} cluster={cluster} />
      {rows.length ? <Table label={`Machines of ${provider.name}`} rows={rows} columns={columns(cluster)} id={(r) => r.id} empty="" /> : null}
    </section>
  );
}

export function CapacityView({ cluster }: { cluster: string }) {
  const loaded = useLive(`capacity ${cluster}`, () => capacity(cluster), affectsCapacity(cluster));
  return (
    <Await of={loaded}>
      {(all) => (all.length === 0
        ? <Empty>This cluster has no capacity providers: its tasks run on its container instances, or on Fargate, by their launch type.</Empty>
        : all.map((one) => <Panel key={one.provider.name} of={one} cluster={cluster} />))}
    </Await>
  );
}
