import type { PageData } from '../../html/page-data.js';
import { authenticate } from './authenticate.js';
import { tell } from './host.js';

const page = JSON.parse(document.body.dataset.page ?? '{}') as PageData;

switch (page.task) {
  case 'silent':
    break;
  case 'authenticate':
    authenticate(page);
    break;
  case 'logged-out':
    tell(page, { chargebee: 'page', type: 'unauthenticated' });
    tell(page, { chargebee: 'page', type: 'close' });
    break;
  case 'failed':
    tellShown();
    break;
  case 'done':
    tellEvents();
    tell(page, { chargebee: 'page', type: 'close' });
    break;
  default:
    tellShown();
    if (page.callbacks) tell(page, { chargebee: 'page', type: 'loaded' });
    tellEvents();
}

function tellShown(): void {
  tell(page, { chargebee: 'page', type: 'shown', callbacks: page.callbacks });
}

/** Callbacks are for the site's own origins. */
function tellEvents(): void {
  if (!page.callbacks) return;
  for (const event of page.events ?? []) {
    tell(page, { chargebee: 'page', type: 'event', ...event });
  }
}

// The modal's own Escape is not heard while focus is in here.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') tell(page, { chargebee: 'page', type: 'close' });
});
