// What a container has written, and goes on writing.
import { admin, call } from '../api/call';
import { nameOf, type Task, type TaskDefinition } from '../api/types';

export interface LogLine { at: number; text: string } // milliseconds

/** Reads on from where it stopped. */
export interface LogSource {
  /** Where the lines come from, for people. */
  name: string;
  more: () => Promise<LogLine[]>;
}

function fromGroup(group: string, stream: string): LogSource {
  let nextToken: string | undefined;
  const more = async (): Promise<LogLine[]> => {
    const lines: LogLine[] = [];
    for (;;) {
      const page = await call('GetLogEvents', { logGroupName: group, logStreamName: stream, startFromHead: true, ...(nextToken ? { nextToken } : {}) }, 'logs');
      for (const event of page.events) lines.push({ at: event.timestamp, text: event.message });
      const same = page.nextForwardToken === nextToken;
      nextToken = page.nextForwardToken;
      if (same || page.events.length === 0) return lines;
    }
  };
  return { name: `${group} ${stream}`, more };
}

function ofSimulated(task: Task, container: string): LogSource {
  let seen = 0;
  const more = async (): Promise<LogLine[]> => {
    const all = await admin<{ lines: { container: string; at: string; message: string }[] }>(`simulated-logs/${encodeURIComponent(task.taskArn)}`);
    const own = all.lines.filter((line) => line.container === container);
    const fresh = own.slice(seen);
    seen = own.length;
    return fresh.map((line) => ({ at: Date.parse(line.at), text: line.message }));
  };
  return { name: 'the simulated container', more };
}

/** Tasks of daemons run definitions of another kind. */
async function definitionOf({ taskDefinitionArn: arn }: Task): Promise<TaskDefinition> {
  if (!arn.includes(':daemon-task-definition/')) return (await call('DescribeTaskDefinition', { taskDefinition: arn })).taskDefinition;
  return (await call('DescribeDaemonTaskDefinition', { daemonTaskDefinition: arn })).daemonTaskDefinition;
}

/** Null when nobody keeps what it writes. */
export async function logsOf(task: Task, container: string, simulated: boolean): Promise<LogSource | null> {
  const logging = (await definitionOf(task)).containerDefinitions.find((one) => one.name === container)?.logConfiguration;
  const group = logging?.options?.['awslogs-group'];
  const prefix = logging?.options?.['awslogs-stream-prefix'];
  if (logging?.logDriver === 'awslogs' && group) {
    const id = nameOf(task.taskArn);
    const runtime = task.containers.find((one) => one.name === container)?.runtimeId;
    return fromGroup(group, prefix ? `${prefix}/${container}/${id}` : runtime ?? id);
  }
  return simulated ? ofSimulated(task, container) : null;
}
