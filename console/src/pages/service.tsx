import { ActionButton } from '../actions/action';
import { deleteService, deploy, runTask, scale } from '../actions/actions';
import { listAll } from '../api/call';
import { useLive } from '../api/use';
import { nameOf, type Service, type ServiceEvent } from '../api/types';
import { inCluster, service } from '../data/clusters';
import { useTasks } from '../data/tasks';
import { RollingDrawing, RollingHistory } from '../drawings/deployment';
import { Badge } from '../ui/badge';
import { Arn, Await, Crumbs, Facts, Head, Json, Problem, Section, Tabs } from '../ui/parts';
import { Link, path } from '../ui/router';
import { Table, type Column } from '../ui/table';
import { clockTime } from '../ui/text';
import { ProviderLink } from './capacity';
import { Deployments } from './deployments';
import { InstancesView } from './instances';
import { ScalingView } from './scaling';
import { TaskTable } from './task_table';
import { Why } from './why';

const eventColumns: Column<ServiceEvent>[] = [
  { title: 'When', width: 'minmax(5rem, 10rem)', sort: (e) => e.createdAt, show: (e) => clockTime(e.createdAt) },
  { title: 'What', width: 'minmax(10rem, 1fr)', show: (e) => <span title={e.message}>{e.message}</span> },
];

function Tasks({ of }: { of: Service }) {
  const cluster = nameOf(of.clusterArn);
  const { data, error } = useTasks({ cluster, service: of.serviceName });
  return (
    <>
      {error ? <Problem error={error} /> : null}
      {data ? <TaskTable tasks={data} cluster={cluster} /> : <p class="quiet">Loading …</p>}
    </>
  );
}

function Configuration({ of }: { of: Service }) {
  const { events: _events, deployments: _deployments, ...rest } = of;
  const rules = of.deploymentConfiguration;
  return (
    <>
      <Section title="Service">
        <Facts of={[
          ['ARN', <Arn arn={of.serviceArn} />],
          ['Task definition', <Link to={path('task-definitions', ...nameOf(of.taskDefinition).split(':'))}>{nameOf(of.taskDefinition)}</Link>],
          ['Scheduling', of.schedulingStrategy], ['Launch type', of.launchType],
          ['Capacity providers', of.capacityProviderStrategy?.map((p) => <span key={p.capacityProvider} class="listed"><ProviderLink cluster={nameOf(of.clusterArn)} name={p.capacityProvider} /> base {p.base ?? 0}, weight {p.weight ?? 0}</span>)],
          ['Deployment', `${rules?.strategy ?? 'ROLLING'}, ${rules?.minimumHealthyPercent}% to ${rules?.maximumPercent}%`],
          ['Circuit breaker', rules?.deploymentCircuitBreaker?.enable ? `on, ${rules.deploymentCircuitBreaker.rollback ? 'rolls back' : 'stops'}` : 'off'],
          ['ECS Exec', of.enableExecuteCommand ? 'allowed' : 'not allowed'],
        ]} />
      </Section>
      <Section title="As the API shows it"><Json of={rest} /></Section>
    </>
  );
}

function ServiceActions({ of }: { of: Service }) {
  const family = nameOf(of.taskDefinition).split(':')[0]!;
  const revisions = useLive(`revisions ${family}`, () => listAll('ListTaskDefinitions', 'taskDefinitionArns', { familyPrefix: family, sort: 'DESC' }),
    (change) => change.kind === 'taskDefinition');
  return (
    <>
      <ActionButton label="Scale" make={() => scale(of)} primary />
      <ActionButton label="Deploy" make={() => deploy(of, (revisions.data ?? [of.taskDefinition]).map(nameOf))} />
      <ActionButton label="Run task" make={() => runTask(nameOf(of.clusterArn), [], family)} />
      <ActionButton label="Delete" make={() => deleteService(of)} />
    </>
  );
}

export function ServicePage({ cluster, name, view }: { cluster: string; name: string; view: string }) {
  const loaded = useLive(`service ${cluster} ${name}`, () => service(cluster, name), inCluster(cluster));
  const at = path('clusters', cluster, 'services', name);
  return (
    <>
      <Crumbs trail={[['Clusters', '/'], [cluster, path('clusters', cluster)], [name]]} />
      <Await of={loaded} title={name}>
        {(data) => (
          <>
            <Head title={<>{name} <Badge status={data.status} /></>}><ServiceActions of={data} /></Head>
            <p class="summary">{data.runningCount} of {data.desiredCount} running{data.pendingCount ? `, ${data.pendingCount} pending` : ''} · {nameOf(data.taskDefinition)}</p>
            {data.deployments.length > 1 && view !== 'deployments' ? <div class="panel"><RollingDrawing service={data} /><RollingHistory service={data} /></div> : null}
            <Why arn={data.serviceArn} cluster={cluster} />
            <Tabs now={view} tabs={[['tasks', 'Tasks', at], ['events', 'Events', `${at}/events`], ['deployments', 'Deployments', `${at}/deployments`], ['scaling', 'Scaling', `${at}/scaling`],
              ['instances', 'Container instances', `${at}/instances`], ['configuration', 'Configuration', `${at}/configuration`]]} />
            {view === 'events' ? (
              <Table label="Events" rows={data.events} columns={eventColumns} id={(e) => e.id} text={(e) => e.message} empty="No events yet." />
            ) : view === 'deployments' ? <Deployments of={data} />
              : view === 'scaling' ? <ScalingView of={data} />
              : view === 'instances' ? <InstancesView cluster={cluster} service={name} />
              : view === 'configuration' ? <Configuration of={data} /> : <Tasks of={data} />}
          </>
        )}
      </Await>
    </>
  );
}
