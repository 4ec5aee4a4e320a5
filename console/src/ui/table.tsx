// A list of any length: only the rows on the screen are in the page.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

export interface Column<Row> {
  title: string;
  /** A track of a CSS grid: 8rem, 2fr, minmax(6rem, 1fr). */
  width: string;
  show: (row: Row) => ComponentChildren;
  sort?: (row: Row) => string | number;
  /** Left out on narrow windows. */
  extra?: boolean;
  /** Its track there, when `width` asks for too much. */
  narrow?: string;
  number?: boolean;
}

interface Props<Row> {
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  id: (row: Row) => string;
  /** What the filter looks into; without it there is no filter. */
  text?: (row: Row) => string;
  open?: (row: Row) => void;
  empty: ComponentChildren;
  tools?: ComponentChildren;
}

const ROW = 34; // pixels; style.css says the same
const SPARE = 12; // rows above and below those that are seen

const narrow = matchMedia('(max-width: 720px)');
function useNarrow(): boolean {
  const [now, setNow] = useState(narrow.matches);
  useEffect(() => {
    const update = () => setNow(narrow.matches);
    narrow.addEventListener('change', update);
    return () => narrow.removeEventListener('change', update);
  }, []);
  return now;
}

/** Which rows of `count` are near the window, as it scrolls. */
function useWindowed(count: number) {
  const body = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: 60 });
  useLayoutEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      if (!body.current) return;
      const above = -body.current.getBoundingClientRect().top;
      // In steps, so that most frames of a scroll need no new rows.
      const from = Math.max(0, Math.floor(above / ROW / 4) * 4 - SPARE);
      const to = Math.min(count, Math.ceil((above + innerHeight) / ROW / 4) * 4 + SPARE);
      setRange((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    const soon = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [count]);
  return { body, from: Math.min(range.from, count), to: Math.min(Math.max(range.to, range.from), count) };
}

export function Table<Row>({ label, rows, columns, id, text, open, empty, tools }: Props<Row>) {
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<{ at: number; down: boolean }>({ at: -1, down: false });
  const isNarrow = useNarrow();
  const shown = columns.filter((column) => !(isNarrow && column.extra));
  const sorter = order.at >= 0 ? columns[order.at]?.sort : undefined;
  const wanted = useMemo(() => {
    const needle = filter.trim().toLowerCase();
    let list = needle && text ? rows.filter((row) => text(row).toLowerCase().includes(needle)) : rows;
    if (sorter) {
      const sign = order.down ? -1 : 1;
      const keyed = list.map((row) => ({ row, key: sorter(row) }));
      keyed.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0));
      list = keyed.map(({ row }) => row);
    }
    return list;
  }, [rows, filter, order.at, order.down]);
  const { body, from, to } = useWindowed(wanted.length);
  const tracks = { gridTemplateColumns: shown.map((column) => (isNarrow && column.narrow) || column.width).join(' ') };

  const step = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[role=row]');
    if (!row) return;
    const key = event.key === 'j' ? 'ArrowDown' : event.key === 'k' ? 'ArrowUp' : event.key;
    if (key !== 'ArrowDown' && key !== 'ArrowUp') return;
    const next = key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
    event.preventDefault();
    next?.querySelector<HTMLElement>('a, button')?.focus();
  };
  const openRow = (event: MouseEvent, row: Row) => {
    if (open && !(event.target as HTMLElement).closest('a, button, input') && !getSelection()?.toString()) open(row);
  };

  return (
    <div class="table-frame">
      {text || tools ? (
        <div class="tools">
          {text ? <input type="search" class="filter" placeholder={`Filter ${label.toLowerCase()}`} aria-label={`Filter ${label.toLowerCase()}`}
            value={filter} onInput={(event) => setFilter(event.currentTarget.value)} /> : null}
          {tools}
          <span class="count">{wanted.length === rows.length ? rows.length.toLocaleString('en')
            : `${wanted.length.toLocaleString('en')} of ${rows.length.toLocaleString('en')}`}</span>
        </div>
      ) : null}
      {wanted.length === 0 ? <p class="empty">{rows.length === 0 ? empty : 'Nothing fits the filter.'}</p> : (
        <div class="table" role="table" aria-label={label} aria-rowcount={wanted.length + 1} onKeyDown={step}>
          <div role="rowgroup">
            <div class="row header" role="row" aria-rowindex={1} style={tracks}>
              {shown.map((column) => {
                const at = columns.indexOf(column);
                const sorted = order.at === at ? (order.down ? 'descending' : 'ascending') : undefined;
                return (
                  <div key={column.title} role="columnheader" class={column.number ? 'number' : ''} {...(sorted ? { 'aria-sort': sorted } : {})}>
                    {column.sort ? (
                      <button type="button" onClick={() => setOrder({ at, down: order.at === at && !order.down })}>
                        {column.title}<span aria-hidden="true">{sorted === 'ascending' ? ' ↑' : sorted ? ' ↓' : ''}</span>
                      </button>
                    ) : column.title}
                  </div>
                );
              })}
            </div>
          </div>
          <div role="rowgroup" class="rows" ref={body} style={{ height: `${wanted.length * ROW}px`, paddingTop: `${from * ROW}px` }}>
            {wanted.slice(from, to).map((row, index) => (
              <div key={id(row)} class={`row${open ? ' opens' : ''}`} role="row" aria-rowindex={from + index + 2} style={tracks}
                onClick={(event) => openRow(event, row)}>
                {shown.map((column) => <div key={column.title} role="cell" class={column.number ? 'number' : ''}>{column.show(row)}</div>)}
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
