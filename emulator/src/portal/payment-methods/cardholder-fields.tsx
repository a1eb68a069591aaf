import type { ComponentChildren } from 'preact';
import { z } from 'zod';
import { Field, type FormState } from '../../html/form.js';
import { optionalText } from '../fields.js';

const month = z.coerce
  .number('Enter the month as a number.')
  .int('Enter the month as a number.')
  .min(1, 'Enter a month from 1 to 12.')
  .max(12, 'Enter a month from 1 to 12.');
const year = z.coerce
  .number('Enter the year as a number.')
  .int('Enter the year as a number.')
  .min(2000, 'Enter the year with four digits.')
  .max(2100, 'Enter the year with four digits.');

// The schemas of the fields below. They are in two parts because a new card's security code comes between them.
export const expiry = { expiry_month: month, expiry_year: year };
export const cardholder = { first_name: optionalText(50), last_name: optionalText(50) };

/** The fields that the forms for new and existing cards share. `children` are placed beside the expiry. */
export function CardholderFields({
  state,
  children,
}: {
  state: FormState;
  children?: ComponentChildren;
}) {
  return (
    <>
      <div class="pair">
        <Field
          label="Expiry month"
          name="expiry_month"
          state={state}
          inputMode="numeric"
          autoComplete="cc-exp-month"
          maxLength={2}
          required
        />
        <Field
          label="Expiry year"
          name="expiry_year"
          state={state}
          inputMode="numeric"
          autoComplete="cc-exp-year"
          maxLength={4}
          required
        />
        {children}
      </div>
      <div class="pair">
        <Field label="First name" name="first_name" state={state} autoComplete="given-name" />
        <Field label="Last name" name="last_name" state={state} autoComplete="family-name" />
      </div>
    </>
  );
}
