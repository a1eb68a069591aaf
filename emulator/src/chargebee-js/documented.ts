/**
 * Where the real chargebee.js differs from its reference, the emulator follows the observed behaviour. Each name below switches one
 * behaviour to the documented one: `/v2/chargebee.js?documented=second-init,open-section`. `?documented=all` switches all of them.
 */
export const documentedBehaviours = {
  'second-init': 'a second init() throws, instead of warning and returning the existing instance',
  'tear-down':
    'tearDown() removes the message listener, instead of leaving it for the next init() to stack upon',
  'session-hour':
    'the authentication is forgotten after the hour that Chargebee keeps the session, instead of being kept until logout()',
  'session-rejected':
    'after a rejected session function the instance is free again and no error callback is called, instead of staying busy',
  'portal-callbacks':
    'setPortalCallbacks() adds to the callbacks given to open(), instead of replacing them',
  'open-section': 'openSection() takes every section, instead of five',
  'in-app-browsers':
    'the in-app browsers of Facebook, Instagram and Google get a new window as other phones do',
  'instance-site': 'the instance has only the members that the types know, so no site',
} as const satisfies Record<string, string>;

export type DocumentedBehaviour = keyof typeof documentedBehaviours;

export const isDocumentedBehaviour = (name: string): name is DocumentedBehaviour =>
  Object.hasOwn(documentedBehaviours, name);

/** Parses the names in a script's URL: comma-separated, in one or several `documented` parameters. */
export const documentedNames = (query: URLSearchParams): string[] =>
  query
    .getAll('documented')
    .flatMap((names) => names.split(','))
    .filter(Boolean);
