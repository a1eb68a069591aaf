import type { EmulatorConfig } from '../config.js';
import { toUrlHost } from '../guard/hosts.js';
import { AUDIENCE } from '../idp/index.js';
import { parseWebhook } from '../webhooks/endpoint.js';

/**
 * Formats the environment variables for programs that use the emulator, such as chargebee-portal-server or a webhook receiver.
 * @throws Error when the port is 0 and there is no public URL
 */
export function formatEnvironment(config: EmulatorConfig): string {
  if (config.port === 0 && config.publicUrl === undefined) {
    throw new Error('With port 0 it is not known where the emulator listens. Give it a port.');
  }
  const url = config.publicUrl ?? `http://${toUrlHost(config.host)}:${config.port}`;
  return [
    '# For chargebee-portal-server, and any program that calls Chargebee.',
    `CHARGEBEE_SITE=${config.site}`,
    `CHARGEBEE_API_KEY=${config.apiKey}`,
    `CHARGEBEE_BASE_URL=${url}`,
    '# Tokens come from the emulator: POST /idp/token with { "user": "juniper" }.',
    `AUTH_JWKS_URL=${url}/idp/.well-known/jwks.json`,
    `AUTH_ISSUER=${url}/idp`,
    `AUTH_AUDIENCE=${AUDIENCE}`,
    `CORS_ORIGINS=${config.demoOrigins.join(',')}`,
    ...webhookLines(config),
    '',
  ].join('\n');
}

function webhookLines({ webhooks }: EmulatorConfig): string[] {
  const [first] = webhooks.map(parseWebhook);
  if (!first) {
    return [
      '# To get events, start the emulator with a webhook:',
      '# EMULATOR_WEBHOOK_URLS=http://chargebee:PASSWORD@localhost:4020/webhooks/chargebee',
    ];
  }
  if (first.username === undefined) return ['# The webhook is sent without authentication.'];
  return [
    `CHARGEBEE_WEBHOOK_USERNAME=${first.username}`,
    '# CHARGEBEE_WEBHOOK_PASSWORD is the password in EMULATOR_WEBHOOK_URLS, which is not printed.',
  ];
}
