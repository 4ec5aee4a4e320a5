import { ActionButton } from '../actions/action';
import { runTask } from '../actions/actions';
import { useLive } from '../api/use';
import { listAll } from '../api/call';
import { nameOf, type Service } from '../api/types';
import { cluster, inCluster, services } from '../data/clusters';
import { useTasks } from '../data/tasks';
import { Badge } from '../ui/badge';
import { Await, Crumbs, Facts, Head, Problem, Section, Tabs } from '../ui/parts';
import { Link, go, path } from '../ui/router';
import { Table, type Column } from '../ui/table';
import { clockTime } from '../ui/text';
import { CapacityView, capacityPath } from './capacity';
import { DaemonsView } from './daemons';
import { Why } from './why';
import { TaskTable } from './task_table';
import { InstancesView } from './instances';

/** The deployment that is under way, as one word. */
function rollout(service: Service): string {
  const primary = service.deployments.find((deployment) => deployment.status === 'PRIMARY');
  return primary?.rolloutState ?? service.status;
}

const columns = (name: string): Column<Service>[] => [
  { title: 'Service', width: 'minmax(8rem, 3fr)', narrow: 'minmax(0, 1fr)', sort: (s) => s.serviceName, show: (s) => <Link to={path('clusters', name, 'services', s.serviceName)}>{s.serviceName}</Link> },
  { title: 'Tasks', width: 'minmax(8.5rem, 2fr)', narrow: '8.8rem', sort: (s) => s.runningCount, show: (s) => <Counts of={s} /> },
  { title: 'Deployment', width: 'minmax(7rem, 1.5fr)', narrow: '6.6rem', sort: rollout, show: (s) => <Badge status={rollout(s)} /> },
  { title: 'Task definition', width: 'minmax(6rem, 2fr)', extra: true, sort: (s) => s.taskDefinition, show: (s) => nameOf(s.taskDefinition) },
  { title: 'Created', width: 'minmax(6rem, 1.5fr)', extra: true, number: true, sort: (s) => s.createdAt, show: (s) => clockTime(s.createdAt) },
];

/** Running of desired, as a bar and in figures. */
function Counts({ of }: { of: Service }) {
  const whole = Math.max(of.desiredCount, of.runningCount, 1);
  return (
    <span class="counts">
      <svg width="64" height="8" viewBox="0 0 64 8" aria-hidden="true">
        <rect class="track" width="64" height="8" rx="2" />
        <rect class={of.runningCount < of.desiredCount ? 'fill moving' : 'fill'} width={(64 * of.runningCount) / whole} height="8" rx="2" />
      </svg>
      {of.runningCount} of {of.desiredCount}{of.pendingCount ? <span class="quiet"> +{of.pendingCount}</span> : null}
    </span>
  );
}

function ServicesView({ name }: { name: string }) {
  const loaded = useLive(`services ${name}`, () => services(name), (change) => inCluster(name)(change) && change.kind !== 'containerInstance');
  return (
    <Await of={loaded}>
      {(data) => (
        <Table label="Services" rows={data} columns={columns(name)} id={(s) => s.serviceArn} text={(s) => `${s.serviceName} ${nameOf(s.taskDefinition)} ${rollout(s)}`}
          open={(s) => go(path('clusters', name, 'services', s.serviceName))} empty="No services in this cluster." />
      )}
    </Await>
  );
}

function TasksView({ name }: { name: string }) {
  const { data, error } = useTasks({ cluster: name });
  return (
    <>
      {error ? <Problem error={error} /> : null}
      <Why arn={`:cluster/${name}`} cluster={name} about="What is held back in this cluster" />
      {data ? <TaskTable tasks={data} cluster={name} /> : <p class="quiet">Loading …</p>}
    </>
  );
}

function SettingsView({ name }: { name: string }) {
  const loaded = useLive(`cluster ${name}`, () => cluster(name), inCluster(name));
  return (
    <Await of={loaded}>
      {(data) => (
        <Section title="Cluster">
          <Facts of={[
            ['ARN', <code>{data.clusterArn}</code>], ['Status', <Badge status={data.status} />],
            ['Capacity providers', data.capacityProviders?.length ? <Link to={capacityPath(name)}>{data.capacityProviders.join(', ')}</Link> : 'none'],
            ...(data.settings ?? []).map((setting): [string, string] => [setting.name, setting.value ?? '']),
            ...(data.tags ?? []).map((tag): [string, string] => [`Tag ${tag.key}`, tag.value ?? '']),
          ]} />
        </Section>
      )}
    </Await>
  );
}

export function ClusterPage({ name, view }: { name: string; view: string }) {
  const families = useLive('families', () => listAll('ListTaskDefinitionFamilies', 'families', { status: 'ACTIVE' }), (change) => change.kind === 'taskDefinition');
  const at = path('clusters', name);
  return (
    <>
      <Crumbs trail={[['Clusters', '/'], [name]]} />
      <Head title={name}>
        <ActionButton label="Run task" make={() => runTask(name, families.data ?? [])} disabled={!families.data?.length} />
      </Head>
      <Tabs now={view} tabs={[['services', 'Services', at], ['tasks', 'Tasks', `${at}/tasks`],
        ['instances', 'Container instances', `${at}/instances`], ['capacity', 'Capacity', capacityPath(name)],
        ['daemons', 'Daemons', `${at}/daemons`], ['configuration', 'Configuration', `${at}/configuration`]]} />
      {view === 'tasks' ? <TasksView name={name} /> : view === 'instances' ? <InstancesView cluster={name} />
        : view === 'capacity' ? <CapacityView cluster={name} /> : view === 'daemons' ? <DaemonsView cluster={name} />
        : view === 'configuration' ? <SettingsView name={name} /> : <ServicesView name={name} />}
    </>
  );
}
