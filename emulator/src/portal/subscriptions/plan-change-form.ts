import { z } from 'zod';

/** The schema of the plan change form. */
export const planChangeForm = z.object({
  plan: z.string({ error: 'Choose a plan.' }),
  quantity: z.coerce
    .number('Enter a number.')
    .int('Enter a whole number.')
    .min(1, 'Enter 1 or more.')
    .max(10_000, 'Enter 10,000 or less.'),
  when: z.enum(['now', 'term_end']),
  /** Set by the review page. */
  confirmed: z.literal('yes').optional(),
});

export type PlanChangeForm = z.infer<typeof planChangeForm>;
