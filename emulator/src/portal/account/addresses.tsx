import { z } from 'zod';
import { Field, FormActions, Problems, SelectField, type FormState } from '../../html/form.js';
import type { Format } from '../../html/format.js';
import type { Address, Customer } from '../../store/resources.js';
import { optionalText, requiredText } from '../fields.js';
import { registerForm } from '../form.js';
import { Layout } from '../layout.js';
import type { Pages } from '../pages.js';
import type { View } from '../view.js';
import { countryOptions, isCountry } from './countries.js';

const schema = z.object({
  first_name: optionalText(150),
  last_name: optionalText(150),
  company: optionalText(250),
  line1: requiredText(150, 'Enter the street and number.'),
  line2: optionalText(150),
  line3: optionalText(150),
  zip: optionalText(20),
  city: requiredText(50, 'Enter the city.'),
  state: optionalText(50),
  country: z.string({ error: 'Choose a country.' }).refine(isCountry, 'Choose a country.'),
});

interface AddressKind {
  path: string;
  section: string;
  name: string;
  of: (customer: Customer) => (Address & { object?: string }) | undefined;
}

const billing: AddressKind = {
  path: '/portal/v2/addresses/billing',
  section: 'portal_edit_billing_address',
  name: 'Billing address',
  of: ({ billing_address }) => billing_address,
};

const shipping: AddressKind = {
  path: '/portal/v2/addresses/shipping',
  section: 'portal_edit_shipping_address',
  name: 'Shipping address',
  of: ({ shipping_address }) => shipping_address,
};

/** Registers the pages of the billing and shipping address. */
export function registerAddresses(pages: Pages): void {
  const { customers } = pages.context.store;

  pages.page('/portal/v2/addresses', ({ view }) => (
    <Layout view={view} title="Addresses" section="portal_address" menuPath="/portal/v2/addresses">
      <div class="columns">
        <AddressCard view={view} kind={billing} />
        <AddressCard view={view} kind={shipping} />
      </div>
    </Layout>
  ));

  registerAddressForm(pages, billing, (id, billing_address) =>
    customers.updateBillingInfo(id, { billing_address }),
  );
  registerAddressForm(pages, shipping, (id, address) =>
    customers.updateShippingAddress(id, address),
  );
}

function registerAddressForm(
  pages: Pages,
  kind: AddressKind,
  save: (customerId: string, address: Address) => unknown,
): void {
  registerForm(pages, kind.path, {
    schema,
    findResource: ({ view }) => view.customer,
    values: (customer) => {
      const {
        object: _kind,
        email: _email,
        phone: _phone,
        state_code,
        ...address
      } = kind.of(customer) ?? {};
      return { ...address, state: address.state ?? state_code };
    },
    show: (view, _customer, state) => <AddressForm view={view} kind={kind} state={state} />,
    submit: (customer, address) => {
      save(customer.id, { ...hiddenAttributes(kind.of(customer), address), ...address });
      return {
        to: '/portal/v2/addresses',
        notice: `The ${kind.name.toLowerCase()} has been saved.`,
      };
    },
  });
}

/** Returns the attributes that the form does not contain and that remain valid. A state code is kept only if the state is unchanged. */
function hiddenAttributes(before: Address = {}, { state }: Address): Address {
  const { email, phone, state_code } = before;
  const sameState = state_code !== undefined && (before.state ?? state_code) === state;
  return {
    ...(email ? { email } : {}),
    ...(phone ? { phone } : {}),
    ...(sameState ? { state_code } : {}),
  };
}

function AddressCard({ view, kind }: { view: View; kind: AddressKind }) {
  const lines = formatAddress(kind.of(view.customer), view.format);
  return (
    <section class="card" aria-label={kind.name}>
      <header>
        <h2>{kind.name}</h2>
        <a href={view.href(kind.path)}>
          {lines.length ? 'Edit' : 'Add'}
          <span class="visually-hidden"> {kind.name.toLowerCase()}</span>
        </a>
      </header>
      {lines.length === 0 && <p class="muted">None yet.</p>}
      <p>
        {lines.map((line) => (
          <>
            {line}
            <br />
          </>
        ))}
      </p>
    </section>
  );
}

function formatAddress(address: Address | undefined, format: Format): string[] {
  if (!address) return [];
  const { first_name, last_name, company, line1, line2, line3, city, zip, country } = address;
  const state = address.state ?? address.state_code;
  const person = [first_name, last_name].filter(Boolean).join(' ');
  const town = [[zip, city].filter(Boolean).join(' '), state].filter(Boolean).join(', ');
  const lines = [company, person, line1, line2, line3, town, country && format.country(country)];
  return lines.filter((line): line is string => Boolean(line));
}

function AddressForm({ view, kind, state }: { view: View; kind: AddressKind; state: FormState }) {
  const { values } = state;
  return (
    <Layout
      view={view}
      title={kind.name}
      section={kind.section}
      menuPath="/portal/v2/addresses"
      back={{ path: '/portal/v2/addresses', label: 'Addresses' }}
    >
      <form class="card fields" method="post" noValidate action={view.href(kind.path)}>
        <Problems state={state} />
        <div class="pair">
          <Field label="First name" name="first_name" state={state} autoComplete="given-name" />
          <Field label="Last name" name="last_name" state={state} autoComplete="family-name" />
        </div>
        <Field label="Company" name="company" state={state} autoComplete="organization" />
        <Field
          label="Street and number"
          name="line1"
          state={state}
          autoComplete="address-line1"
          required
        />
        <Field label="Second line" name="line2" state={state} autoComplete="address-line2" />
        {values.line3 && (
          <Field label="Third line" name="line3" state={state} autoComplete="address-line3" />
        )}
        <div class="pair">
          <Field label="Postal code" name="zip" state={state} autoComplete="postal-code" />
          <Field label="City" name="city" state={state} autoComplete="address-level2" required />
        </div>
        <div class="pair">
          <Field label="State or region" name="state" state={state} autoComplete="address-level1" />
          <SelectField
            label="Country"
            name="country"
            state={state}
            options={countryOptions(view.format, values.country)}
          />
        </div>
        <FormActions submit="Save address" cancelTo={view.href('/portal/v2/addresses')} />
      </form>
    </Layout>
  );
}
