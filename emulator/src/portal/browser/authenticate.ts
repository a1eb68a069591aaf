import { isHostMessage } from '../../chargebee-js/messages.js';
import type { PageData } from '../../html/page-data.js';
import { hostWindow, tell } from './host.js';

interface Credentials {
  token: string;
  login: string;
}

/** Gets a session's token, from chargebee.js or, where that has left the page, from the fragment; opens the session with it and goes on. */
export function authenticate(page: PageData): void {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  if (token) {
    history.replaceState(null, '', location.pathname + location.search);
    void openSession(page, { token, login: fragment.get('login') ?? '' });
    return;
  }
  const listener = (event: MessageEvent): void => {
    if (event.source !== hostWindow() || event.origin !== page.host) return;
    if (!isHostMessage(event.data)) return;
    // One answer: with listeners stacked on the other side there may be several.
    window.removeEventListener('message', listener);
    void openSession(page, event.data);
  };
  window.addEventListener('message', listener);
  tell(page, { chargebee: 'page', type: 'ready' });
}

async function openSession(page: PageData, { token, login }: Credentials): Promise<void> {
  try {
    const response = await fetch('/portal/v2/authenticate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, login }),
    });
    if (!response.ok) {
      const { message } = (await response.json()) as { message: string };
      fail(page, `The portal could not be opened: ${message}.`);
      return;
    }
    tell(page, { chargebee: 'page', type: 'authenticated' });
    location.replace(page.next ?? '/portal/v2/home');
  } catch {
    fail(page, 'The portal could not be opened. Please try again.');
  }
}

function fail(page: PageData, message: string): void {
  document.querySelector('.spinner')?.remove();
  const failure = document.getElementById('failure');
  if (failure) {
    failure.hidden = false;
    failure.textContent = message;
  }
  tell(page, { chargebee: 'page', type: 'shown', callbacks: page.callbacks });
}
