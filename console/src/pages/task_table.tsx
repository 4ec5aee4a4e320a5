import { nameOf, type Task } from '../api/types';
import { Badge } from '../ui/badge';
import { Link, go, path } from '../ui/router';
import { Table, type Column } from '../ui/table';
import { clockTime } from '../ui/text';

const columns = (cluster: string): Column<Task>[] => [
  { title: 'Task', width: 'minmax(7rem, 2fr)', narrow: 'minmax(0, 1.4fr)', show: (t) => <Link class="id" to={path('clusters', cluster, 'tasks', nameOf(t.taskArn))}>{nameOf(t.taskArn).slice(0, 12)}…</Link> },
  { title: 'Status', width: 'minmax(7.5rem, 1fr)', narrow: '6.4rem', sort: (t) => t.lastStatus, show: (t) => <Badge status={t.lastStatus} /> },
  { title: 'Wanted', width: 'minmax(5rem, 0.8fr)', extra: true, sort: (t) => t.desiredStatus, show: (t) => t.desiredStatus.toLowerCase() },
  { title: 'Health', width: 'minmax(5rem, 0.8fr)', extra: true, sort: (t) => t.healthStatus ?? '', show: (t) => (t.healthStatus === 'UNKNOWN' ? <span class="quiet">–</span> : <Badge status={t.healthStatus ?? ''} />) },
  { title: 'Definition', width: 'minmax(5rem, 1.4fr)', narrow: 'minmax(0, 1fr)', sort: (t) => t.taskDefinitionArn, show: (t) => nameOf(t.taskDefinitionArn) },
  { title: 'Group', width: 'minmax(5rem, 1.4fr)', extra: true, sort: (t) => t.group ?? '', show: (t) => t.group },
  { title: 'Zone', width: 'minmax(5rem, 1fr)', extra: true, sort: (t) => t.availabilityZone ?? '', show: (t) => t.availabilityZone ?? '–' },
  { title: 'Created', width: 'minmax(4.5rem, 1fr)', narrow: '4.8rem', number: true, sort: (t) => t.createdAt ?? 0, show: (t) => clockTime(t.createdAt) },
];

/** What a filter finds a task by. */
const text = (t: Task): string =>
  [nameOf(t.taskArn), t.lastStatus, t.group, nameOf(t.taskDefinitionArn), t.availabilityZone, t.startedBy, t.stoppedReason, t.healthStatus].join(' ');

export function TaskTable({ tasks, cluster }: { tasks: Task[]; cluster: string }) {
  return (
    <Table label="Tasks" rows={tasks} columns={columns(cluster)} id={(t) => t.taskArn} text={text}
      open={(t) => go(path('clusters', cluster, 'tasks', nameOf(t.taskArn)))} empty="No tasks: neither running, nor stopped a short while ago." />
  );
}
