// Data that stays true while it is shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import { onChange, type Change } from './live';

export interface Loaded<T> {
  data?: T;
  error?: Error;
}

const LEAST_GAP_MS = 250;

/** Loads now, and again whenever something that `affects` it changed; one load at a time, and never more than a third
    of the time is spent loading. `key` says what is loaded: another key begins anew. */
export function useLive<T>(key: string, load: () => Promise<T>, affects: (change: Change) => boolean = () => true): Loaded<T> {
  const [state, setState] = useState<{ key: string } & Loaded<T>>({ key });
  const latest = useRef({ load, affects });
  latest.current = { load, affects };
  useEffect(() => {
    let over = false;
    let running = false;
    let again = false;
    let timer = 0;
    const run = async () => {
      running = true;
      again = false;
      const began = performance.now();
      try {
        const data = await latest.current.load();
        if (!over) setState({ key, data });
      } catch (error) {
        if (!over) setState((before) => ({ key, error: error as Error, ...(before.key === key && before.data !== undefined ? { data: before.data } : {}) }));
      }
      timer = window.setTimeout(() => {
        running = false;
        if (again && !over) void run();
      }, Math.max(LEAST_GAP_MS, 2 * (performance.now() - began)));
    };
    const stop = onChange((changes) => {
      if (changes !== null && !changes.some((change) => latest.current.affects(change))) return;
      if (running) again = true;
      else void run();
    });
    void run();
    return () => {
      over = true;
      clearTimeout(timer);
      stop();
    };
  }, [key]);
  return state.key === key ? state : {};
}

/** Runs every so often while the component is there. */
export function useEvery(milliseconds: number, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const timer = setInterval(() => latest.current(), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
}
