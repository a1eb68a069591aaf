import { z } from 'zod';

/** An optional text field. Empty input becomes `undefined`. */
export const optionalText = (maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength, `Use at most ${maxLength} characters.`)
    .transform((text) => text || undefined)
    .optional();

export const requiredText = (maxLength: number, requiredMessage: string) =>
  z
    .string({ error: requiredMessage })
    .trim()
    .min(1, requiredMessage)
    .max(maxLength, `Use at most ${maxLength} characters.`);
