import type { PageData } from '../../html/page-data.js';
import { authenticate } from './authenticate.js';
import { tell } from './host.js';

const page = JSON.parse(document.body.dataset.page ?? '{}') as PageData;

switch (page.task) {
  case 'loading':
    break;
  case 'authenticate':
    authenticate(page);
    break;
  case 'logged-out':
    tell(page, { chargebee: 'page', type: 'unauthenticated' });
    tell(page, { chargebee: 'page', type: 'close' });
    break;
  default:
    tell(page, { chargebee: 'page', type: 'shown', callbacks: page.callbacks });
    if (page.callbacks && page.task !== 'failed') {
      tell(page, { chargebee: 'page', type: 'loaded' });
      for (const event of page.events ?? []) {
        tell(page, { chargebee: 'page', type: 'event', ...event });
      }
    }
}

// The modal's own Escape is not heard while focus is in here.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') tell(page, { chargebee: 'page', type: 'close' });
});
