// The keyboard: what its keys do, and a list of them.
import { useEffect, useState } from 'preact/hooks';
import { Dialog } from './dialog';
import { go } from './router';
import { Search } from './search';

const KEYS: [string, string][] = [
  ['/', 'filter the list, or search'], ['Ctrl K', 'search'], ['g c', 'clusters'], ['g t', 'task definitions'], ['g e', 'events'], ['g f', 'faults and time'],
  ['↑ ↓ or j k', 'from row to row'], ['← →', 'from tab to tab'], ['Enter', 'open'], ['Esc', 'close'], ['?', 'this list'],
];
const GO: Record<string, string> = { c: '/', t: '/task-definitions', e: '/events', f: '/lab' };

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, .shell, dialog') !== null;

export function Keys() {
  const [open, setOpen] = useState<'search' | 'help' | null>(null);
  useEffect(() => {
    let going = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !(event.target as Element).closest?.('.shell')) {
        event.preventDefault();
        setOpen('search');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (performance.now() - going < 1200 && GO[event.key]) {
        go(GO[event.key]!);
        going = 0;
      } else if (event.key === 'g') {
        going = performance.now();
      } else if (event.key === '/') {
        event.preventDefault();
        const filter = document.querySelector<HTMLElement>('main .filter');
        if (filter) filter.focus();
        else setOpen('search');
      } else if (event.key === '?') {
        setOpen('help');
      } else if ((event.key === 'j' || event.key === 'ArrowDown') && document.activeElement === document.body) {
        document.querySelector<HTMLElement>('.rows .row a, .rows .row button')?.focus();
      }
    };
    addEventListener('keydown', press);
    const ask = () => setOpen('search');
    addEventListener('drydock-search', ask);
    return () => {
      removeEventListener('keydown', press);
      removeEventListener('drydock-search', ask);
    };
  }, []);
  if (open === 'search') return <Search close={() => setOpen(null)} />;
  if (open === 'help') {
    return (
      <Dialog title="Keys" close={() => setOpen(null)}>
        <dl class="facts keys">{KEYS.map(([keys, does]) => <div key={keys}><dt><kbd>{keys}</kbd></dt><dd>{does}</dd></div>)}</dl>
      </Dialog>
    );
  }
  return null;
}
