import type { Pages } from './pages.js';

/** The portal links that merchants may use as `forward_url`: paths below `/portal/permalink` and the pages that they redirect to. */
const permalinks: Readonly<Record<string, string>> = {
  '/home': '/portal/v2/home',
  '/subscriptions/:subscription': '/portal/v2/subscriptions/:subscription',
  '/subscriptions/:subscription/edit': '/portal/v2/subscriptions/:subscription/edit',
  '/subscriptions/:subscription/cancel': '/portal/v2/subscriptions/:subscription/cancel',
  '/account': '/portal/v2/account',
  '/addresses': '/portal/v2/addresses',
  '/payment_methods': '/portal/v2/payment-methods',
  '/payment_methods/add': '/portal/v2/payment-methods/add',
  '/billing_history': '/portal/v2/billing-history',
};

export function registerPermalinks(pages: Pages): void {
  for (const [link, path] of Object.entries(permalinks)) {
    pages.redirect(`/portal/permalink${link}`, ({ params }) =>
      path.replace(':subscription', encodeURIComponent(params.subscription ?? '')),
    );
  }
}
