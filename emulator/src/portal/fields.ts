import { z } from 'zod';

/** An empty field is an attribute that is not there. */
export const optionalText = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `Use at most ${most} characters.`)
    .transform((text) => text || undefined)
    .optional();

export const requiredText = (most: number, missing: string) =>
  z.string({ error: missing }).trim().min(1, missing).max(most, `Use at most ${most} characters.`);
