// The record of what holds something back, as sentences, with the rule that refused each instance marked.
import { admin } from '../api/call';
import { facts, world } from '../api/facts';
import { useLive, type Loaded } from '../api/use';
import { nameOf, type Explanation, type Refused } from '../api/types';
import { Link, path } from '../ui/router';
import { clockTime, plural } from '../ui/text';

/** Null when nothing is held back. */
async function explanationOf(arn: string): Promise<Explanation | null> {
  const told = await admin<Partial<Explanation>>(`explain/${encodeURIComponent(arn)}?none=empty`);
  return told.message === undefined || told.code === 'NOTHING' ? null : told as Explanation;
}

function sentence({ reason, wanted, available }: Refused) {
  return (
    <>
      refused by <mark>{reason}</mark>
      {wanted ? <>: <b>{wanted}</b> wanted{available ? <>, <b>{available}</b></> : null}</> : null}
    </>
  );
}

/** A service's record begins as its event goes on: "was unable to ...". */
function whole(message: string): string {
  if (/^(was|is|has) /.test(message)) return `It ${message}`;
  return message.charAt(0).toUpperCase() + message.slice(1);
}

/** Instances that were refused for the same reason, told once. */
function grouped(refusals: Refused[]): [string, Refused[]][] {
  const groups = new Map<string, Refused[]>();
  for (const refusal of refusals) {
    const key = [refusal.reason, refusal.wanted, refusal.available].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), refusal]);
  }
  return [...groups];
}

function Refusals({ of, cluster }: { of: Refused[]; cluster: string }) {
  return (
    <ul>
      {grouped(of).map(([key, some]) => (
        <li key={key}>
          {some.length > 3 ? plural(some.length, 'container instance') : some.map((one, at) => (
            <>{at ? ', ' : ''}<Link class="id" to={path('clusters', cluster, 'instances', nameOf(one.containerInstanceArn))}>{nameOf(one.containerInstanceArn).slice(0, 8)}…</Link></>
          ))} {sentence(some[0]!)}
        </li>
      ))}
    </ul>
  );
}

export function Sentences({ of, cluster }: { of: Explanation; cluster: string }) {
  return (
    <div class="why" role="status">
      <p><strong>{whole(of.message)}</strong></p>
      {of.nextStep ? <p>{of.nextStep}</p> : null}
      {of.refusals.length ? <Refusals of={of.refusals} cluster={cluster} /> : null}
      <p class="quiet">{of.code}, {clockTime(of.at)}</p>
    </div>
  );
}

/** Several records in one box, each in a line: they explain more than they hold back. */
export function Reasons({ of, cluster }: { of: Explanation[]; cluster: string }) {
  if (of.length === 0) return null;
  return (
    <ul class="why reasons">
      {of.map((one, at) => (
        <li key={at}>{whole(one.message)} {one.nextStep ? <span class="quiet">{one.nextStep} </span> : null}<span class="quiet code">{one.code}</span>
          {one.refusals.length ? <Refusals of={one.refusals} cluster={cluster} /> : null}</li>
      ))}
    </ul>
  );
}

/** `arn` may be short, ":cluster/name": then it is of the world that is shown. Without one nothing is asked. */
export function useWhy(arn: string | undefined): Loaded<Explanation | null> {
  const whole = arn?.startsWith(':') ? `arn:aws:ecs:${world.region || facts.region}:${world.account}${arn}` : arn;
  return useLive(`why ${whole}`, async () => (whole === undefined ? null : explanationOf(whole)));
}

/** Shows nothing when nothing is held back. */
export function Why({ arn, cluster, about, always }: { arn: string; cluster: string; about?: string; always?: boolean }) {
  const loaded = useWhy(arn);
  if (loaded.data) {
    const sentences = (loaded.data.reasons ?? [loaded.data]).map((one, at) => <Sentences key={at} of={one} cluster={cluster} />);
    return about ? <details class="about"><summary>{about}</summary>{sentences}</details> : <>{sentences}</>;
  }
  return always && loaded.data === null ? <p class="quiet">Nothing holds it back.</p> : null;
}
