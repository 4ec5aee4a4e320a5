// What changed on the server, as it happens (docs/events.md, "Changes").
import { admin } from './call';
import { world } from './facts';

export interface Change {
  kind: string;
  arn?: string; // not with `many`
  cluster?: string;
  service?: string;
  containerInstance?: string;
  removed?: boolean;
  many?: boolean; // of this kind in this cluster
}
/** Null: anything may have changed. */
type Listener = (changes: Change[] | null) => void;

const POLL_MS = 2000;
const listeners = new Set<Listener>();

/** How the page hears of changes; shown in its header. */
export type Connection = 'connecting' | 'live' | 'polling' | 'lost';
let connection: Connection = 'connecting';
const watchers = new Set<() => void>();

function became(next: Connection): void {
  if (next === connection) return;
  connection = next;
  for (const watcher of [...watchers]) watcher();
}

export const connectionState = (): Connection => connection;
export function onConnection(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function tell(changes: Change[] | null): void {
  for (const listener of [...listeners]) listener(changes);
}

export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** After an action of this page: show its effect without waiting to be told. */
export const touch = (): void => tell(null);

let source: EventSource | null = null;
let poller = 0;

// Where the stream cannot be had, the page asks.
function poll(): void {
  poller = window.setTimeout(async () => {
    try {
      await admin('health');
      became('polling');
      tell(null);
    } catch {
      became('lost');
    }
    if (!document.hidden && source === null) poll();
  }, connection === 'connecting' ? 0 : POLL_MS);
}

function open(): void {
  const query = new URLSearchParams({ changes: 'only', account: world.account, region: world.region });
  const stream = new EventSource(`/_drydock/events?${query}`);
  source = stream;
  stream.onopen = () => {
    became('live');
    tell(null); // what happened before is not told on the stream
  };
  stream.addEventListener('change', (event) => tell(JSON.parse((event as MessageEvent<string>).data).changes));
  stream.onerror = () => {
    if (stream.readyState !== EventSource.CLOSED) return became('lost');
    stream.close();
    source = null;
    poll();
  };
}

function close(): void {
  source?.close();
  source = null;
  clearTimeout(poller);
}

/** A browser has few connections for one server: only a page that is looked at keeps one for the stream. */
export function connect(): void {
  document.addEventListener('visibilitychange', () => {
    close();
    if (!document.hidden) open();
  });
  if (!document.hidden) open();
}

/** Another world is shown: its changes are wanted. */
export function reconnect(): void {
  close();
  open();
}
