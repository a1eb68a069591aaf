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
  /** What chargebee.js calls this section; its `visit` callback is told of it. */
  section?: string;
  /** Which entry of the menu this page belongs to. */
  under: MenuPath;
  /** The page one came from. */
  back?: { path: string; label: string };
  /** Beside the title. */
  action?: ComponentChildren;
  children: ComponentChildren;
}

/** A page of the portal: whole, or a section alone as a card. */
export function Layout({ view, title, section, under, back, action, children }: LayoutProps) {
  const { flash, framed, href, hostedPage } = view;
  const alone = view.card || hostedPage !== undefined;
  return (
    <Document title={title} page={pageData(view, { events: eventsOf(view, section) })}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      {!alone && <Masthead view={view} />}
      <div class={alone ? 'shell alone' : 'shell'}>
        {!alone && <Menu view={view} under={under} />}
        <main id="main" tabIndex={-1}>
          <div>
            {back && (
              <a class="back" href={href(back.path)}>
                <span aria-hidden="true">← </span>
                {back.label}
              </a>
            )}
            <div class={alone && framed ? 'title framed-alone' : 'title'}>
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
          {hostedPage && <Leave view={view} />}
        </main>
      </div>
    </Document>
  );
}

/** The callbacks that this page fires: a hosted page has its own. */
function eventsOf({ flash, hostedPage }: View, section: string | undefined): PageEvent[] {
  const visited = section
    ? [{ name: hostedPage ? ('step' as const) : ('visit' as const), data: section }]
    : [];
  return hostedPage ? visited : [...visited, ...(flash.events ?? [])];
}

/** Leaves the hosted page. What has been done on it stays done. */
function Leave({ view: { base, href } }: { view: View }) {
  return (
    <form class="actions" method="post" action={href(`${base}/done`)}>
      <button class="button">Done</button>
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

function Menu({ view, under }: { view: View; under: MenuPath }) {
  return (
    <nav class="nav" aria-label="Billing portal">
      <ul>
        {menu.map(({ path, label }) => (
          <li key={path}>
            <a href={view.href(path)} aria-current={path === under ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
