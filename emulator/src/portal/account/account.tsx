import { z } from 'zod';
import { Field, Problems } from '../../html/form.js';
import { customerName } from '../../store/customers.js';
import { optionalText } from '../fields.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import type { Pages } from '../pages.js';

const schema = z.object({
  first_name: optionalText(150),
  last_name: optionalText(150),
  company: optionalText(250),
  email: z.email('Enter an e-mail address, such as name@example.com.').max(70),
  phone: optionalText(50),
  vat_number: optionalText(20),
});

/** Registers the account page and its form. */
export function registerAccount(pages: Pages): void {
  const { store } = pages.context;

  pages.page('/portal/v2/account', ({ view }) => {
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
  });

  registerForm(pages, '/portal/v2/account/edit', {
    schema,
    subject: ({ view }) => view.customer,
    values: ({ first_name, last_name, company, email, phone, vat_number }) => ({
      first_name,
      last_name,
      company,
      email,
      phone,
      vat_number,
    }),
    show: (view, customer, state) => (
      <Layout
        view={view}
        title={`Edit ${customerName(customer)}`}
        section="portal_edit_account"
        menuPath="/portal/v2/account"
        back={{ path: '/portal/v2/account', label: 'Account' }}
      >
        <form
          class="card fields"
          method="post"
          noValidate
          action={view.href('/portal/v2/account/edit')}
        >
          <Problems state={state} />
          <div class="pair">
            <Field
              label="First name"
              name="first_name"
              state={state}
              autoComplete="given-name"
              maxLength={150}
            />
            <Field
              label="Last name"
              name="last_name"
              state={state}
              autoComplete="family-name"
              maxLength={150}
            />
          </div>
          <Field
            label="Company"
            name="company"
            state={state}
            autoComplete="organization"
            maxLength={250}
          />
          <div class="pair">
            <Field
              label="E-mail"
              name="email"
              state={state}
              type="email"
              autoComplete="email"
              maxLength={70}
              required
            />
            <Field
              label="Phone"
              name="phone"
              state={state}
              type="tel"
              autoComplete="tel"
              maxLength={50}
            />
          </div>
          <Field label="VAT number" name="vat_number" state={state} maxLength={20} />
          <div class="actions">
            <button class="button primary">Save account</button>
            <a class="button" href={view.href('/portal/v2/account')}>
              Cancel
            </a>
          </div>
        </form>
      </Layout>
    ),
    submit: ({ id }, { vat_number, ...details }) => {
      store.customers.update(id, details);
      store.customers.updateBillingInfo(id, { vat_number });
      return { to: '/portal/v2/account', notice: 'Your account has been saved.' };
    },
  });
}
