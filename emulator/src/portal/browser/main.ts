import type { PageData } from '../../html/page-data.js';
import { authenticate } from './authenticate.js';
import { postToMerchant } from './merchant.js';

const page = JSON.parse(document.body.dataset.page ?? '{}') as PageData;

switch (page.task) {
  case 'silent':
    break;
  case 'authenticate':
    authenticate(page);
    break;
  case 'logged-out':
    postToMerchant(page, { chargebee: 'page', type: 'unauthenticated' });
    postToMerchant(page, { chargebee: 'page', type: 'close' });
    break;
  case 'failed':
    postShown();
    break;
  case 'done':
    postEvents();
    postToMerchant(page, { chargebee: 'page', type: 'close' });
    break;
  default:
    postShown();
    if (page.callbacks) postToMerchant(page, { chargebee: 'page', type: 'loaded' });
    postEvents();
}

function postShown(): void {
  postToMerchant(page, { chargebee: 'page', type: 'shown', callbacks: page.callbacks });
}

/** Posts events only if the merchant's origin may receive callbacks. */
function postEvents(): void {
  if (!page.callbacks) return;
  for (const event of page.events ?? []) {
    postToMerchant(page, { chargebee: 'page', type: 'event', ...event });
  }
}

// Key events inside the iframe do not reach the modal, so forward Escape.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') postToMerchant(page, { chargebee: 'page', type: 'close' });
});

// Ignore the second submit of a double click. Its response would replace the first one, which contains the events for chargebee.js.
let submitted = false;
document.addEventListener('submit', (event) => {
  if (submitted) event.preventDefault();
  submitted = true;
});
// Allow submitting again when the page is restored from the back/forward cache.
window.addEventListener('pageshow', () => (submitted = false));
