import type { VNode } from 'preact';
import type { z } from 'zod';
import { ChargebeeError } from '../errors.js';
import type { FormState } from '../html/form.js';
import { sentence } from '../html/format.js';
import type { Outcome, PageRequest, Pages } from './pages.js';
import type { View } from './view.js';

/** A page with a form. */
export interface FormPage<Subject, Data> {
  /** What the form is about: the customer's own. */
  subject: (request: PageRequest) => Subject;
  /** What stands in it at first. */
  values?: (subject: Subject) => FormState['values'];
  schema: z.ZodType<Data>;
  show: (view: View, subject: Subject, state: FormState) => VNode;
  /** Does what the form asks for. What the store refuses shows the form again, with its reason. */
  submit: (subject: Subject, data: Data, view: View) => Outcome;
}

/** Registers a form, and itself again with what is wrong in it when it has been sent so. */
export function registerForm<Subject, Data>(
  pages: Pages,
  path: string,
  { subject, values, schema, show, submit }: FormPage<Subject, Data>,
): void {
  pages.page(path, (request) => {
    const about = subject(request);
    return show(request.view, about, { values: values?.(about) ?? {}, errors: {} });
  });

  pages.action(path, (request) => {
    const { view, body } = request;
    const about = subject(request);
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return show(view, about, { values: valuesOf(body), errors: errorsOf(parsed.error) });
    }
    try {
      return submit(about, parsed.data, view);
    } catch (error) {
      if (!(error instanceof ChargebeeError)) throw error;
      return show(view, about, refusal(valuesOf(body), error));
    }
  });
}

/** A refusal of the store: at the field that it is about, when there is one. */
function refusal(values: FormState['values'], { message, param }: ChargebeeError): FormState {
  // A parameter's name ends with the field's, such as `card[number]`, and its message begins with it.
  const field = param?.replace(/^.*\[(\w+)\]$/, '$1') ?? '';
  const text = sentence(message.replace(`${param} : `, ''));
  if (field in values) return { values, errors: { [field]: text } };
  return { values, errors: {}, problem: text };
}

function errorsOf({ issues }: z.ZodError): FormState['errors'] {
  const errors: Record<string, string> = {};
  for (const { path, message } of issues) errors[path.join('.')] ??= message;
  return errors;
}

function valuesOf(body: unknown): FormState['values'] {
  return Object.fromEntries(
    Object.entries(body ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : undefined,
    ]),
  );
}
