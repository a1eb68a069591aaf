import { z } from 'zod';
import { email, optionalText } from './parameters.js';

/** The parameters of an address. */
export const address = z.strictObject({
  first_name: optionalText(150),
  last_name: optionalText(150),
  email,
  company: optionalText(250),
  phone: optionalText(50),
  line1: optionalText(150),
  line2: optionalText(150),
  line3: optionalText(150),
  city: optionalText(50),
  state_code: optionalText(50),
  state: optionalText(50),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'should be an ISO 3166 code of two letters')
    .optional(),
  zip: optionalText(20),
});
