// The record of what holds something back, as sentences, with the rule that refused each instance marked.
import { admin } from '../api/call';
import { facts, world } from '../api/facts';
import { useLive } from '../api/use';
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

export function Sentences({ of, cluster }: { of: Explanation; cluster: string }) {
  return (
    <div class="why" role="status">
      <p><strong>{whole(of.message)}</strong></p>
      {of.nextStep ? <p>{of.nextStep}</p> : null}
      {of.refusals.length ? (
        <ul>
          {grouped(of.refusals).map(([key, some]) => (
            <li key={key}>
              {some.length > 3 ? plural(some.length, 'container instance') : some.map((one, at) => (
                <>{at ? ', ' : ''}<Link class="id" to={path('clusters', cluster, 'instances', nameOf(one.containerInstanceArn))}>{nameOf(one.containerInstanceArn).slice(0, 8)}…</Link></>
              ))} {sentence(some[0]!)}
            </li>
          ))}
        </ul>
      ) : null}
      <p class="quiet">{of.code}, {clockTime(of.at)}</p>
    </div>
  );
}

/** `arn` may be short, ":cluster/name": then it is of the world that is shown. Shows nothing when nothing is held back. */
export function Why({ arn, cluster, about, always }: { arn: string; cluster: string; about?: string; always?: boolean }) {
  const whole = arn.startsWith(':') ? `arn:aws:ecs:${world.region || facts.region}:${world.account}${arn}` : arn;
  const loaded = useLive(`why ${whole}`, () => explanationOf(whole));
  if (loaded.data) {
    const sentences = (loaded.data.reasons ?? [loaded.data]).map((one, at) => <Sentences key={at} of={one} cluster={cluster} />);
    return about ? <details class="about"><summary>{about}</summary>{sentences}</details> : <>{sentences}</>;
  }
  return always && loaded.data === null ? <p class="quiet">Nothing holds it back.</p> : null;
}
