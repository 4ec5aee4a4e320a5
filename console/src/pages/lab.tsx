// Where things are made to go wrong, and time to pass.
import { useState } from 'preact/hooks';
import { admin } from '../api/call';
import { facts } from '../api/facts';
import { touch } from '../api/live';
import { useLive } from '../api/use';
import { useClock, type ServerClock } from '../data/clock';
import { Await, Copy, Empty, Facts, Head, Problem, Section } from '../ui/parts';
import { Table, type Column } from '../ui/table';

interface Fault { id: string; kind: string; scope?: Record<string, string>; until?: string; count?: number; rate?: number; [more: string]: unknown }

/** The members that each kind of fault takes (docs/faults.md). */
const PLACES = ['account', 'region', 'cluster', 'instance', 'zone'];
const TASKS = ['account', 'region', 'cluster', 'service', 'image'];
const CALLS = ['account', 'region', 'cluster', 'operation'];
const KINDS: Record<string, { scope: string[]; more: string[]; says: string; docker?: boolean }> = {
  'instance-lost': { scope: PLACES, more: ['for'], says: 'Machines are terminated; new ones register when the fault ends.' },
  'zone-lost': { scope: ['zone', 'account', 'region'], more: ['for'], says: 'All machines of a zone are terminated.' },
  'agent-disconnected': { scope: PLACES, more: ['for'], says: 'Agents are disconnected; containers go on.', docker: true },
  'spot-interruption': { scope: ['account', 'region', 'cluster', 'service'], more: ['count'], says: 'Tasks of FARGATE_SPOT are stopped.', docker: true },
  'pull-failure': { scope: TASKS, more: ['for', 'count', 'rate', 'message'], says: 'Images cannot be pulled.' },
  'slow-stop': { scope: TASKS, more: ['for', 'count', 'delay'], says: 'Containers take longer to stop.' },
  'stop-failure': { scope: TASKS, more: ['for'], says: 'Containers do not stop, not even by SIGKILL.' },
  throttling: { scope: CALLS, more: ['for', 'count', 'rate'], says: 'Calls are answered with ThrottlingException.', docker: true },
  'api-error': { scope: CALLS, more: ['for', 'count', 'rate', 'code', 'message'], says: 'Calls are answered with an error.', docker: true },
  'storage-slow': { scope: [], more: ['for', 'delay'], says: 'Changes become durable later.', docker: true },
  'storage-failure': { scope: [], more: ['for', 'message'], says: 'Changes are refused as when the disk is full.', docker: true },
};
const HINTS: Record<string, string> = { for: '10m', count: '3', rate: '0.5', delay: '30s', image: 'shop/*', operation: 'Describe*', zone: 'us-east-1a' };
const NUMBERS = new Set(['count', 'rate']);

const curl = (path: string, body: unknown): string =>
  `curl ${location.origin}/_drydock/${path} -H 'Content-Type: application/json' -d '${JSON.stringify(body).replace(/'/g, `'\\''`)}'`;

function FaultForm() {
  const kinds = Object.keys(KINDS).filter((kind) => facts.runtime === 'simulated' || KINDS[kind]!.docker);
  const [kind, setKind] = useState(kinds[0]!);
  const [values, setValues] = useState<Record<string, string>>({});
  const [error, setError] = useState<Error>();
  const { scope, more, says } = KINDS[kind]!;
  const given = (names: string[]) => Object.fromEntries(names.filter((name) => values[name]).map((name) => [name, NUMBERS.has(name) ? Number(values[name]) : values[name]]));
  const where = given(scope);
  const body = { kind, ...(Object.keys(where).length ? { scope: where } : {}), ...given(more) };
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await admin('faults', 'POST', body);
      setError(undefined);
      touch();
    } catch (refused) {
      setError(refused as Error);
    }
  };
  return (
    <form class="panel lab" onSubmit={submit}>
      <label><span>Fault</span><select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>{kinds.map((name) => <option key={name}>{name}</option>)}</select><small>{says}</small></label>
      <div class="fields">
        {[...scope, ...more].map((name) => (
          <label key={name}><span>{name}</span><input type="text" placeholder={HINTS[name] ?? ''} value={values[name] ?? ''} onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })} /></label>
        ))}
      </div>
      <div class="command"><div class="section-head"><span class="quiet">The same with curl</span><Copy text={curl('faults', body)} /></div><pre tabIndex={0}>{curl('faults', body)}</pre></div>
      {error ? <Problem error={error} /> : null}
      <div class="buttons"><button type="submit" class="danger">Inject</button></div>
    </form>
  );
}

const end = (fault: Fault) => void admin(`faults/${encodeURIComponent(fault.id)}`, 'DELETE').then(touch, touch);

const faultColumns: Column<Fault>[] = [
  { title: 'Fault', width: 'minmax(6rem, 1fr)', narrow: 'minmax(0, 1fr)', show: (f) => f.id },
  { title: 'Kind', width: 'minmax(8rem, 1.5fr)', narrow: 'minmax(0, 1fr)', show: (f) => f.kind },
  { title: 'Where', width: 'minmax(6rem, 2fr)', extra: true, show: (f) => Object.entries(f.scope ?? {}).map(([name, value]) => `${name} ${value}`).join(', ') || 'everywhere' },
  { title: 'Until', width: 'minmax(6rem, 1.5fr)', extra: true, show: (f) => f.until?.replace('T', ' ').slice(0, 19) ?? (f.count ? `${f.count} more` : 'ended') },
  { title: '', width: '5rem', show: (f) => <button type="button" onClick={() => end(f)} aria-label={`End ${f.id}`}>End</button> },
];

function Time() {
  const clock = useClock();
  const [moved, setMoved] = useState<ServerClock>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const [by, setBy] = useState('5m');
  const move = async (body: Record<string, unknown>) => {
    setBusy(true);
    try {
      setMoved(await admin<ServerClock>('clock', 'POST', body));
      setError(undefined);
    } catch (refused) {
      setError(refused as Error);
    }
    setBusy(false);
    touch();
  };
  return (
    <Await of={clock}>
      {(data) => (
        <div class="panel lab">
          <Facts of={[['Now', data.now.replace('T', ' ').replace('Z', ' UTC')], ['Next to happen by itself', data.nextTimer?.replace('T', ' ').replace('Z', ' UTC') ?? 'nothing']]} />
          {data.mode === 'virtual' ? (
            <>
              <div class="tools" role="group" aria-label="Move the clock">
                {['1s', '10s', '1m', '10m', '1h', '1d'].map((step) => <button key={step} type="button" disabled={busy} onClick={() => move({ advance: step })}>+{step}</button>)}
                <button type="button" class="primary" disabled={busy} onClick={() => move({ until: 'idle' })}>Until idle</button>
              </div>
              <form class="tools" onSubmit={(event) => { event.preventDefault(); void move({ advance: by }); }}>
                <label class="inline">By <input type="text" value={by} onInput={(event) => setBy(event.currentTarget.value)} /></label>
                <button type="submit" disabled={busy}>Advance</button>
                <Copy text={curl('clock', { advance: by })} label="Copy curl command" />
              </form>
              {moved?.stoppedBecause ? <p role="status">Moved by {moved.advancedSeconds} s; stopped because: {moved.stoppedBecause}.</p> : null}
            </>
          ) : <Empty>The clock is the real one. With <code>drydock serve --runtime simulated --clock virtual</code> it can be moved here.</Empty>}
          {error ? <Problem error={error} /> : null}
        </div>
      )}
    </Await>
  );
}

export function LabPage() {
  const loaded = useLive('faults', () => admin<{ faults: Fault[] }>('faults').then(({ faults }) => faults));
  return (
    <>
      <Head title="Faults and time" />
      <Section title="Time"><Time /></Section>
      <Section title="In force">
        <Await of={loaded}>{(faults) => <Table label="Faults" rows={faults} columns={faultColumns} id={(f) => f.id} empty="Nothing is made to go wrong." />}</Await>
      </Section>
      <Section title="Make something go wrong"><FaultForm /></Section>
    </>
  );
}
