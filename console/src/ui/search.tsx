// Goes anywhere by name: clusters, services, daemons, tasks, task definitions, pages.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { listAll } from '../api/call';
import { nameOf } from '../api/types';
import { Dialog } from './dialog';
import { go, path } from './router';

interface Found { kind: string; name: string; to: string }

const PAGES: Found[] = [
  { kind: 'page', name: 'Clusters', to: '/' }, { kind: 'page', name: 'Task definitions', to: '/task-definitions' },
  { kind: 'page', name: 'Events', to: '/events' }, { kind: 'page', name: 'Faults and time', to: '/lab' },
];

const MOST = 12;
const COMBOBOX = { role: 'combobox' } as object; // Preact's types know it with a datalist only

/** What cannot be listed, as of a cluster deleted meanwhile, does not keep the rest from being found. */
const listed: typeof listAll = (operation, member, input) => listAll<any>(operation, member, input).catch(() => []);

/** Lists only, names without descriptions: it must be there at once. */
async function everything(tell: (some: Found[]) => void): Promise<void> {
  const clusters = (await listed('ListClusters', 'clusterArns')).map(nameOf);
  tell(clusters.map((name) => ({ kind: 'cluster', name, to: path('clusters', name) })));
  const families = await listed('ListTaskDefinitionFamilies', 'families', { status: 'ACTIVE' });
  tell(families.map((name) => ({ kind: 'task definition', name, to: path('task-definitions', name) })));
  for (const cluster of clusters) {
    const services = await listed('ListServices', 'serviceArns', { cluster, maxResults: 100 });
    tell(services.map((arn) => ({ kind: `service in ${cluster}`, name: nameOf(arn), to: path('clusters', cluster, 'services', nameOf(arn)) })));
  }
  for (const cluster of clusters) {
    const daemons = await listed<{ daemonArn: string }>('ListDaemons', 'daemonSummariesList', { clusterArn: cluster, maxResults: 100 });
    tell(daemons.map(({ daemonArn: arn }) => ({ kind: `daemon in ${cluster}`, name: nameOf(arn), to: path('clusters', cluster, 'daemons', nameOf(arn)) })));
  }
  for (const cluster of clusters) {
    const tasks = await listed('ListTasks', 'taskArns', { cluster, maxResults: 100 });
    tell(tasks.map((arn) => ({ kind: `task in ${cluster}`, name: nameOf(arn), to: path('clusters', cluster, 'tasks', nameOf(arn)) })));
  }
}

export function Search({ close }: { close: () => void }) {
  const [all, setAll] = useState<Found[]>(PAGES);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => {
    let over = false;
    void everything((some) => !over && setAll((before) => [...before, ...some]));
    return () => {
      over = true;
    };
  }, []);
  const found = useMemo(() => {
    const needle = text.trim().toLowerCase();
    const score = (name: string) => (name === needle ? 0 : name.startsWith(needle) ? 1 : 2);
    return all.filter(({ name }) => name.toLowerCase().includes(needle))
      .map((entry) => ({ entry, rank: score(entry.name.toLowerCase()) })).sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ entry }) => entry);
  }, [all, text]);
  const leave = (to: string) => {
    close();
    go(to);
  };
  const key = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step) {
      event.preventDefault();
      setAt((before) => Math.min(Math.max(before + step, 0), found.length - 1));
    } else if (event.key === 'Enter' && found[at]) {
      leave(found[at].to);
    }
  };
  return (
    <Dialog title="Search" close={close}>
      <input ref={field} type="text" class="filter" {...COMBOBOX} aria-label="Search" aria-expanded="true" aria-controls="found" aria-activedescendant={found[at] ? `found-${at}` : undefined}
        placeholder="A cluster, service, daemon, task or task definition" value={text} onKeyDown={key}
        onInput={(event) => { setText(event.currentTarget.value); setAt(0); }} />
      <ul id="found" class="found" role="listbox" aria-label="Found">
        {found.map(({ kind, name, to }, index) => (
          <li key={to} id={`found-${index}`} role="option" aria-selected={index === at} onClick={() => leave(to)}><span>{name}</span> <span class="quiet">{kind}</span></li>
        ))}
      </ul>
      {found.length === 0 ? <p class="empty">Nothing of that name.</p> : null}
    </Dialog>
  );
}
