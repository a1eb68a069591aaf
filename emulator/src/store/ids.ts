import { randomInt } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Returns a random alphanumeric id. 35 characters, as in a token, have about 208 bits of entropy. */
export function randomId(length: number, prefix = ''): string {
  let id = prefix;
  for (let i = 0; i < length; i++) id += ALPHABET.charAt(randomInt(ALPHABET.length));
  return id;
}
