import type { ComponentChildren } from 'preact';
import type { PageEvent } from '../chargebee-js/messages.js';
import { Document } from '../html/document.js';
import { customerName } from '../store/customers.js';
import { pageData, type View } from './view.js';

const menu = [
  { path: '/portal/v2/home', label: 'Overview' },
  { path: '/portal/v2/payment-methods', label: 'Payment methods' },
  { path: '/portal/v2/account', label: 'Account' },
  { path: '/portal/v2/addresses', label: 'Addresses' },
  { path: '/portal/v2/billing-history', label: 'Billing history' },
] as const;

type MenuPath = (typeof menu)[number]['path'];

interface LayoutProps {
  view: View;
  title: string;
  /** The section's name in chargebee.js, passed to its `visit` callback. */
  section?: string;
  /** The menu entry that is marked as current. */
  menuPath: MenuPath;
  /** The link back to the parent page. */
  back?: { path: string; label: string };
  /** Shown beside the title. */
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** Renders a page of the portal: with masthead and menu, or only the section for a card or hosted page. */
export function Layout({ view, title, section, menuPath, back, action, children }: LayoutProps) {
  const { flash, framed, href, hostedPage } = view;
  const standalone = view.card || hostedPage !== undefined;
  return (
    <Document title={title} page={pageData(view, { events: eventsOf(view, section) })}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      {!standalone && <Masthead view={view} />}
      <div class={standalone ? 'shell alone' : 'shell'}>
        {!standalone && <Menu view={view} menuPath={menuPath} />}
        <main id="main" tabIndex={-1}>
          <div>
            {back && (
              <a class="back" href={href(back.path)}>
                <span aria-hidden="true">← </span>
                {back.label}
              </a>
            )}
            <div class={standalone && framed ? 'title framed-alone' : 'title'}>
              <h1>{title}</h1>
              {action}
            </div>
          </div>
          {flash.notice && (
            <p class="notice" role="status">
              {flash.notice}
            </p>
          )}
          {flash.problem && (
            <p class="notice bad" role="alert">
              {flash.problem}
            </p>
          )}
          {children}
          {hostedPage && !hostedPage.checkout && <HostedPageButtons view={view} />}
        </main>
      </div>
    </Document>
  );
}

/** Returns the callbacks that this page triggers. Hosted pages have their own. */
function eventsOf({ flash, hostedPage }: View, section: string | undefined): PageEvent[] {
  const visited = section
    ? [{ name: hostedPage ? ('step' as const) : ('visit' as const), data: section }]
    : [];
  return hostedPage ? visited : [...visited, ...(flash.events ?? [])];
}

/** The buttons that leave the hosted page for payment methods. Neither undoes changes made on it. */
function HostedPageButtons({ view: { base, href } }: { view: View }) {
  return (
    <form class="actions" method="post" action={href(`${base}/done`)}>
      <button class="button primary">Done</button>
      <button class="button quiet" formAction={href(`${base}/cancel`)}>
        Cancel and leave
      </button>
    </form>
  );
}

function Masthead({ view }: { view: View }) {
  return (
    <header class="masthead">
      <div>
        <a class="brand" href={view.href('/portal/v2/home')}>
          <span aria-hidden="true">A</span>
          <span>Acme billing</span>
        </a>
        <div class="who">
          <strong>{customerName(view.customer)}</strong>
          <form method="post" action={view.href('/portal/v2/logout')}>
            <button class="button quiet">Log out</button>
          </form>
        </div>
      </div>
    </header>
  );
}

function Menu({ view, menuPath }: { view: View; menuPath: MenuPath }) {
  return (
    <nav class="nav" aria-label="Billing portal">
      <ul>
        {menu.map(({ path, label }) => (
          <li key={path}>
            <a href={view.href(path)} aria-current={path === menuPath ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
