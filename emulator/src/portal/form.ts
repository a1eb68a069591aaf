import type { VNode } from 'preact';
import type { z } from 'zod';
import { ChargebeeError } from '../errors.js';
import type { FormState } from '../html/form.js';
import { sentence, toCustomerText } from '../html/format.js';
import type { Outcome, PageRequest, Pages } from './pages.js';
import type { View } from './view.js';

/** A page with a form. */
export interface FormPage<Resource, Data> {
  /** Returns the resource that the form edits. It must belong to the customer. */
  findResource: (request: PageRequest) => Resource;
  /** Returns the initial values of the fields. */
  values?: (resource: Resource) => FormState['values'];
  schema: z.ZodType<Data>;
  show: (view: View, resource: Resource, state: FormState) => VNode;
  /** Handles a valid submission. If the store throws a ChargebeeError, the form is shown again with its message. */
  submit: (resource: Resource, data: Data, view: View) => Outcome;
}

/** Registers the routes of a form. An invalid submission shows the form again with its errors. */
export function registerForm<Resource, Data>(
  pages: Pages,
  path: string,
  { findResource, values, schema, show, submit }: FormPage<Resource, Data>,
): void {
  pages.page(path, (request) => {
    const resource = findResource(request);
    return show(request.view, resource, { values: values?.(resource) ?? {}, errors: {} });
  });

  pages.action(path, (request) => {
    const { view, body } = request;
    const resource = findResource(request);
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return show(view, resource, {
        values: toFieldValues(body),
        errors: toFieldErrors(parsed.error),
      });
    }
    try {
      return submit(resource, parsed.data, view);
    } catch (error) {
      if (!(error instanceof ChargebeeError)) throw error;
      return show(view, resource, toErrorState(toFieldValues(body), error));
    }
  });
}

/** Converts an error of the store into form errors: at the field that it names, otherwise for the whole form. */
function toErrorState(values: FormState['values'], { message, param }: ChargebeeError): FormState {
  // The last segment of `param` is the field's name, as in `card[number]`. The message begins with `param`.
  const field = param?.replace(/^.*\[(\w+)\]$/, '$1') ?? '';
  // The API's messages have the parameter as their subject, such as `card[number] : is not a test card number`.
  const text = sentence(
    toCustomerText(message.replace(`${param} : `, '').replace(/^(?=(is|cannot) )/, 'this ')),
  );
  if (field in values) return { values, errors: { [field]: text } };
  return { values, errors: {}, problem: text };
}

function toFieldErrors({ issues }: z.ZodError): FormState['errors'] {
  const errors: Record<string, string> = {};
  for (const { path, message } of issues) errors[path.join('.')] ??= message;
  return errors;
}

function toFieldValues(body: unknown): FormState['values'] {
  return Object.fromEntries(
    Object.entries(body ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : undefined,
    ]),
  );
}
