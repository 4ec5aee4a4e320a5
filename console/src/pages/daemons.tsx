// Daemons: one task on every instance of their capacity providers; where it runs, where there is no room for it, and
// how its revisions are brought.
import { ActionButton } from '../actions/action';
import { deleteDaemon, updateDaemon } from '../actions/daemons';
import { call, listAll } from '../api/call';
import { useLive } from '../api/use';
import { nameOf, type ContainerInstance, type Refused, type Task } from '../api/types';
import { inCluster } from '../data/clusters';
import { daemonName, daemonNamed, daemons, deploymentsOf, providersOf, runningOf, type DaemonDeployment, type DaemonRevision, type Definitions, type ShownDaemon } from '../data/daemons';
import { useTasks } from '../data/tasks';
import { Breaker } from '../drawings/deployment';
import { Badge } from '../ui/badge';
import { Arn, Await, Crumbs, Empty, Facts, Head, Json, Problem, Section, Tabs } from '../ui/parts';
import { Link, go, path } from '../ui/router';
import { Table, type Column } from '../ui/table';
import { clockTime, duration, plural } from '../ui/text';
import { ProviderLink } from './capacity';
import { zoneOf } from './instances';
import { TaskTable } from './task_table';
import { Sentences, useWhy } from './why';

const pathOf = (cluster: string, name: string, ...more: string[]): string => path('clusters', cluster, 'daemons', name, ...more);

/** What it is at, where it is several things at once: the newest of its revisions. */
const currentRevision = ({ daemon, deployment, revisions }: ShownDaemon): DaemonRevision | undefined =>
  revisions.get(deployment?.targetDaemonRevision?.arn ?? daemon.currentRevisions[daemon.currentRevisions.length - 1]?.arn ?? '');
const definitionOf = (one: ShownDaemon): string => nameOf(currentRevision(one)?.daemonTaskDefinitionArn ?? '');
/** Those that are to have a task. */
const wantedOf = ({ instances }: ShownDaemon): number => instances.filter(({ status }) => status === 'ACTIVE').length;

function Counts({ of }: { of: ShownDaemon }) {
  const running = runningOf(of.daemon);
  const whole = Math.max(wantedOf(of), running, 1);
  return (
    <span class="counts">
      <svg width="64" height="8" viewBox="0 0 64 8" aria-hidden="true">
        <rect class="track" width="64" height="8" rx="2" />
        <rect class={running < wantedOf(of) ? 'fill moving' : 'fill'} width={(64 * running) / whole} height="8" rx="2" />
      </svg>
      {running} of {wantedOf(of)}
    </span>
  );
}

const columns = (cluster: string): Column<ShownDaemon>[] => [
  { title: 'Daemon', width: 'minmax(8rem, 2fr)', narrow: 'minmax(0, 1fr)', sort: ({ daemon }) => daemonName(daemon), show: ({ daemon }) => <Link to={pathOf(cluster, daemonName(daemon))}>{daemonName(daemon)}</Link> },
  { title: 'Instances', width: 'minmax(8.5rem, 1.5fr)', narrow: '8.4rem', sort: ({ daemon }) => runningOf(daemon), show: (one) => <Counts of={one} /> },
  { title: 'Deployment', width: 'minmax(7rem, 1.2fr)', narrow: '7rem', sort: (one) => one.deployment?.status ?? '', show: ({ daemon, deployment }) => <Badge status={daemon.status === 'ACTIVE' ? deployment?.status ?? '' : daemon.status} /> },
  { title: 'Task definition', width: 'minmax(6rem, 1.2fr)', extra: true, sort: definitionOf, show: definitionOf },
  { title: 'Capacity providers', width: 'minmax(7rem, 1.5fr)', extra: true, show: ({ daemon }) => providersOf(daemon).map((name) => <ProviderLink key={name} cluster={cluster} name={name} />) },
  { title: 'Updated', width: 'minmax(6rem, 1.2fr)', extra: true, number: true, sort: ({ daemon }) => daemon.updatedAt, show: ({ daemon }) => clockTime(daemon.updatedAt) },
];

const affectsDaemons = (cluster: string) => {
  const here = inCluster(cluster);
  const kinds = new Set(['daemon', 'daemonDeployment', 'containerInstance', 'task']);
  return (change: Parameters<typeof here>[0]) => kinds.has(change.kind) && here(change);
};

export function DaemonsView({ cluster }: { cluster: string }) {
  const loaded = useLive(`daemons ${cluster}`, () => daemons(cluster), affectsDaemons(cluster));
  return (
    <Await of={loaded}>
      {(all) => (
        <Table label="Daemons" rows={all} columns={columns(cluster)} id={({ daemon }) => daemon.daemonArn} text={(one) => `${daemonName(one.daemon)} ${definitionOf(one)} ${one.daemon.status}`}
          open={({ daemon }) => go(pathOf(cluster, daemonName(daemon)))} empty="No daemons in this cluster." />
      )}
    </Await>
  );
}

interface Place { instance: ContainerInstance; task?: Task; refused?: Refused }

const places = (of: ShownDaemon, tasks: Task[], refusals: Refused[]): Place[] => of.instances.map((instance): Place => {
  const own = tasks.filter((task) => task.containerInstanceArn === instance.containerInstanceArn && task.lastStatus !== 'STOPPED');
  const task = own.find((one) => one.desiredStatus === 'RUNNING') ?? own[0];
  const refused = task ? undefined : refusals.find((one) => one.containerInstanceArn === instance.containerInstanceArn);
  return { instance, ...(task ? { task } : {}), ...(refused ? { refused } : {}) };
});

const stateOf = ({ task, refused, instance }: Place): string => task?.lastStatus ?? (refused ? 'REFUSED' : instance.status === 'ACTIVE' ? 'WAITING' : 'NONE');

const placeColumns = (cluster: string): Column<Place>[] => [
  { title: 'Instance', width: 'minmax(9rem, 1.5fr)', narrow: 'minmax(0, 1fr)', sort: ({ instance }) => instance.ec2InstanceId ?? instance.containerInstanceArn,
    show: ({ instance }) => <Link class="id" to={path('clusters', cluster, 'instances', nameOf(instance.containerInstanceArn))}>{instance.ec2InstanceId ?? nameOf(instance.containerInstanceArn).slice(0, 12)}</Link> },
  { title: 'State', width: 'minmax(7rem, 1fr)', narrow: '6.4rem', sort: stateOf, show: (place) => <Badge status={stateOf(place)} /> },
  { title: 'Task', width: 'minmax(12rem, 3fr)', narrow: 'minmax(0, 1.2fr)', show: ({ task, refused }) => (task ? <Link class="id" to={path('clusters', cluster, 'tasks', nameOf(task.taskArn))}>{nameOf(task.taskArn).slice(0, 12)}…</Link>
    : refused ? <span title={`${refused.wanted} wanted, ${refused.available}`}><mark>{refused.reason}</mark> {refused.wanted} wanted, {refused.available}</span> : '–') },
  { title: 'Revision', width: 'minmax(6rem, 1fr)', extra: true, show: ({ task }) => (task ? nameOf(task.taskDefinitionArn) : '–') },
  { title: 'Instance is', width: 'minmax(6rem, 1fr)', extra: true, sort: ({ instance }) => instance.status, show: ({ instance }) => <Badge status={instance.status} /> },
  { title: 'Zone', width: 'minmax(6rem, 1fr)', extra: true, sort: ({ instance }) => zoneOf(instance), show: ({ instance }) => zoneOf(instance) },
];

function Instances({ of, cluster, refusals }: { of: ShownDaemon; cluster: string; refusals: Refused[] }) {
  const { data, error } = useTasks({ cluster, daemon: daemonName(of.daemon) });
  if (!data) return error ? <Problem error={error} /> : <p class="quiet">Loading …</p>;
  return (
    <>
      {error ? <Problem error={error} /> : null}
      <Table label="Container instances" rows={places(of, data, refusals)} columns={placeColumns(cluster)} id={({ instance }) => instance.containerInstanceArn}
        empty="No container instance belongs to its capacity providers." />
      <Section title="Tasks"><TaskTable tasks={data} cluster={cluster} /></Section>
    </>
  );
}

const underWay = ({ status }: DaemonDeployment): boolean => /PENDING|IN_PROGRESS|REQUESTED/.test(status);

function targetText(one: DaemonDeployment, revisions: Definitions): string {
  if (!one.targetDaemonRevision) return 'nothing: the daemon is deleted';
  return nameOf(revisions.get(one.targetDaemonRevision.arn)?.daemonTaskDefinitionArn ?? one.targetDaemonRevision.arn);
}

function Current({ one, revisions }: { one: DaemonDeployment; revisions: Definitions }) {
  const { drainPercent, bakeTimeInMinutes: bake, alarms } = one.deploymentConfiguration;
  const old = one.sourceDaemonRevisions.reduce((sum, revision) => sum + revision.totalRunningInstanceCount, 0);
  return (
    <div class="panel">
      <h2>To {targetText(one, revisions)} <Badge status={one.status} /></h2>
      {one.statusReason ? <p>{one.statusReason}</p> : null}
      <Facts of={[
        ['New', one.targetDaemonRevision ? `${plural(one.targetDaemonRevision.totalRunningInstanceCount, 'instance')}` : undefined],
        ['Old', one.sourceDaemonRevisions.length ? plural(old, 'instance') : undefined],
        ['At a time', `${drainPercent}%`], ['Bake time', bake ? `${bake} min` : undefined],
        ['Alarms', alarms?.enable ? alarms.alarmNames?.join(', ') : undefined], ['Began', clockTime(one.startedAt ?? one.createdAt)],
      ]} />
      {one.circuitBreaker.threshold > 0 ? <Breaker of={one.circuitBreaker} /> : null}
    </div>
  );
}

function Past({ one, revisions }: { one: DaemonDeployment; revisions: Definitions }) {
  const end = one.finishedAt ?? one.stoppedAt;
  return (
    <li>
      <div class="section-head">
        <span><Badge status={one.status} /> {targetText(one, revisions)}</span>
        <span class="quiet">{clockTime(one.createdAt)}{end ? `, took ${duration(end - (one.startedAt ?? one.createdAt))}` : ''}</span>
      </div>
      {one.statusReason ? <p class="quiet">{one.statusReason}</p> : null}
      {one.rollback?.reason ? <p>Rolled back: {one.rollback.reason}</p> : null}
      {one.circuitBreaker.failureCount > 0 && one.circuitBreaker.threshold > 0 ? <Breaker of={one.circuitBreaker} /> : null}
    </li>
  );
}

function Deployments({ of, cluster }: { of: ShownDaemon; cluster: string }) {
  const loaded = useLive(`daemon deployments ${of.daemon.daemonArn}`, () => deploymentsOf(of.daemon), affectsDaemons(cluster));
  return (
    <Await of={loaded}>
      {({ deployments, revisions }) => (
        <>
          {deployments.filter(underWay).map((one) => <Current key={one.daemonDeploymentArn} one={one} revisions={revisions} />)}
          <Section title="History">
            {deployments.every(underWay) ? <Empty>No deployment has ended yet.</Empty>
              : <ul class="past">{deployments.filter((one) => !underWay(one)).map((one) => <Past key={one.daemonDeploymentArn} one={one} revisions={revisions} />)}</ul>}
          </Section>
        </>
      )}
    </Await>
  );
}

const definitionNamed = (daemonTaskDefinition: string): Promise<unknown> =>
  call('DescribeDaemonTaskDefinition', { daemonTaskDefinition }).then((answer) => answer.daemonTaskDefinition);

function Configuration({ of, cluster }: { of: ShownDaemon; cluster: string }) {
  const revision = currentRevision(of);
  const definition = revision?.daemonTaskDefinitionArn;
  const loaded = useLive(`daemon definition ${definition}`, async () => (definition ? definitionNamed(definition) : null), (change) => change.kind === 'daemonTaskDefinition');
  const settings = of.deployment?.deploymentConfiguration;
  return (
    <>
      <Section title="Daemon">
        <Facts of={[
          ['ARN', <Arn arn={of.daemon.daemonArn} />], ['Task definition', definitionOf(of)],
          ['Capacity providers', providersOf(of.daemon).map((name) => <ProviderLink key={name} cluster={cluster} name={name} />)],
          ['Images', revision?.containerImages.map(({ containerName, image }) => <span key={containerName} class="listed">{containerName}: <code>{image}</code></span>)],
          ['Deployment', settings ? `${settings.drainPercent}% of the instances at a time` : undefined], ['Bake time', settings?.bakeTimeInMinutes ? `${settings.bakeTimeInMinutes} min` : 'none'],
          ['Alarms', settings?.alarms?.enable ? settings.alarms.alarmNames?.join(', ') : 'none'],
          ['ECS Exec', revision?.enableExecuteCommand ? 'allowed' : 'not allowed'], ['Propagates tags', revision?.propagateTags === 'DAEMON' ? 'to its tasks' : 'no'],
          ['Created', clockTime(of.daemon.createdAt)], ['Updated', clockTime(of.daemon.updatedAt)],
        ]} />
      </Section>
      <Section title="Daemon task definition"><Await of={loaded}>{(shown) => <Json of={shown} />}</Await></Section>
      <Section title="As the API shows it"><Json of={of.daemon} /></Section>
    </>
  );
}

function Actions({ of }: { of: ShownDaemon }) {
  const known = useLive('daemon definitions', () => listAll<{ arn: string }>('ListDaemonTaskDefinitions', 'daemonTaskDefinitions', { sort: 'DESC' }),
    (change) => change.kind === 'daemonTaskDefinition');
  const now = currentRevision(of);
  const gone = of.daemon.status !== 'ACTIVE';
  const definitions = known.data?.map(({ arn }) => nameOf(arn)) ?? [];
  return (
    <>
      <ActionButton label="Update" make={() => updateDaemon(of, now, definitions)} primary disabled={gone || definitions.length === 0} />
      <ActionButton label="Delete" make={() => deleteDaemon(of)} disabled={gone} />
    </>
  );
}

export function DaemonPage({ cluster, name, view }: { cluster: string; name: string; view: string }) {
  const loaded = useLive(`daemon ${cluster} ${name}`, () => daemonNamed(cluster, name), affectsDaemons(cluster));
  const why = useWhy(loaded.data?.daemon.daemonArn).data?.reasons ?? [];
  return (
    <>
      <Crumbs trail={[['Clusters', '/'], [cluster, path('clusters', cluster)], ['Daemons', path('clusters', cluster, 'daemons')], [name]]} />
      <Await of={loaded} title={name}>
        {(shown) => (
          <>
            <Head title={<>{name} <Badge status={shown.daemon.status} /></>}><Actions of={shown} /></Head>
            <p class="summary">Running on {runningOf(shown.daemon)} of {plural(wantedOf(shown), 'instance')} · {definitionOf(shown)}</p>
            {why.map((one, at) => <Sentences key={at} of={one} cluster={cluster} />)}
            <Tabs now={view} tabs={[['instances', 'Instances', pathOf(cluster, name)], ['deployments', 'Deployments', pathOf(cluster, name, 'deployments')],
              ['configuration', 'Configuration', pathOf(cluster, name, 'configuration')]]} />
            {view === 'deployments' ? <Deployments of={shown} cluster={cluster} /> : view === 'configuration' ? <Configuration of={shown} cluster={cluster} />
              : <Instances of={shown} cluster={cluster} refusals={why.flatMap(({ refusals }) => refusals)} />}
          </>
        )}
      </Await>
    </>
  );
}
