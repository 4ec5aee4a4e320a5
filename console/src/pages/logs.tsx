// A container's log, followed.
import { useEffect, useRef, useState } from 'preact/hooks';
import { facts } from '../api/facts';
import { Refusal } from '../api/call';
import type { Task } from '../api/types';
import { logsOf, type LogLine } from '../data/logs';
import { Empty, Problem } from '../ui/parts';

const MOST_LINES = 5000;
const ASK_MS = 1000;

interface Shown { name: string | null; lines: LogLine[]; dropped: number; error?: Error; waiting?: boolean }

function useLog(task: Task, container: string): Shown | undefined {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => {
    let over = false;
    let timer = 0;
    let kept: Shown = { name: null, lines: [], dropped: 0 };
    const show = (next: Shown) => {
      kept = next;
      if (!over) setShown(next);
    };
    const follow = async () => {
      const source = await logsOf(task, container, facts.runtime === 'simulated');
      if (!source) return show(kept);
      const ask = async () => {
        try {
          const fresh = await source.more();
          const { error: _error, waiting: _waiting, ...before } = kept;
          if (fresh.length || kept.name === null || kept.error || kept.waiting) {
            const lines = [...kept.lines, ...fresh];
            const extra = Math.max(0, lines.length - MOST_LINES);
            show({ ...before, name: source.name, lines: lines.slice(extra), dropped: kept.dropped + extra });
          }
        } catch (error) {
          // A stream is made with its first line.
          if (error instanceof Refusal && error.code === 'ResourceNotFoundException') show({ ...kept, name: source.name, waiting: true });
          else show({ ...kept, name: source.name, error: error as Error });
        }
        if (!over) timer = window.setTimeout(ask, ASK_MS);
      };
      await ask();
    };
    setShown(undefined);
    follow().catch((error) => show({ ...kept, error: error as Error }));
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [task.taskArn, container]);
  return shown;
}

const time = (at: number): string => new Date(at).toISOString().slice(11, 23);

function Lines({ of }: { of: Shown }) {
  const box = useRef<HTMLDivElement>(null);
  const bottom = useRef(true);
  const [filter, setFilter] = useState('');
  const needle = filter.toLowerCase();
  const lines = needle ? of.lines.filter((line) => line.text.toLowerCase().includes(needle)) : of.lines;
  // Follows while its end is what is looked at.
  useEffect(() => {
    if (bottom.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines.length]);
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    bottom.current = scrollHeight - scrollTop - clientHeight < 8;
  };
  return (
    <>
      <div class="tools">
        <input type="search" class="filter" placeholder="Filter lines" aria-label="Filter lines" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
        <span class="quiet">from {of.name}</span>
      </div>
      <div class="log" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label="Log">
        {of.dropped ? <p class="quiet">{of.dropped} earlier lines are not shown.</p> : null}
        {lines.map((line, at) => <div key={of.dropped + at}><time>{time(line.at)}</time> {line.text}</div>)}
        {lines.length === 0 ? <p class="quiet">{of.lines.length ? 'No line fits the filter.' : 'Nothing written yet.'}</p> : null}
      </div>
    </>
  );
}

export function ContainerChoice({ task, now, choose }: { task: Task; now: string; choose: (name: string) => void }) {
  if (task.containers.length < 2) return null;
  return (
    <div class="choice" role="group" aria-label="Container">
      {task.containers.map(({ name }) => <button key={name} type="button" aria-pressed={name === now} onClick={() => choose(name)}>{name}</button>)}
    </div>
  );
}

export function Logs({ task }: { task: Task }) {
  const [container, choose] = useState(task.containers[0]?.name ?? '');
  const shown = useLog(task, container);
  return (
    <>
      <ContainerChoice task={task} now={container} choose={choose} />
      {shown?.error ? <Problem error={shown.error} /> : null}
      {shown === undefined ? <p class="quiet">Loading …</p> : shown.name === null && !shown.error ? (
        <Empty>Nobody keeps what this container writes. Give it a <code>logConfiguration</code> with the driver <code>awslogs</code>.</Empty>
      ) : <Lines of={shown} />}
    </>
  );
}
