// Container instances, zone beside zone.
import { ActionButton } from '../actions/action';
import { drain } from '../actions/actions';
import { useLive } from '../api/use';
import { nameOf, type ContainerInstance, type Task } from '../api/types';
import { inCluster, instances } from '../data/clusters';
import { useTasks } from '../data/tasks';
import { InstanceDrawing, Legend } from '../drawings/instance';
import { Badge } from '../ui/badge';
import { Arn, Await, Crumbs, Empty, Facts, Head, Json, Section } from '../ui/parts';
import { Link, path } from '../ui/router';
import { clockTime, plural } from '../ui/text';
import { ProviderLink } from './capacity';
import { TaskTable } from './task_table';

export const zoneOf = (instance: ContainerInstance): string =>
  instance.attributes.find((attribute) => attribute.name === 'ecs.availability-zone')?.value ?? 'no zone';

const MOST_DRAWN = 60; // of a zone; the others are named in a table

function byInstance(tasks: Task[]): Map<string, Task[]> {
  const map = new Map<string, Task[]>();
  for (const task of tasks) {
    if (!task.containerInstanceArn || task.lastStatus === 'STOPPED') continue;
    const list = map.get(task.containerInstanceArn);
    if (list) list.push(task);
    else map.set(task.containerInstanceArn, [task]);
  }
  return map;
}

function Card({ instance, tasks, cluster }: { instance: ContainerInstance; tasks: Task[]; cluster: string }) {
  const id = nameOf(instance.containerInstanceArn);
  return (
    <article class="card">
      <div class="section-head">
        <h3><Link class="id" to={path('clusters', cluster, 'instances', id)}>{instance.ec2InstanceId ?? id.slice(0, 12)}</Link></h3>
        <span>{instance.agentConnected ? null : <Badge status="DISCONNECTED" />} <Badge status={instance.status} /></span>
      </div>
      <InstanceDrawing instance={instance} tasks={tasks} />
      <p class="quiet">{plural(instance.runningTasksCount, 'task')} running{instance.pendingTasksCount ? `, ${instance.pendingTasksCount} pending` : ''}
        {instance.capacityProviderName ? <> · <ProviderLink cluster={cluster} name={instance.capacityProviderName} /></> : null}</p>
    </article>
  );
}

const affectsInstances = (cluster: string) => {
  const here = inCluster(cluster);
  return (change: Parameters<typeof here>[0]) => here(change) && (change.kind === 'containerInstance' || change.kind === 'task');
};

export function InstancesView({ cluster, service }: { cluster: string; service?: string }) {
  const loaded = useLive(`instances ${cluster}`, () => instances(cluster), affectsInstances(cluster));
  const tasks = useTasks({ cluster });
  return (
    <Await of={loaded}>
      {(all) => {
        const here = byInstance(tasks.data ?? []);
        const group = `service:${service}`;
        const wanted = service ? all.filter((one) => here.get(one.containerInstanceArn)?.some((task) => task.group === group)) : all;
        const zones = [...new Set(wanted.map(zoneOf))].sort();
        if (wanted.length === 0) return <Empty>{service ? 'No task of this service runs on a container instance.' : 'No container instances in this cluster.'}</Empty>;
        return (
          <>
            <Legend tasks={wanted.flatMap((one) => here.get(one.containerInstanceArn) ?? [])} />
            <div class="zones">
              {zones.map((zone) => {
                const some = wanted.filter((one) => zoneOf(one) === zone);
                return (
                  <div class="zone" key={zone}>
                    <h2>{zone} <span class="quiet">{plural(some.length, 'instance')}</span></h2>
                    {some.slice(0, MOST_DRAWN).map((one) => <Card key={one.containerInstanceArn} instance={one} cluster={cluster} tasks={here.get(one.containerInstanceArn) ?? []} />)}
                    {some.length > MOST_DRAWN ? <p class="quiet">and {some.length - MOST_DRAWN} more</p> : null}
                  </div>
                );
              })}
            </div>
          </>
        );
      }}
    </Await>
  );
}

export function InstancePage({ cluster, id }: { cluster: string; id: string }) {
  const loaded = useLive(`instances ${cluster}`, () => instances(cluster), affectsInstances(cluster));
  const tasks = useTasks({ cluster });
  return (
    <>
      <Crumbs trail={[['Clusters', '/'], [cluster, path('clusters', cluster)], ['Container instances', path('clusters', cluster, 'instances')], [id.slice(0, 12) + '…']]} />
      <Await of={loaded} title="Container instance">
        {(all) => {
          const instance = all.find((one) => nameOf(one.containerInstanceArn) === id);
          if (!instance) return <><Head title="Container instance" /><Empty>It is not registered (any more).</Empty></>;
          const here = (tasks.data ?? []).filter((task) => task.containerInstanceArn === instance.containerInstanceArn);
          return (
            <>
              <Head title={<>{instance.ec2InstanceId ?? id.slice(0, 12)} <Badge status={instance.status} /></>}>
                <ActionButton label={instance.status === 'DRAINING' ? 'Activate' : 'Drain'} make={() => drain(cluster, instance)} />
              </Head>
              {instance.statusReason ? <p>{instance.statusReason}</p> : null}
              <div class="panel"><Legend tasks={here} /><InstanceDrawing instance={instance} tasks={here.filter((task) => task.lastStatus !== 'STOPPED')} /></div>
              <Facts of={[['ARN', <Arn arn={instance.containerInstanceArn} />], ['Zone', zoneOf(instance)], ['Agent', `${instance.agentConnected ? 'connected' : 'disconnected'}, version ${instance.versionInfo?.agentVersion ?? '?'}`],
                ['Registered', clockTime(instance.registeredAt)], ['Capacity provider', instance.capacityProviderName ? <ProviderLink cluster={cluster} name={instance.capacityProviderName} /> : undefined]]} />
              <Section title="Tasks here"><TaskTable tasks={here} cluster={cluster} /></Section>
              <Section title="Attributes"><Json of={Object.fromEntries(instance.attributes.map((attribute) => [attribute.name, attribute.value ?? null]))} /></Section>
            </>
          );
        }}
      </Await>
    </>
  );
}
