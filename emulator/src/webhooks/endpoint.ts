import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EVENT_TYPE } from '../api/enumerations.js';
import type { WebhookEndpoint } from '../store/resources.js';

const eventType = z
  .string()
  .refine((type) => EVENT_TYPE.includes(type), 'is not the name of an event of Chargebee’s');

const endpointSchema = z.strictObject({
  url: z.string().min(1).max(2000),
  username: z.string().min(1).max(200).optional(),
  password: z.string().max(200).optional(),
  /** The event types that are sent. Defaults to all. */
  events: z.array(eventType).min(1).max(300).optional(),
});

/** A webhook setting: a URL, optionally with `user:password@` for Basic authentication, or an object with these parts. */
export type WebhookInput = string | z.input<typeof endpointSchema>;

export type EndpointSettings = Pick<WebhookEndpoint, 'url' | 'username' | 'password' | 'events'>;

/**
 * Parses a webhook setting. Error messages never contain the URL, because it may contain a password.
 * @throws Error with the reason when the setting is not valid
 */
export function parseWebhook(input: unknown): EndpointSettings {
  const {
    success,
    data,
    error: validationError,
  } = endpointSchema.safeParse(typeof input === 'string' ? { url: input } : input);
  if (!success) throw new Error(z.prettifyError(validationError));
  if (!URL.canParse(data.url)) {
    throw new Error('A webhook needs a URL such as http://user:password@localhost:4020/webhooks.');
  }
  const url = new URL(data.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Error(`A webhook needs an http or https URL, not ${url.protocol}`);
  }
  const username = data.username ?? decodeCredential(url.username);
  const password = data.password ?? decodeCredential(url.password);
  if (username.includes(':')) {
    throw new Error(
      'A user name of Basic authentication has no colon: a receiver would end it there.',
    );
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  return {
    url: url.href,
    ...(username || password ? { username, password } : {}),
    ...(data.events ? { events: data.events } : {}),
  };
}

/** @throws Error that does not contain the text, because it may be a password */
function decodeCredential(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('Write a % in the user name or password of a webhook’s URL as %25.');
  }
}

/** Returns the id of a configured webhook. It is stable across restarts, so that queued deliveries still match their webhook. */
export const configuredWebhookId = ({ url, username = '' }: EndpointSettings): string =>
  `whv2_${createHash('sha256').update(`${url}\n${username}`).digest('hex').slice(0, 16)}`;

/** Masks the values of a URL's query, because Chargebee's documentation suggests putting a key there. */
export function maskWebhookUrl(url: string): string {
  const masked = new URL(url);
  for (const name of new Set(masked.searchParams.keys())) masked.searchParams.set(name, '***');
  return masked.href;
}

/** The public view of a webhook, without secrets. */
export interface WebhookView {
  id: string;
  url: string;
  /** Whether deliveries use Basic authentication. */
  basic_auth: boolean;
  events?: string[];
  /** Whether the webhook is part of the configuration and so cannot be removed. */
  configured: boolean;
}

export const toWebhookView = (
  id: string,
  settings: EndpointSettings,
  configured: boolean,
): WebhookView => ({
  id,
  url: maskWebhookUrl(settings.url),
  basic_auth: settings.username !== undefined,
  ...(settings.events ? { events: settings.events } : {}),
  configured,
});

/** Returns whether a webhook receives events of a type. */
export const acceptsEventType = ({ events }: EndpointSettings, type: string): boolean =>
  events === undefined || events.includes(type);
