// A container instance, filled by what its tasks reserve.
import { nameOf, type ContainerInstance, type Task } from '../api/types';
import { hueOf } from '../ui/text';

/** A piece of a bar: one task, or all tasks of a group where they are many. */
interface Share { key: string; name: string; cpu: number; memory: number; hue: number; waits: boolean }

const MOST_PIECES = 48;

const shareName = (task: Task): string => /^(?:service|daemon):(.*)/.exec(task.group ?? '')?.[1] ?? nameOf(task.taskDefinitionArn);

function shares(tasks: Task[]): Share[] {
  const each = tasks.map((task): Share => {
    const name = shareName(task);
    return { key: task.taskArn, name, cpu: Number(task.cpu ?? 0), memory: Number(task.memory ?? 0), hue: hueOf(name), waits: task.lastStatus !== 'RUNNING' };
  }).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.key < b.key ? -1 : 1));
  if (each.length <= MOST_PIECES) return each;
  const groups = new Map<string, Share>();
  for (const share of each) {
    const group = groups.get(share.name) ?? { ...share, key: share.name, cpu: 0, memory: 0, waits: false };
    group.cpu += share.cpu;
    group.memory += share.memory;
    groups.set(share.name, group);
  }
  return [...groups.values()];
}

const amount = (instance: ContainerInstance, name: string, which: 'registeredResources' | 'remainingResources'): number =>
  instance[which].find((resource) => resource.name === name)?.integerValue ?? 0;

const WIDTH = 240;

function Bar({ title, unit, whole, left, pieces }: { title: string; unit: string; whole: number; left: number; pieces: { share: Share; size: number }[] }) {
  const scale = (n: number) => (whole ? (n * WIDTH) / whole : 0);
  let x = 0;
  return (
    <div class="bar-row">
      <span>{title}</span>
      <svg viewBox={`0 0 ${WIDTH} 14`} preserveAspectRatio="none" role="img" aria-label={`${title}: ${whole - left} of ${whole} ${unit} reserved`}>
        <rect class="track" width={WIDTH} height="14" />
        {pieces.map(({ share, size }) => {
          const from = x;
          x += scale(size);
          return size ? <rect key={share.key} class={`hue${share.hue}${share.waits ? ' waits' : ''}`} x={from + 0.5} width={Math.max(0.5, scale(size) - 1)} height="14"><title>{share.name}: {size} {unit}</title></rect> : null;
        })}
        {whole - left > pieces.reduce((sum, piece) => sum + piece.size, 0) ? (
          <rect class="reserved" x={x} width={Math.max(0, scale(whole - left) - x)} height="14"><title>reserved otherwise</title></rect>
        ) : null}
      </svg>
      <span class="figure">{(whole - left).toLocaleString('en')} / {whole.toLocaleString('en')}</span>
    </div>
  );
}

/** Host ports that the tasks here have, each with the task that has it. */
export function portsOf(tasks: Task[]): { port: string; hue: number; name: string }[] {
  return tasks.flatMap((task) => task.containers.flatMap((container) => (container.networkBindings ?? []).map((binding) => ({
    port: `${binding.hostPort ?? binding.hostPortRange ?? ''}${binding.protocol === 'udp' ? '/udp' : ''}`,
    hue: hueOf(shareName(task)),
    name: `${shareName(task)}, ${container.name}: ${binding.containerPort ?? binding.containerPortRange ?? ''}`,
  })))).filter(({ port }) => port !== '').sort((a, b) => parseInt(a.port, 10) - parseInt(b.port, 10));
}

const MOST_PORTS = 24;

export function InstanceDrawing({ instance, tasks }: { instance: ContainerInstance; tasks: Task[] }) {
  const all = shares(tasks);
  const ports = portsOf(tasks);
  return (
    <div class="instance-bars">
      <Bar title="CPU" unit="units" whole={amount(instance, 'CPU', 'registeredResources')} left={amount(instance, 'CPU', 'remainingResources')}
        pieces={all.map((share) => ({ share, size: share.cpu }))} />
      <Bar title="Memory" unit="MiB" whole={amount(instance, 'MEMORY', 'registeredResources')} left={amount(instance, 'MEMORY', 'remainingResources')}
        pieces={all.map((share) => ({ share, size: share.memory }))} />
      <div class="bar-row">
        <span>Ports</span>
        <span class="ports">
          {ports.slice(0, MOST_PORTS).map(({ port, hue, name }) => <span key={port} class={`port edge${hue}`} title={name}>{port}</span>)}
          {ports.length > MOST_PORTS ? <span class="quiet">and {ports.length - MOST_PORTS} more</span> : null}
          {ports.length === 0 ? <span class="quiet">none</span> : null}
        </span>
      </div>
    </div>
  );
}

/** Which colour is whose. */
export function Legend({ tasks }: { tasks: Task[] }) {
  const names = [...new Set(tasks.map(shareName))].sort().slice(0, 24);
  return names.length ? <p class="legend">{names.map((name) => <span key={name}><span class={`key hue${hueOf(name)}`} /> {name}</span>)}</p> : null;
}
