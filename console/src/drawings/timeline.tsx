// What a task has been through, and how long each step took.
import type { Task } from '../api/types';
import { clockTime, duration } from '../ui/text';

interface Step { name: string; from: number; to?: number; tone: string }

/** The steps that began, in order. What has not ended ends now. */
export function stepsOf(task: Task): Step[] {
  const steps: Step[] = [];
  const end = task.stoppedAt;
  const add = (name: string, tone: string, from: number | undefined, ...until: (number | undefined)[]) => {
    if (from === undefined) return;
    const to = until.find((at) => at !== undefined);
    steps.push({ name, tone, from, ...(to === undefined ? {} : { to }) });
  };
  add('provisioning', 'waits', task.createdAt, task.pullStartedAt, task.startedAt, task.stoppingAt, end);
  add('pulling images', 'pull', task.pullStartedAt, task.pullStoppedAt, task.stoppingAt, end);
  add('starting', 'waits', task.pullStoppedAt, task.startedAt, task.stoppingAt, end);
  add('running', 'run', task.startedAt, task.stoppingAt, task.executionStoppedAt, end);
  add('stopping', 'stop', task.stoppingAt, task.executionStoppedAt, end);
  if (task.executionStoppedAt !== undefined && task.stoppingAt !== undefined) add('cleaning up', 'waits', task.executionStoppedAt, end);
  return steps;
}

export function Timeline({ task, now }: { task: Task; now: number }) {
  const steps = stepsOf(task);
  const begin = steps[0]?.from ?? now;
  const last = Math.max(task.stoppedAt ?? now, begin + 0.001);
  const percent = (at: number) => (100 * (at - begin)) / (last - begin);
  return (
    <ol class="timeline">
      {steps.map((step) => {
        const to = step.to ?? now;
        return (
          <li key={step.name}>
            <span class="step">{step.name}</span>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" width="100" height="10" />
              <rect class={`step-${step.tone}`} x={Math.min(percent(step.from), 99.4)} width={Math.max(0.6, percent(to) - percent(step.from))} height="10" />
            </svg>
            <span class="figure">{duration(to - step.from)}{step.to === undefined ? ' so far' : ''}</span>
            <span class="quiet when">{clockTime(step.from, now)}</span>
          </li>
        );
      })}
    </ol>
  );
}
