import type { ComponentChildren } from 'preact';

/** What stands in a form: values by field, and what is wrong with them. */
export interface FormState {
  values: Readonly<Record<string, string | undefined>>;
  errors: Readonly<Record<string, string>>;
  /** What is wrong with the whole. */
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
  | 'address-level1'
  | 'address-level2'
  | 'postal-code'
  | 'cc-number'
  | 'cc-exp-month'
  | 'cc-exp-year'
  | 'cc-csc'
  | 'off';

const types = {
  text: { type: 'text' },
  email: { type: 'email' },
  tel: { type: 'tel' },
  number: { type: 'number' },
  date: { type: 'date' },
} as const;

interface InputProps extends FieldProps {
  type?: keyof typeof types;
  autoComplete?: AutoComplete;
  inputMode?: 'numeric';
  required?: boolean;
  maxLength?: number;
  min?: string;
}

/** A text field with its label, a hint and what is wrong with it. */
export function Field({ label, name, state, hint, type = 'text', ...input }: InputProps) {
  return (
    <Labelled label={label} name={name} state={state} hint={hint} required={input.required}>
      <input
        {...input}
        {...described(name, state, hint)}
        {...types[type]}
        id={name}
        name={name}
        value={state.values[name]}
      />
    </Labelled>
  );
}

interface SelectProps extends FieldProps {
  options: readonly { value: string; label: string }[];
  /** Whether one of them has to be taken; true when not given. */
  required?: boolean;
}

/** A choice of few, as a list that drops down. */
export function SelectField({ label, name, state, hint, options, required = true }: SelectProps) {
  return (
    <Labelled label={label} name={name} state={state} hint={hint} required={required}>
      <select id={name} name={name} {...described(name, state, hint)}>
        {options.map(({ value, label: text }) => (
          <option key={value} value={value} selected={value === state.values[name]}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

interface ChoiceGroupProps {
  legend: string;
  name: string;
  state: FormState;
  /** The value that is taken at first. */
  chosen: string | undefined;
  choices: readonly { value: string; label: ComponentChildren }[];
}

/** Several ways of which one is taken, with room to say what each means. */
export function ChoiceGroup({ legend, name, state, chosen, choices }: ChoiceGroupProps) {
  return (
    <fieldset {...(name in state.errors ? { 'aria-describedby': `${name}-error` } : {})}>
      <legend>{legend}</legend>
      {choices.map(({ value, label }, index) => (
        <label key={value} class="choice">
          <input
            type="radio"
            // What is wrong with the group leads to the first of it.
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

/** What is wrong with the form, above it. */
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

function Labelled({
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

function described(name: string, state: FormState, hint: string | undefined) {
  const wrong = name in state.errors;
  const ids = [...(hint ? [`${name}-hint`] : []), ...(wrong ? [`${name}-error`] : [])].join(' ');
  return {
    ...(wrong ? { 'aria-invalid': 'true' as const } : {}),
    ...(ids ? { 'aria-describedby': ids } : {}),
  };
}
