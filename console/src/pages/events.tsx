// What happened, as EventBridge would tell it (docs/events.md).
import { useState } from 'preact/hooks';
import { Refusal, admin } from '../api/call';
import { world } from '../api/facts';
import { useLive } from '../api/use';
import { nameOf } from '../api/types';
import { Await, Empty, Head, Json } from '../ui/parts';
import { Dialog } from '../ui/dialog';
import { Table, type Column } from '../ui/table';
import { clockTime } from '../ui/text';

interface Told { sequence: number; event: { time: string; 'detail-type': string; resources: string[]; detail: Record<string, any> } }
interface History { events: Told[]; next: number; more: boolean; latest: number }

const MOST = 1000;

async function latest(): Promise<Told[]> {
  const page = (since: number) => admin<History>(`events/history?since=${since}&limit=${MOST}&account=${world.account}&region=${world.region}`);
  const probe = await admin<History>(`events/history?since=0&limit=1&account=${world.account}&region=${world.region}`);
  const events: Told[] = [];
  for (let since = Math.max(0, probe.latest - 3 * MOST), more = true; more;) {
    const some = await page(since);
    events.push(...some.events);
    since = some.next;
    more = some.more && some.events.length > 0;
  }
  return events.slice(-MOST).reverse();
}

function summary({ event }: Told): string {
  const { detail } = event;
  return [detail.eventName, detail.lastStatus && `${detail.lastStatus}${detail.desiredStatus && detail.desiredStatus !== detail.lastStatus ? ` (to be ${detail.desiredStatus})` : ''}`,
    detail.status, detail.stoppedReason, detail.reason].filter(Boolean).join(' · ');
}

const columns: Column<Told>[] = [
  { title: 'When', width: 'minmax(5rem, 9rem)', narrow: '4.6rem', show: ({ event }) => clockTime(Date.parse(event.time) / 1000) },
  { title: 'Kind', width: 'minmax(8rem, 13rem)', narrow: 'minmax(0, 1fr)', sort: ({ event }) => event['detail-type'], show: ({ event }) => event['detail-type'].replace(/^ECS /, '') },
  { title: 'About', width: 'minmax(6rem, 1fr)', extra: true, show: ({ event }) => nameOf(event.resources[0] ?? '') },
  { title: 'What', width: 'minmax(8rem, 2fr)', narrow: 'minmax(0, 1fr)', show: summary },
];

export function EventsPage() {
  const loaded = useLive('events', () => latest().catch((error) => {
    if (error instanceof Refusal && /No such path/.test(error.message)) return null;
    throw error;
  }));
  const [shown, show] = useState<Told>();
  return (
    <>
      <Head title="Events" />
      <Await of={loaded}>
        {(data) => data === null ? <Empty>This Drydock keeps no events.</Empty> : (
          <Table label="Events" rows={data} columns={columns} id={(told) => String(told.sequence)} open={show}
            text={(told) => `${told.event['detail-type']} ${told.event.resources.join(' ')} ${summary(told)}`} empty="Nothing has happened yet." />
        )}
      </Await>
      {shown ? <Dialog title={shown.event['detail-type']} close={() => show(undefined)} wide><Json of={shown.event} /></Dialog> : null}
    </>
  );
}
