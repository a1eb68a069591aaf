import { isScriptMessage } from '../../chargebee-js/messages.js';
import type { PageData } from '../../html/page-data.js';
import { merchantWindow, postToMerchant } from './merchant.js';

interface Credentials {
  token: string;
  login: string;
}

/**
 * Opens the session and continues to the next page. Gets the token from chargebee.js, or from the fragment when chargebee.js has
 * redirected to this page.
 */
export function authenticate(page: PageData): void {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  if (token !== null) {
    history.replaceState(null, '', location.pathname + location.search);
    void openSession(page, { token, login: fragment.get('login') ?? '' });
    return;
  }
  const listener = (event: MessageEvent): void => {
    if (event.source !== merchantWindow() || event.origin !== page.merchantOrigin) return;
    if (!isScriptMessage(event.data)) return;
    // Use the first response only: chargebee.js may send several when message listeners have accumulated.
    window.removeEventListener('message', listener);
    void openSession(page, event.data);
  };
  window.addEventListener('message', listener);
  postToMerchant(page, { chargebee: 'page', type: 'ready' });
}

async function openSession(page: PageData, { token, login }: Credentials): Promise<void> {
  if (token === '') {
    showFailure(
      page,
      'The portal could not be opened: the page that opened it has no session for it.',
    );
    return;
  }
  try {
    const response = await fetch('/portal/v2/authenticate', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, login }),
    });
    if (!response.ok) {
      const { message } = (await response.json()) as { message: string };
      showFailure(page, `The portal could not be opened: ${message}.`);
      return;
    }
    postToMerchant(page, { chargebee: 'page', type: 'authenticated' });
    location.replace(page.next ?? '/portal/v2/home');
  } catch {
    showFailure(page, 'The portal could not be opened. Please try again.');
  }
}

/** Shows on the page why the portal cannot be opened. */
function showFailure(page: PageData, reason: string): void {
  document.getElementById('opening')?.remove();
  const heading = document.querySelector('h1');
  if (heading) heading.textContent = 'That did not work';
  const text = document.getElementById('reason');
  if (text) text.textContent = reason;
  const failure = document.getElementById('failure');
  if (failure) failure.hidden = false;
  postToMerchant(page, { chargebee: 'page', type: 'shown', callbacks: page.callbacks });
}
