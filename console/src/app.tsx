// The frame around every page, and which page a path is.
import { useEffect, useState } from 'preact/hooks';
import { admin } from './api/call';
import { enter, facts, world, type World } from './api/facts';
import { connectionState, onConnection, reconnect } from './api/live';
import { useLive } from './api/use';
import { useClock } from './data/clock';
import { ClusterPage } from './pages/cluster';
import { ClustersPage } from './pages/clusters';
import { DaemonPage } from './pages/daemons';
import { EventsPage } from './pages/events';
import { InstancePage } from './pages/instances';
import { LabPage } from './pages/lab';
import { ServicePage } from './pages/service';
import { FamiliesPage, FamilyPage } from './pages/task_definitions';
import { TaskPage } from './pages/task';
import { Keys } from './ui/keys';
import { Empty, Head } from './ui/parts';
import { Link, go, usePlace, type Place } from './ui/router';
import { ThemeButton } from './ui/theme';

const SAYS = { connecting: 'connecting', live: 'live', polling: 'asking every 2 s', lost: 'no connection' };

function Connection() {
  const [state, setState] = useState(connectionState);
  useEffect(() => {
    const update = () => setState(connectionState());
    update(); // it may have become another since the first drawing
    return onConnection(update);
  }, []);
  return <span class={`connection ${state}`} role="status" title={SAYS[state]}><span class="dot" aria-hidden="true" /><span class="wide-only">{SAYS[state]}</span></span>;
}

function VirtualTime() {
  const clock = useClock();
  return clock.data ? <Link to="/lab" class="virtual" title="Virtual time">{clock.data.now.slice(0, 19).replace('T', ' ')}</Link> : null;
}

const keyOf = ({ account, region }: World): string => `${account} ${region}`;

/** Which account and region is shown; a choice as soon as there is more than one. */
function WorldChoice({ entered }: { entered: () => void }) {
  const loaded = useLive('worlds', () => admin<{ worlds: (World & { clusters: number })[] }>('worlds').then(({ worlds }) => worlds), (change) => change.kind === 'cluster');
  const all = (loaded.data ?? []).filter(({ clusters }) => clusters > 0);
  const known: World[] = all.some((one) => keyOf(one) === keyOf(world)) ? all : [world, ...all];
  if (known.length < 2) return <span class="world wide-only">{world.account} · {world.region}</span>;
  const choose = (key: string) => {
    const [account, region] = key.split(' ');
    enter({ account: account!, region: region! });
    reconnect();
    entered();
    go('/');
  };
  return (
    <select class="world" aria-label="Account and region" value={keyOf(world)} onChange={(event) => choose(event.currentTarget.value)}>
      {known.map((one) => <option key={keyOf(one)} value={keyOf(one)}>{one.account} · {one.region}</option>)}
    </select>
  );
}

const SECTIONS: [string, string, string][] = [['clusters', 'Clusters', '/'], ['task-definitions', 'Task definitions', '/task-definitions'], ['events', 'Events', '/events'], ['lab', 'Faults and time', '/lab']];

function page({ parts, query }: Place) {
  const [section = 'clusters', name, kind, id, view] = parts;
  if (section === 'task-definitions') return name ? <FamilyPage family={name} {...(kind ? { revision: kind } : {})} other={query.get('with') ?? ''} /> : <FamiliesPage />;
  if (section === 'events') return <EventsPage />;
  if (section === 'lab') return <LabPage />;
  if (section !== 'clusters') return <><Head title="There is no such page" /><Empty><Link to="/">All clusters</Link></Empty></>;
  if (!name) return <ClustersPage />;
  if (kind === 'services' && id) return <ServicePage cluster={name} name={id} view={view ?? 'tasks'} />;
  if (kind === 'daemons' && id) return <DaemonPage cluster={name} name={id} view={view ?? 'instances'} />;
  if (kind === 'tasks' && id) return <TaskPage cluster={name} id={id} view={view ?? 'overview'} />;
  if (kind === 'instances' && id) return <InstancePage cluster={name} id={id} />;
  return <ClusterPage name={name} view={kind ?? 'services'} />;
}

export function App() {
  const place = usePlace();
  const [worlds, setWorlds] = useState(0);
  const section = place.parts[0] ?? 'clusters';
  const title = [...place.parts].reverse().filter((part) => part !== 'clusters').join(' · ');
  useEffect(() => {
    document.title = title ? `${title} · Drydock` : 'Drydock';
  }, [title]);
  return (
    <>
      <a class="skip" href="#main">To the content</a>
      <header class="bar">
        <Link class="brand" to="/">Drydock</Link>
        <nav aria-label="Sections">
          {SECTIONS.map(([id, text, to]) => <Link key={id} to={to} {...(id === section ? { 'aria-current': 'page' as const } : {})}>{text}</Link>)}
        </nav>
        <div class="right">
          {facts.virtualClock ? <VirtualTime /> : null}
          <WorldChoice entered={() => setWorlds(worlds + 1)} />
          <button type="button" class="plain" onClick={() => dispatchEvent(new Event('drydock-search'))} aria-label="Search (Ctrl K)" title="Search (Ctrl K)">⌕</button>
          <ThemeButton />
          <Connection />
        </div>
      </header>
      <main id="main" key={worlds}>
        {facts.verifiesSignatures ? <p class="why" role="status">This Drydock runs with <code>--verify-signatures</code>, and the console has no keys to sign with: what it asks of the ECS API is refused.</p> : null}
        {page(place)}
      </main>
      <Keys />
    </>
  );
}
