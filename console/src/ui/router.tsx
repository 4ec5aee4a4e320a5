// The page's path says what is shown; links change it without loading the page again.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const BASE = '/console';

export interface Place {
  parts: string[];
  query: URLSearchParams;
}

function here(): Place {
  const path = location.pathname.startsWith(BASE) ? location.pathname.slice(BASE.length) : '';
  return {
    parts: path.split('/').filter(Boolean).map(decodeURIComponent),
    query: new URLSearchParams(location.search),
  };
}

const moved = new Set<() => void>();

/** `to` is a path below /console. */
export function go(to: string, replace = false): void {
  if (replace) history.replaceState(null, '', BASE + to);
  else history.pushState(null, '', BASE + to);
  for (const listener of [...moved]) listener();
  if (!replace) scrollTo(0, 0);
}

/** A path from its parts, each as it is. */
export const path = (...parts: string[]): string => '/' + parts.map(encodeURIComponent).join('/');

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const update = () => setPlace(here());
    moved.add(update);
    addEventListener('popstate', update);
    return () => {
      moved.delete(update);
      removeEventListener('popstate', update);
    };
  }, []);
  return place;
}

interface LinkProps {
  to: string;
  class?: string;
  title?: string;
  'aria-current'?: 'page';
  children: ComponentChildren;
}

export function Link({ to, children, ...rest }: LinkProps) {
  const click = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return <a {...rest} href={BASE + to} onClick={click}>{children}</a>;
}
