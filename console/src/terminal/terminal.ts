// A terminal in the page: xterm.js on a session's data channel. A bundle of its own.
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { Session } from './session';

export interface OpenTerminal {
  close: () => void;
}

/** xterm.js makes style sheets as it runs; the page's policy lets those pass that carry its nonce. */
function markStyles(nonce: string): () => void {
  const create = document.createElement;
  document.createElement = function (this: Document, ...given: [string, ElementCreationOptions?]) {
    const element = create.apply(this, given);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  } as typeof document.createElement;
  return () => {
    document.createElement = create;
  };
}

/** The page's own colours, as they are now. */
function theme(element: HTMLElement) {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return { background: colour('--code'), foreground: colour('--text'), cursor: colour('--accent'), selectionBackground: colour('--selection') };
}

export function open(element: HTMLElement, url: string, token: string, nonce: string, ended: (text: string) => void): OpenTerminal {
  const unmark = markStyles(nonce);
  const terminal = new Terminal({ fontSize: 13, fontFamily: 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace', cursorBlink: true, theme: theme(element), screenReaderMode: false });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(element);
  fit.fit();
  const session = new Session(url, token, {
    output: (bytes) => terminal.write(bytes),
    ready: () => {
      session.resize(terminal.rows, terminal.cols);
      terminal.focus();
    },
    ended: (text) => {
      terminal.options.disableStdin = true;
      terminal.options.cursorBlink = false;
      ended(text);
    },
  });
  const encoder = new TextEncoder();
  terminal.onData((text) => session.type(encoder.encode(text)));
  terminal.onResize(({ rows, cols }) => session.resize(rows, cols));
  const watcher = new ResizeObserver(() => fit.fit());
  watcher.observe(element);
  return {
    close: () => {
      watcher.disconnect();
      session.close();
      terminal.dispose();
      unmark();
    },
  };
}
