import type { ComponentChildren } from 'preact';

/** The state of a form: values and errors by field name. */
export interface FormState {
  values: Readonly<Record<string, string | undefined>>;
  errors: Readonly<Record<string, string>>;
  /** An error that concerns the whole form. */
  problem?: string;
}

interface FieldProps {
  label: string;
  name: string;
  state: FormState;
  hint?: string | undefined;
}

type AutoComplete =
  | 'given-name'
  | 'family-name'
  | 'organization'
  | 'email'
  | 'tel'
  | 'address-line1'
  | 'address-line2'
  | 'address-line3'
  | 'address-level1'
  | 'address-level2'
  | 'postal-code'
  | 'cc-number'
  | 'cc-exp-month'
  | 'cc-exp-year'
  | 'cc-csc'
  | 'off';

/**
 * The attribute `type` of each type of input. Preact's types accept a union of such objects, but not one object whose `type` is a
 * union.
 */
const INPUT_TYPES = {
  text: { type: 'text' },
  email: { type: 'email' },
  tel: { type: 'tel' },
  number: { type: 'number' },
  date: { type: 'date' },
} as const;

interface InputProps extends FieldProps {
  type?: keyof typeof INPUT_TYPES;
  autoComplete?: AutoComplete;
  inputMode?: 'numeric';
  required?: boolean;
  maxLength?: number;
  min?: string;
}

/** A text field with a label, a hint and an error message. */
export function Field({ label, name, state, hint, type = 'text', ...input }: InputProps) {
  return (
    <LabelledField label={label} name={name} state={state} hint={hint} required={input.required}>
      <input
        {...input}
        {...ariaProps(name, state, hint)}
        {...INPUT_TYPES[type]}
        id={name}
        name={name}
        value={state.values[name]}
      />
    </LabelledField>
  );
}

interface SelectProps extends FieldProps {
  options: readonly { value: string; label: string }[];
  /** Whether an option must be selected; true by default. */
  required?: boolean;
}

/** A drop-down list. */
export function SelectField({ label, name, state, hint, options, required = true }: SelectProps) {
  return (
    <LabelledField label={label} name={name} state={state} hint={hint} required={required}>
      <select id={name} name={name} {...ariaProps(name, state, hint)}>
        {options.map(({ value, label: text }) => (
          <option key={value} value={value} selected={value === state.values[name]}>
            {text}
          </option>
        ))}
      </select>
    </LabelledField>
  );
}

interface ChoiceGroupProps {
  legend: string;
  name: string;
  state: FormState;
  /** The value that is selected initially. */
  chosen: string | undefined;
  choices: readonly { value: string; label: ComponentChildren }[];
}

/** A group of radio buttons, whose labels can hold descriptions. */
export function ChoiceGroup({ legend, name, state, chosen, choices }: ChoiceGroupProps) {
  return (
    <fieldset {...(name in state.errors ? { 'aria-describedby': `${name}-error` } : {})}>
      <legend>{legend}</legend>
      {choices.map(({ value, label }, index) => (
        <label key={value} class="choice">
          <input
            type="radio"
            // `Problems` links the error of the group to its first button.
            {...(index === 0 ? { id: name } : {})}
            name={name}
            value={value}
            checked={value === chosen}
          />
          <span class="grow">{label}</span>
        </label>
      ))}
      {name in state.errors && (
        <div class="field">
          <FieldError name={name} state={state} />
        </div>
      )}
    </fieldset>
  );
}

/** The errors of a form, with links to the fields. */
export function Problems({ state }: { state: FormState }) {
  const { problem } = state;
  const fields = Object.entries(state.errors);
  if (!problem && !fields.length) return null;
  return (
    <div class="notice bad" role="alert">
      {problem && <p>{problem}</p>}
      {fields.length > 0 && (
        <ul>
          {fields.map(([name, message]) => (
            <li key={name}>
              <a href={`#${name}`}>{message}</a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface FormActionsProps {
  /** The label of the submit button. */
  submit: string;
  /** Whether submitting ends or removes something, so that the button is red. */
  danger?: boolean;
  /** The URL of the cancel link. */
  cancelTo: string;
  cancelLabel?: string;
}

/** The last row of a form: the submit button and the cancel link. */
export function FormActions({
  submit,
  danger,
  cancelTo,
  cancelLabel = 'Cancel',
}: FormActionsProps) {
  return (
    <div class="actions">
      <button class={danger ? 'button danger primary' : 'button primary'}>{submit}</button>
      <a class="button" href={cancelTo}>
        {cancelLabel}
      </a>
    </div>
  );
}

function LabelledField({
  label,
  name,
  state,
  hint,
  required,
  children,
}: FieldProps & { required?: boolean | undefined; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={name}>
        {label}
        {!required && <span class="muted"> (optional)</span>}
      </label>
      {hint && (
        <span class="hint" id={`${name}-hint`}>
          {hint}
        </span>
      )}
      {children}
      <FieldError name={name} state={state} />
    </div>
  );
}

function FieldError({ name, state }: Pick<FieldProps, 'name' | 'state'>) {
  const error = state.errors[name];
  if (!error) return null;
  return (
    <span class="error" id={`${name}-error`}>
      {error}
    </span>
  );
}

function ariaProps(name: string, state: FormState, hint: string | undefined) {
  const invalid = name in state.errors;
  const ids = [...(hint ? [`${name}-hint`] : []), ...(invalid ? [`${name}-error`] : [])].join(' ');
  return {
    ...(invalid ? { 'aria-invalid': 'true' as const } : {}),
    ...(ids ? { 'aria-describedby': ids } : {}),
  };
}
