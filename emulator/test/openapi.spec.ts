import type { Emulator } from '../src/index.js';
import { responseErrors, operations } from './openapi.js';
import type { Operation } from './openapi.js';
import { call, closeEmulatorsAfterEach, emulatorForSpec } from './support.js';
import type { ApiError } from './support.js';

describe('the specification of portal sessions', () => {
  closeEmulatorsAfterEach();

  let emulator: Emulator;
  beforeEach(async () => (emulator = await emulatorForSpec()));

  /** Returns the path and form of a call that succeeds, with values for all parameters. */
  function prepare({ path, parameters }: Operation) {
    const status = path.endsWith('/activate') ? 'not_yet_activated' : 'created';
    const { id, token } = emulator.store.portalSessions.create({
      customer_id: 'juniper-bakery',
      status,
    });
    const values: Record<string, string> = {
      'customer[id]': 'juniper-bakery',
      redirect_url: 'http://localhost:4200/account',
      token,
    };
    return {
      path: path.replace('{portal-session-id}', id),
      form: parameters.map(({ name }): [string, string] => [name, values[name] ?? '']),
    };
  }

  const send = ({ method }: Operation, path: string, form: [string, string][]) =>
    call(
      emulator,
      method,
      path,
      method === 'POST' ? new URLSearchParams(form).toString() : undefined,
    );

  it('has four calls', () => {
    expect(operations.length).toBe(4);
    expect(operations.flatMap(({ parameters }) => parameters).length).toBe(3);
  });

  for (const operation of operations) {
    const { method, path, parameters } = operation;
    const name = `${method} ${path}`;

    it(`describes the response to ${name}`, async () => {
      const { path, form } = prepare(operation);
      const answer = await send(operation, path, form);
      expect(answer.status).toBe(200);
      expect(responseErrors(operation, 200, await answer.json())).toEqual([]);
    });

    for (const parameter of parameters) {
      const { maxLength, required } = parameter;
      const withValue = async (value: string | undefined) => {
        const { path, form } = prepare(operation);
        const others = form.filter(([other]) => other !== parameter.name);
        const answer = await send(
          operation,
          path,
          value === undefined ? others : [...others, [parameter.name, value]],
        );
        const body = (await answer.json()) as ApiError;
        expect(responseErrors(operation, answer.status, body)).toEqual([]);
        return { status: answer.status, param: body.param, message: body.message };
      };
      const long = (length: number) =>
        parameter.name.endsWith('url')
          ? 'http://localhost/'.padEnd(length, 'x')
          : 'x'.repeat(length);

      it(`limits the length of ${parameter.name} of ${name}`, async () => {
        const most = await withValue(long(maxLength));
        expect(most.message ?? '').not.toContain('exceed');
        const more = await withValue(long(maxLength + 1));
        expect([more.status, more.param]).toEqual([400, parameter.name]);
        expect(more.message).toContain(`should not exceed ${maxLength} characters`);
      });

      it(`makes ${parameter.name} of ${name} ${required ? 'required' : 'optional'}`, async () => {
        expect((await withValue(undefined)).status).toBe(required ? 400 : 200);
      });
    }
  }
});
