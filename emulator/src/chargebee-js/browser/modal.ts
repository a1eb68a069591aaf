import type { Frame, FrameEvents, Layout } from './frame.js';

const titles: Record<Layout, string> = {
  portal: 'Billing portal',
  card: 'Billing portal',
  checkout: 'Payment page',
};

/**
 * An iframe in a modal dialog. The dialog stands in the browser's top layer, above every z-index, and makes the page behind it inert; focus
 * stays inside and goes back to where it was; Escape closes it.
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
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) this.events.closed();
    });

    const button = document.createElement('button');
    button.type = 'button';
    button.id = 'cb-modal-close';
    button.setAttribute('aria-label', 'Close');
    button.addEventListener('click', this.events.closed);

    const loader = document.createElement('p');
    loader.id = 'cb-loader';
    loader.setAttribute('role', 'status');
    loader.textContent = 'Loading…';

    const iframe = document.createElement('iframe');
    iframe.id = 'cb-frame';
    iframe.name = 'cb-frame';
    iframe.title = titles[layout];
    iframe.allow = 'payment';
    iframe.src = url;
    iframe.addEventListener('load', this.events.arrived);

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

  markShown(): void {
    if (this.#shown) return;
    this.#shown = true;
    this.markMute();
    this.#iframe?.focus();
  }

  markMute(): void {
    this.#dialog?.querySelector('#cb-loader')?.remove();
    this.#dialog?.removeAttribute('aria-busy');
  }

  close(): void {
    // Closing first gives focus back to what had it; a removed dialog would drop it.
    this.#dialog?.close();
    this.#dialog?.remove();
    document.documentElement.classList.remove('cb-open');
    this.#dialog = undefined;
    this.#iframe = undefined;
  }
}
