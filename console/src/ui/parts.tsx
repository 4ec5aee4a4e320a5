// Small pieces that every page is made of.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Loaded } from '../api/use';
import { Refusal } from '../api/call';
import { Link, go } from './router';

export function Problem({ error }: { error: Error }) {
  return (
    <div class="problem" role="alert">
      <strong>{error instanceof Refusal ? error.code : 'No answer'}</strong> {error.message}
      {error instanceof Refusal && error.explanation ? <p>{error.explanation}</p> : null}
    </div>
  );
}

/** What was loaded, or what to say until and unless it is; under `title` where what was loaded would bring its own. */
export function Await<T>({ of, title, children }: { of: Loaded<T>; title?: string; children: (data: T) => ComponentChildren }) {
  return (
    <>
      {title && of.data === undefined ? <Head title={title} /> : null}
      {of.error ? <Problem error={of.error} /> : null}
      {of.data !== undefined ? children(of.data) : of.error ? null : <p class="quiet">Loading …</p>}
    </>
  );
}

export function Crumbs({ trail }: { trail: [string, string?][] }) {
  return (
    <nav class="crumbs" aria-label="Where this is">
      {trail.map(([text, to]) => (to ? <Link key={text} to={to}>{text}</Link> : <span key={text} aria-current="page">{text}</span>))}
    </nav>
  );
}

export function Head({ title, children }: { title: ComponentChildren; children?: ComponentChildren }) {
  return <div class="head"><h1>{title}</h1><div class="actions">{children}</div></div>;
}

/** Links in a row, one of them for what is shown; arrow keys go from one to the next. */
export function Tabs({ tabs, now }: { tabs: [id: string, text: string, to: string][]; now: string }) {
  const at = tabs.findIndex(([id]) => id === now);
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[at + step];
    if (!step || !next) return;
    event.preventDefault();
    go(next[2]);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.tabs [aria-current]')?.focus());
  };
  return (
    <nav class="tabs" aria-label="Views" onKeyDown={move}>
      {tabs.map(([id, text, to]) => (
        <Link key={id} to={to} {...(id === now ? { 'aria-current': 'page' as const } : {})}>{text}</Link>
      ))}
    </nav>
  );
}

export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {of.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

export function Copy({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setDone(true));
  if (!navigator.clipboard) return null; // pages have one on localhost and over https only
  return <button type="button" class="copy" onClick={copy} aria-live="polite">{done ? 'Copied' : label}</button>;
}

export function Arn({ arn }: { arn: string }) {
  return <span class="arn"><code>{arn}</code> <Copy text={arn} /></span>;
}

export function Json({ of }: { of: unknown }) {
  const text = JSON.stringify(of, null, 2);
  return <div class="json"><Copy text={text} /><pre tabIndex={0}>{text}</pre></div>;
}

export function Section({ title, children, side }: { title: string; children: ComponentChildren; side?: ComponentChildren }) {
  return <section><div class="section-head"><h2>{title}</h2>{side}</div>{children}</section>;
}

export const Empty = ({ children }: { children: ComponentChildren }) => <p class="empty">{children}</p>;
