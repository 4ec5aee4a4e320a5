// A deployment as it happens: the tasks of each revision on one scale, with the lines that its rules keep them between.
import { useEffect, useRef, useState } from 'preact/hooks';
import { nameOf, type Deployment, type Service, type ServiceDeployment } from '../api/types';
import { Badge } from '../ui/badge';
import { duration, plural, words } from '../ui/text';

interface Lines { minimum: number; desired: number; maximum: number }

/** spec: the minimum rounds up, the maximum rounds down. */
export function linesOf(service: Service): Lines {
  const rules = service.deploymentConfiguration ?? {};
  const desired = service.desiredCount;
  return {
    minimum: Math.ceil((desired * (rules.minimumHealthyPercent ?? 100)) / 100),
    desired,
    maximum: Math.max(desired, Math.floor((desired * (rules.maximumPercent ?? 200)) / 100)),
  };
}

const WIDTH = 900;
const BAR = 20;
const GAP = 20;
const TOP = 34;
const LEFT = 8;

/** One task is one cell while they are few enough to be told apart; `x` is the place on the scale. */
function Cells({ from, count, tone, x, y }: { from: number; count: number; tone: string; x: (n: number) => number; y: number }) {
  if (count === 0) return null;
  const unit = x(1) - x(0);
  if (unit < 7) return <rect class={`cell ${tone}`} x={x(from)} y={y} width={Math.max(1, x(from + count) - x(from))} height={BAR} />;
  return <>{Array.from({ length: count }, (_, i) => <rect key={i} class={`cell ${tone}`} x={x(from + i) + 1} y={y} width={unit - 2} height={BAR} rx="2" />)}</>;
}

function Line({ at, name, x, height, row }: { at: number; name: string; x: (n: number) => number; height: number; row: number }) {
  const place = x(at);
  const anchor = place > WIDTH - 90 ? 'end' : 'start';
  return (
    <g class={`line ${name}`}>
      <line x1={place} x2={place} y1={row * 14 + 4} y2={height - 2} />
      <text x={place + (anchor === 'end' ? -4 : 4)} y={row * 14 + 11} text-anchor={anchor}>{name} {at}</text>
    </g>
  );
}

export function RollingDrawing({ service }: { service: Service }) {
  const lines = linesOf(service);
  const deployments = service.deployments;
  const whole = Math.max(lines.maximum, ...deployments.map((d) => d.runningCount + d.pendingCount), deployments.reduce((sum, d) => sum + d.runningCount, 0), 1);
  const x = (n: number) => LEFT + (n * (WIDTH - 2 * LEFT)) / whole;
  const rows = deployments.length + 1;
  const height = TOP + rows * (BAR + GAP);
  const running = deployments.reduce((sum, d) => sum + d.runningCount, 0);
  const y = (row: number) => TOP + row * (BAR + GAP);
  const said = deployments.map((d) => `${nameOf(d.taskDefinition)}: ${d.runningCount} running, ${d.pendingCount} pending`).join('; ');
  let before = 0;
  return (
    <figure class="drawing">
      <div class="scroll-x" tabIndex={0} role="group" aria-label="Deployment drawing">
        <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`${said}. At least ${lines.minimum} and at most ${lines.maximum} tasks.`}>
          {[...deployments].reverse().map((d, row) => {
            const tone = d.status === 'PRIMARY' ? 'new' : 'old';
            return (
              <g key={d.id}>
                <Cells from={0} count={d.runningCount} tone={tone} x={x} y={y(row)} />
                <Cells from={d.runningCount} count={d.pendingCount} tone={`${tone} waits`} x={x} y={y(row)} />
                <text class="label" x={LEFT} y={y(row) + BAR + 12}>{nameOf(d.taskDefinition)} · {d.status.toLowerCase()} · {d.runningCount} running{d.pendingCount ? `, ${d.pendingCount} pending` : ''}</text>
              </g>
            );
          })}
          <g>
            {[...deployments].reverse().map((d) => {
              const from = before;
              before += d.runningCount;
              return <Cells key={d.id} from={from} count={d.runningCount} tone={d.status === 'PRIMARY' ? 'new' : 'old'} x={x} y={y(rows - 1)} />;
            })}
            <text class="label" x={LEFT} y={y(rows - 1) + BAR + 12}>together {running} running</text>
          </g>
          <Line at={lines.minimum} name="minimum" x={x} height={height} row={0} />
          {lines.desired !== lines.minimum && lines.desired !== lines.maximum ? <Line at={lines.desired} name="desired" x={x} height={height} row={1} /> : null}
          {lines.maximum !== lines.minimum ? <Line at={lines.maximum} name="maximum" x={x} height={height} row={0} /> : null}
        </svg>
      </div>
      <figcaption class="legend"><span class="key new" /> new <span class="key old" /> old <span class="key waits" /> pending</figcaption>
    </figure>
  );
}

const STAGES = ['RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP'];

/** The stages of a blue/green, linear or canary deployment. */
export function Stages({ of }: { of: ServiceDeployment }) {
  const now = of.lifecycleStage ? STAGES.indexOf(of.lifecycleStage) : of.status === 'SUCCESSFUL' ? STAGES.length : -1;
  return (
    <ol class="stages" aria-label="Stages of the deployment">
      {STAGES.map((stage, at) => (
        <li key={stage} class={at < now ? 'past' : at === now ? 'now' : ''} {...(at === now ? { 'aria-current': 'step' as const } : {})}>{words(stage)}</li>
      ))}
    </ol>
  );
}

/** How near the circuit breaker is to tripping. */
export function Breaker({ of }: { of: NonNullable<ServiceDeployment['deploymentCircuitBreaker']> }) {
  const shown = Math.min(of.threshold, 40);
  return (
    <p class="breaker">
      <span>Circuit breaker</span>
      <svg width={shown * 10 + 2} height="12" role="img" aria-label={`${of.failureCount} of ${of.threshold} failures`}>
        {Array.from({ length: shown }, (_, i) => <rect key={i} class={i < (of.failureCount * shown) / of.threshold ? 'pip failed' : 'pip'} x={i * 10 + 1} y="1" width="8" height="10" rx="2" />)}
      </svg>
      <span>{plural(of.failureCount, 'failure')} of {of.threshold}</span> <Badge status={of.status} />
    </p>
  );
}

interface Sample { at: number; running: Map<string, number> }
const KEPT = 240;

/** The counts of each deployment since the page was opened. */
function useHistory(service: Service): Sample[] {
  const samples = useRef<Sample[]>([]);
  const [, redraw] = useState(0);
  useEffect(() => {
    const take = (deployments: Deployment[]) => {
      samples.current = [...samples.current.slice(1 - KEPT), { at: performance.now() / 1000, running: new Map(deployments.map((d) => [d.id, d.runningCount])) }];
      redraw((n) => n + 1);
    };
    take(service.deployments);
    if (service.deployments.length < 2) return;
    const timer = setInterval(() => take(service.deployments), 500);
    return () => clearInterval(timer);
  }, [service.deployments.map((d) => `${d.id} ${d.runningCount}`).join()]);
  return samples.current;
}

/** The same over time: old revisions below, the new one on top of them. */
export function RollingHistory({ service }: { service: Service }) {
  const samples = useHistory(service);
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (!first || !last || last.at - first.at < 1) return null;
  const lines = linesOf(service);
  const height = 90;
  const whole = Math.max(lines.maximum, ...samples.map((s) => [...s.running.values()].reduce((a, b) => a + b, 0)), 1);
  const x = (at: number) => ((at - first.at) / (last.at - first.at)) * WIDTH;
  const y = (n: number) => height - (n / whole) * (height - 4);
  const ids = [...new Set(samples.flatMap((s) => [...s.running.keys()]))].sort();
  const primary = service.deployments.find((d) => d.status === 'PRIMARY')?.id;
  ids.sort((a, b) => Number(a === primary) - Number(b === primary));
  const base = samples.map(() => 0);
  const areas = ids.map((id) => {
    const below = [...base];
    samples.forEach((s, i) => {
      base[i]! += s.running.get(id) ?? 0;
    });
    // Counts jump: each sample holds until the next.
    const steps = (values: number[]) => samples.flatMap((s, i) => (i ? [`${x(s.at)},${y(values[i - 1]!)}`] : []).concat(`${x(s.at)},${y(values[i]!)}`));
    return { id, points: [...steps(base), ...steps(below).reverse()].join(' ') };
  });
  return (
    <figure class="drawing">
      <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" class="history" role="img" aria-label="Running tasks since this page was opened">
        {areas.map(({ id, points }) => <polygon key={id} class={`cell ${id === primary ? 'new' : 'old'}`} points={points} />)}
        <line class="bound" x1="0" x2={WIDTH} y1={y(lines.minimum)} y2={y(lines.minimum)} />
        <line class="bound" x1="0" x2={WIDTH} y1={y(lines.maximum)} y2={y(lines.maximum)} />
      </svg>
      <figcaption class="quiet">Running tasks over the last {duration(last.at - first.at)}, between minimum and maximum</figcaption>
    </figure>
  );
}
