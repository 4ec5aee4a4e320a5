// The tasks of a cluster, of a service or of a daemon. They may be many: after the first load only those that changed are read.
import { useEffect, useState } from 'preact/hooks';
import { describeAll, listAll } from '../api/call';
import { onChange, type Change } from '../api/live';
import { nameOf, type Task } from '../api/types';

export interface TaskQuery {
  cluster: string;
  service?: string;
  daemon?: string;
}

async function listArns(query: TaskQuery): Promise<string[]> {
  const input = { cluster: query.cluster, ...(query.service ? { serviceName: query.service } : {}), ...(query.daemon ? { daemonName: query.daemon } : {}), maxResults: 100 };
  const [wanted, ended] = await Promise.all(['RUNNING', 'STOPPED'].map((desiredStatus) => listAll('ListTasks', 'taskArns', { ...input, desiredStatus })));
  return [...wanted!, ...ended!];
}

const describe = (cluster: string, arns: string[]): Promise<Task[]> =>
  describeAll<Task>('DescribeTasks', 'tasks', 'tasks', arns, { cluster, include: ['TAGS'] }, 100);

/** Running ones first, the newest first among equals. */
function ordered(tasks: Iterable<Task>): Task[] {
  const rank = (task: Task) => (task.lastStatus === 'STOPPED' ? 1 : 0);
  return [...tasks].sort((a, b) => rank(a) - rank(b) || (b.createdAt ?? 0) - (a.createdAt ?? 0) || (a.taskArn < b.taskArn ? -1 : 1));
}

/** One load at a time, so that an older answer never overwrites a newer one. */
class TaskList {
  private tasks = new Map<string, Task>();
  private everything = true;
  private changed = new Set<string>();
  private busy = false;
  private over = false;

  constructor(private query: TaskQuery, private show: (tasks: Task[], error?: Error) => void) {
    this.run();
  }

  end(): void {
    this.over = true;
  }

  heard(changes: Change[] | null): void {
    if (changes === null) {
      this.everything = true;
    } else {
      for (const change of changes) this.note(change);
    }
    this.run();
  }

  private note(change: Change): void {
    if (change.kind !== 'task') return;
    const { cluster, service } = this.query;
    if (change.cluster && nameOf(change.cluster) !== cluster) return;
    if (change.many || !change.arn) this.everything = true;
    else if (!service || this.tasks.has(change.arn) || (change.service && nameOf(change.service) === service)) this.changed.add(change.arn);
  }

  private async run(): Promise<void> {
    if (this.busy || this.over || (!this.everything && this.changed.size === 0)) return;
    this.busy = true;
    const began = performance.now();
    const everything = this.everything;
    const arns = [...this.changed];
    this.everything = false;
    this.changed.clear();
    try {
      const found = await describe(this.query.cluster, everything ? await listArns(this.query) : arns);
      if (everything) this.tasks.clear();
      else for (const arn of arns) this.tasks.delete(arn); // what is no longer described is forgotten
      // A change does not say which daemon a task is of.
      const group = this.query.daemon && `daemon:${this.query.daemon}`;
      for (const task of found) if (!group || task.group === group) this.tasks.set(task.taskArn, task);
      if (!this.over) this.show(ordered(this.tasks.values()));
    } catch (error) {
      if (!this.over) this.show(ordered(this.tasks.values()), error as Error);
    }
    // Reading ten thousand tasks takes a while: a third of the time at most for what is said to have changed, less for
    // all of them.
    setTimeout(() => {
      this.busy = false;
      void this.run();
    }, Math.max(200, (everything ? 8 : 2) * (performance.now() - began)));
  }
}

export function useTasks(query: TaskQuery): { data?: Task[]; error?: Error } {
  const [state, setState] = useState<{ data?: Task[]; error?: Error }>({});
  useEffect(() => {
    setState({});
    const list = new TaskList(query, (data, error) => setState(error ? { data, error } : { data }));
    const stop = onChange((changes) => list.heard(changes));
    return () => {
      stop();
      list.end();
    };
  }, [query.cluster, query.service, query.daemon]);
  return state;
}
