import { z } from 'zod';
import { Field, FormActions, Problems, type FormState } from '../../html/form.js';
import { customerName } from '../../store/customers.js';
import type { Customer } from '../../store/resources.js';
import { optionalText } from '../fields.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import type { Pages } from '../pages.js';
import type { View } from '../view.js';

const schema = z.object({
  first_name: optionalText(150),
  last_name: optionalText(150),
  company: optionalText(250),
  email: z.email('Enter an e-mail address, such as name@example.com.').max(70),
  phone: optionalText(50),
  vat_number: optionalText(20),
});

/** Registers the form that edits the customer's details. */
export function registerAccountForm(pages: Pages): void {
  const { store } = pages.context;
  registerForm(pages, '/portal/v2/account/edit', {
    schema,
    findResource: ({ view }) => view.customer,
    values: ({ first_name, last_name, company, email, phone, vat_number }) => ({
      first_name,
      last_name,
      company,
      email,
      phone,
      vat_number,
    }),
    show: (view, customer, state) => <AccountForm view={view} customer={customer} state={state} />,
    submit: ({ id }, { vat_number, ...details }) => {
      store.customers.update(id, details);
      store.customers.updateBillingInfo(id, { vat_number });
      return { to: '/portal/v2/account', notice: 'Your account has been saved.' };
    },
  });
}

interface Props {
  view: View;
  customer: Customer;
  state: FormState;
}

function AccountForm({ view, customer, state }: Props) {
  return (
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
        <AccountFields state={state} />
        <FormActions submit="Save account" cancelTo={view.href('/portal/v2/account')} />
      </form>
    </Layout>
  );
}

function AccountFields({ state }: Pick<Props, 'state'>) {
  return (
    <>
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
    </>
  );
}
