import { ActionButton } from '../actions/action';
import { runTask } from '../actions/actions';
import { call, listAll } from '../api/call';
import { useLive } from '../api/use';
import { nameOf, type TaskDefinition } from '../api/types';
import { clusters } from '../data/clusters';
import { diff } from '../data/diff';
import { Badge } from '../ui/badge';
import { Arn, Await, Crumbs, Empty, Facts, Head, Json, Section } from '../ui/parts';
import { Link, go, path } from '../ui/router';
import { Table, type Column } from '../ui/table';
import { clockTime } from '../ui/text';
import { Reasons, useWhy } from './why';

const ofDefinitions = (change: { kind: string }) => change.kind === 'taskDefinition';

const families: Column<string>[] = [{ title: 'Family', width: '1fr', sort: (f) => f, show: (f) => <Link to={path('task-definitions', f)}>{f}</Link> }];

export function FamiliesPage() {
  const loaded = useLive('families', () => listAll('ListTaskDefinitionFamilies', 'families', { status: 'ALL' }), ofDefinitions);
  return (
    <>
      <Head title="Task definitions" />
      <Await of={loaded}>
        {(data) => <Table label="Families" rows={data} columns={families} id={(f) => f} text={(f) => f} open={(f) => go(path('task-definitions', f))}
          empty="No task definitions yet: aws ecs register-task-definition --cli-input-json file://web.json" />}
      </Await>
    </>
  );
}

async function revisionsOf(family: string): Promise<string[]> {
  const [active, inactive] = await Promise.all(['ACTIVE', 'INACTIVE'].map((status) =>
    listAll('ListTaskDefinitions', 'taskDefinitionArns', { familyPrefix: family, status, sort: 'DESC' })));
  const exactly = (arn: string) => nameOf(arn).split(':')[0] === family;
  return [...active!, ...inactive!].filter(exactly).map((arn) => nameOf(arn).split(':')[1]!).sort((a, b) => Number(b) - Number(a));
}

const definition = (name: string): Promise<TaskDefinition> => call('DescribeTaskDefinition', { taskDefinition: name }).then((found) => found.taskDefinition);

/** What was registered: without what the service adds for each revision. */
function registered(of: TaskDefinition): Record<string, unknown> {
  const { taskDefinitionArn: _arn, revision: _revision, status: _status, registeredAt: _at, ...rest } = of as TaskDefinition & Record<string, unknown>;
  delete (rest as Record<string, unknown>).registeredBy;
  delete (rest as Record<string, unknown>).deregisteredAt;
  return rest;
}

const CONTEXT = 4;

function Diff({ before, after }: { before: TaskDefinition; after: TaskDefinition }) {
  const text = (of: TaskDefinition) => JSON.stringify(registered(of), null, 2).split('\n');
  const lines = diff(text(before), text(after));
  if (lines.every(({ sign }) => sign === ' ')) return <Empty>The two revisions are the same.</Empty>;
  // Long stretches of what stayed are left out.
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ sign }) => sign !== ' '));
  return (
    <pre class="diff" tabIndex={0} aria-label="Difference">
      {lines.map(({ sign, text: line }, at) => {
        if (!near[at]) return near[at - 1] || at === 0 ? <span key={at} class="quiet">  …{'\n'}</span> : null;
        const name = sign === '+' ? 'added' : sign === '-' ? 'removed' : '';
        return <span key={at} class={name}>{sign} {line}{'\n'}</span>;
      })}
    </pre>
  );
}

/** What the definition asks for and Drydock does not do. */
function InVain({ arn }: { arn: string }) {
  const { data } = useWhy(arn);
  return data ? <Reasons of={data.reasons ?? [data]} cluster="" /> : null;
}

function Comparison({ family, revision, other }: { family: string; revision: string; other: string }) {
  const loaded = useLive(`diff ${family} ${other} ${revision}`, () => Promise.all([definition(`${family}:${other}`), definition(`${family}:${revision}`)]), ofDefinitions);
  return <Await of={loaded}>{([before, after]) => <Diff before={before} after={after} />}</Await>;
}

function Revision({ family, revision, revisions, other }: { family: string; revision: string; revisions: string[]; other: string }) {
  const loaded = useLive(`definition ${family}:${revision}`, () => definition(`${family}:${revision}`), ofDefinitions);
  const others = revisions.filter((one) => one !== revision);
  const show = (next: string) => go(path('task-definitions', family, revision) + (next ? `?with=${next}` : ''), true);
  return (
    <Await of={loaded}>
      {(data) => (
        <>
          <Facts of={[['ARN', <Arn arn={data.taskDefinitionArn} />], ['Status', <Badge status={data.status} />], ['Registered', clockTime(data.registeredAt)],
            ['Containers', data.containerDefinitions.map((container) => `${container.name} (${container.image})`).join(', ')]]} />
          <InVain arn={data.taskDefinitionArn} />
          {others.length ? (
            <div class="tools">
              <label class="inline">Compare with
                <select value={other} onChange={(event) => show(event.currentTarget.value)}>
                  <option value="">nothing</option>
                  {others.map((one) => <option key={one} value={one}>revision {one}</option>)}
                </select>
              </label>
            </div>
          ) : null}
          {other ? <Section title={`What changed from revision ${other} to ${revision}`}><Comparison family={family} revision={revision} other={other} /></Section>
            : <Section title="As registered"><Json of={registered(data)} /></Section>}
        </>
      )}
    </Await>
  );
}

export function FamilyPage({ family, revision, other }: { family: string; revision?: string; other: string }) {
  const loaded = useLive(`revisions ${family}`, () => revisionsOf(family), ofDefinitions);
  const all = useLive('clusters', clusters, (change) => change.kind === 'cluster');
  const shown = revision ?? loaded.data?.[0];
  return (
    <>
      <Crumbs trail={[['Task definitions', '/task-definitions'], revision ? [family, path('task-definitions', family)] : [family], ...(revision ? [[`revision ${revision}`] as [string]] : [])]} />
      <Head title={shown ? `${family}:${shown}` : family}>
        {all.data?.length && shown ? <ActionButton label="Run task" make={() => runTask(all.data![0]!.clusterName, [], `${family}:${shown}`)} /> : null}
      </Head>
      <Await of={loaded}>
        {(revisions) => (
          <div class="with-side">
            <nav class="side" aria-label="Revisions">
              {revisions.map((one) => <Link key={one} to={path('task-definitions', family, one)} {...(one === shown ? { 'aria-current': 'page' as const } : {})}>revision {one}</Link>)}
            </nav>
            <div>{shown ? <Revision family={family} revision={shown} revisions={revisions} other={other} /> : <Empty>This family has no revisions.</Empty>}</div>
          </div>
        )}
      </Await>
    </>
  );
}
