import { startEmulator } from '../src/index.js';
import { probe } from './probe-parameters.js';
import { registeredOperations } from './registered-operations.js';
import { sdkOperations, sdkParameters } from './sdk-operations.js';

/** Returns the source of `src/support/chargebee-api.ts`. */
export async function chargebeeApiSource(): Promise<string> {
  const operations = await sdkOperations();
  const registered = new Set(await registeredOperations());
  const emulator = await startEmulator({ port: 0, strict: true });
  const parameters: [string, { taken: string[]; ignored: string[] }][] = [];
  for (const operation of operations.filter(({ call }) => registered.has(call))) {
    const names = await sdkParameters(operation);
    parameters.push([operation.call, await probe(emulator, operation.call, names)]);
  }
  await emulator.close();
  const calls = [...new Set(operations.map(({ call }) => call))];
  return `// Made by scripts/write-support.mjs from Chargebee's SDK and the emulator's answers. Do not edit.

/** Every call of Chargebee's API. */
export const CHARGEBEE_CALLS: readonly string[] = ${JSON.stringify(calls)};

/** The calls that the emulator answers, and which of Chargebee's parameters of them it takes. */
export const CHARGEBEE_PARAMETERS: Readonly<
  Record<string, { taken: readonly string[]; ignored: readonly string[] }>
> = ${JSON.stringify(Object.fromEntries(parameters))};
`;
}
