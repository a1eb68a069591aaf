/** Creates a promise with its resolve function, like `Promise.withResolvers()`, which Node 20 does not have. */
export function promised(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
