// A question over the page. Escape closes it; the focus comes back to where it was.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export function Dialog({ title, close, children, wide }: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }) {
  const element = useRef<HTMLDialogElement>(null);
  // Before the next key arrives, not after the next frame: what is typed at once belongs to the dialog.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const dialog = element.current!;
    dialog.showModal();
    return () => {
      dialog.close();
      before?.focus();
    };
  }, []);
  const outside = (event: MouseEvent) => {
    if (event.target === element.current) close();
  };
  const cancel = (event: Event) => {
    event.preventDefault();
    close();
  };
  return (
    <dialog ref={element} class={wide ? 'wide' : ''} aria-label={title} onCancel={cancel} onClick={outside}>
      <div class="dialog">
        <div class="section-head"><h2>{title}</h2><button type="button" onClick={close} aria-label="Close">×</button></div>
        {children}
      </div>
    </dialog>
  );
}
