import { Layout } from '../layout.js';
import type { Pages } from '../pages.js';
import type { View } from '../view.js';
import { registerAccountForm } from './account-form.js';

/** Registers the account page and its form. */
export function registerAccount(pages: Pages): void {
  pages.page('/portal/v2/account', ({ view }) => <AccountPage view={view} />);
  registerAccountForm(pages);
}

function AccountPage({ view }: { view: View }) {
  const { customer } = view;
  const facts = {
    Name: [customer.first_name, customer.last_name].filter(Boolean).join(' ') || undefined,
    Company: customer.company,
    'E-mail': customer.email,
    Phone: customer.phone,
    'VAT number': customer.vat_number,
    'Customer ID': customer.id,
  };
  return (
    <Layout
      view={view}
      title="Account"
      section="account_details"
      menuPath="/portal/v2/account"
      action={
        <a class="button" href={view.href('/portal/v2/account/edit')}>
          Edit account
        </a>
      }
    >
      <section class="card" aria-label="Account details">
        <dl class="facts">
          {Object.entries(facts).map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value ?? '–'}</dd>
            </>
          ))}
        </dl>
      </section>
    </Layout>
  );
}
