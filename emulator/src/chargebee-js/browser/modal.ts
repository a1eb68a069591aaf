import type { Frame, FrameEvents, Layout } from './frame.js';

const titles: Record<Layout, string> = {
  portal: 'Billing portal',
  card: 'Billing portal',
  checkout: 'Payment page',
};

/**
 * An iframe in a modal `<dialog>`. The browser puts it in the top layer, above every z-index, and makes the page behind it inert. It
 * traps focus, restores it on close, and closes on Escape.
 */
export class Modal implements Frame {
  #dialog?: HTMLDialogElement;
  #iframe?: HTMLIFrameElement;
  #shown = false;

  constructor(private readonly events: FrameEvents) {}

  get contentWindow(): Window | null {
    return this.#iframe?.contentWindow ?? null;
  }

  open(url: string, layout: Layout): boolean {
    const dialog = document.createElement('dialog');
    dialog.id = 'cb-container';
    dialog.className = `cb-${layout}`;
    dialog.setAttribute('aria-label', titles[layout]);
    dialog.setAttribute('aria-busy', 'true');
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.events.closed();
    });
    dialog.addEventListener('click', ({ target, detail }) => {
      // The second click of a double click was meant for the page's button, which has opened this dialog at the first one.
      if (detail > 1) return;
      if (target === dialog || target === button) this.events.closed();
    });

    const button = document.createElement('button');
    button.type = 'button';
    button.id = 'cb-modal-close';
    button.setAttribute('aria-label', 'Close');
    // It has the focus while the portal loads: the Enter key that has opened it may still be held down.
    button.addEventListener('keydown', (event) => {
      if (event.repeat) event.preventDefault();
    });

    const loader = document.createElement('p');
    loader.id = 'cb-loader';
    loader.setAttribute('role', 'status');
    loader.textContent = 'Opening billing…';

    const iframe = document.createElement('iframe');
    iframe.id = 'cb-frame';
    iframe.name = 'cb-frame';
    iframe.title = titles[layout];
    iframe.allow = 'payment';
    iframe.src = url;
    iframe.addEventListener('load', this.events.loaded);

    dialog.append(button, loader, iframe);
    document.body.append(dialog);
    dialog.showModal();
    document.documentElement.classList.add('cb-open');
    this.#dialog = dialog;
    this.#iframe = iframe;
    return true;
  }

  navigate(url: string): void {
    if (this.#iframe) this.#iframe.src = url;
  }

  reveal(): void {
    if (this.#shown) return;
    this.#shown = true;
    this.hideLoader();
    this.#iframe?.focus();
  }

  hideLoader(): void {
    this.#dialog?.querySelector('#cb-loader')?.remove();
    this.#dialog?.removeAttribute('aria-busy');
  }

  close(): void {
    // close() restores focus; removing an open dialog would lose it.
    this.#dialog?.close();
    this.#dialog?.remove();
    document.documentElement.classList.remove('cb-open');
    this.#dialog = undefined;
    this.#iframe = undefined;
  }
}
