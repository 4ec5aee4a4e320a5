import { useState } from 'preact/hooks';
import { ActionButton } from '../actions/action';
import { stopTask } from '../actions/actions';
import { call } from '../api/call';
import { useEvery, useLive } from '../api/use';
import { nameOf, type Container, type Task } from '../api/types';
import { useNow } from '../data/clock';
import { Timeline } from '../drawings/timeline';
import { Badge } from '../ui/badge';
import { Arn, Await, Crumbs, Empty, Facts, Head, Json, Section, Tabs } from '../ui/parts';
import { Link, path } from '../ui/router';
import { clockTime } from '../ui/text';
import { ProviderLink } from './capacity';
import { Logs } from './logs';
import { Shell } from './shell';
import { Why } from './why';

async function taskOf(cluster: string, id: string): Promise<Task | null> {
  const found = await call('DescribeTasks', { cluster, tasks: [id], include: ['TAGS'] });
  return found.tasks[0] ?? null;
}

function Ports({ of }: { of: Container }) {
  const bindings = of.networkBindings ?? [];
  if (bindings.length === 0) return null;
  return (
    <span>
      {bindings.map((binding) => {
        const text = `${binding.hostPort ?? binding.hostPortRange} → ${binding.containerPort ?? binding.containerPortRange}/${binding.protocol}`;
        return <span key={text} class="port">{text}</span>;
      })}
    </span>
  );
}

function Containers({ of }: { of: Task }) {
  return (
    <div class="cards">
      {of.containers.map((container) => (
        <article class="card" key={container.containerArn}>
          <div class="section-head"><h3>{container.name}</h3><span>{container.healthStatus && container.healthStatus !== 'UNKNOWN' ? <Badge status={container.healthStatus} /> : null} <Badge status={container.lastStatus} /></span></div>
          <Facts of={[
            ['Image', <code>{container.image}</code>],
            ['Exit code', container.exitCode === undefined ? undefined : <b class={container.exitCode ? 'bad-text' : ''}>{container.exitCode}</b>],
            ['Reason', container.reason], ['Ports', (container.networkBindings?.length ?? 0) > 0 ? <Ports of={container} /> : undefined],
            ['Reserves', [container.cpu && container.cpu !== '0' ? `${container.cpu} CPU units` : '', container.memory ? `${container.memory} MiB` : ''].filter(Boolean).join(', ')],
            ['Exec agent', container.managedAgents?.map((agent) => agent.lastStatus.toLowerCase()).join(', ')],
            ['Runtime id', container.runtimeId ? <code>{container.runtimeId.slice(0, 24)}</code> : undefined],
          ]} />
        </article>
      ))}
    </div>
  );
}

function Overview({ of, cluster }: { of: Task; cluster: string }) {
  const now = useNow();
  const [, tick] = useState(0);
  useEvery(1000, () => of.lastStatus !== 'STOPPED' && tick((n) => n + 1));
  const definition = nameOf(of.taskDefinitionArn);
  const group = of.group?.startsWith('service:') ? of.group.slice(8) : undefined;
  const daemon = of.group?.startsWith('daemon:') ? of.group.slice(7) : undefined;
  return (
    <>
      {of.stoppedReason ? (
        <div class="why"><p><strong>{of.stoppedReason}</strong></p><p class="quiet">{of.stopCode}</p></div>
      ) : null}
      <Why arn={of.taskArn} cluster={cluster} />
      <Section title="Timeline"><Timeline task={of} now={now} /></Section>
      <Section title="Containers"><Containers of={of} /></Section>
      <Section title="Task">
        <Facts of={[
          ['ARN', <Arn arn={of.taskArn} />],
          ['Task definition', <Link to={daemon ? path('clusters', cluster, 'daemons', daemon, 'configuration') : path('task-definitions', ...definition.split(':'))}>{definition}</Link>],
          ['Service', group ? <Link to={path('clusters', cluster, 'services', group)}>{group}</Link> : undefined],
          ['Daemon', daemon ? <Link to={path('clusters', cluster, 'daemons', daemon)}>{daemon}</Link> : undefined],
          ['Group', group || daemon ? undefined : of.group],
          ['Container instance', of.containerInstanceArn ? <Link class="id" to={path('clusters', cluster, 'instances', nameOf(of.containerInstanceArn))}>{nameOf(of.containerInstanceArn)}</Link> : undefined],
          ['Launch type', of.launchType], ['Capacity provider', of.capacityProviderName ? <ProviderLink cluster={cluster} name={of.capacityProviderName} /> : undefined], ['Zone', of.availabilityZone],
          ['Reserves', [of.cpu && of.cpu !== '0' ? `${of.cpu} CPU units` : '', of.memory ? `${of.memory} MiB` : ''].filter(Boolean).join(', ')],
          ['Started by', of.startedBy], ['Created', clockTime(of.createdAt)], ['Wanted', of.desiredStatus.toLowerCase()],
          ['Health', of.healthStatus?.toLowerCase()], ['Connectivity', of.connectivity?.toLowerCase()],
          ...(of.tags ?? []).map((tag): [string, string] => [`Tag ${tag.key}`, tag.value ?? '']),
        ]} />
      </Section>
    </>
  );
}

export function TaskPage({ cluster, id, view }: { cluster: string; id: string; view: string }) {
  const loaded = useLive(`task ${cluster} ${id}`, () => taskOf(cluster, id), (change) => change.kind === 'task' && (change.many === true || change.arn?.endsWith(id) === true));
  const at = path('clusters', cluster, 'tasks', id);
  return (
    <>
      <Crumbs trail={[['Clusters', '/'], [cluster, path('clusters', cluster)], ['Tasks', path('clusters', cluster, 'tasks')], [`${id.slice(0, 12)}…`]]} />
      <Await of={loaded} title="Task">
        {(task) => task === null ? <><Head title="Task" /><Empty>No task of this id: it may have been forgotten, as ECS forgets stopped tasks.</Empty></> : (
          <>
            <Head title={<><span class="id">{id.slice(0, 12)}…</span> <Badge status={task.lastStatus} /></>}>
              <ActionButton label="Stop" make={() => stopTask(task)} disabled={task.desiredStatus === 'STOPPED'} />
            </Head>
            <Tabs now={view} tabs={[['overview', 'Overview', at], ['logs', 'Logs', `${at}/logs`], ['shell', 'Shell', `${at}/shell`], ['why', 'Why', `${at}/why`], ['metadata', 'Metadata', `${at}/metadata`]]} />
            {view === 'logs' ? <Logs task={task} /> : view === 'shell' ? <Shell task={task} />
              : view === 'why' ? <Why arn={task.taskArn} cluster={cluster} always />
              : view === 'metadata' ? <Json of={task} /> : <Overview of={task} cluster={cluster} />}
          </>
        )}
      </Await>
    </>
  );
}
