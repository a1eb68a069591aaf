import type { ComponentChildren } from 'preact';
import { Field, type FormState } from '../../html/form.js';

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
