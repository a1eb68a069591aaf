import type { DocumentedBehaviour } from '../documented.js';

/** The behaviours switched to the documented ones, comma-separated; the server that serves the script puts them here. */
declare const DOCUMENTED_BEHAVIOURS: string;

const switched = DOCUMENTED_BEHAVIOURS.split(',');

/** Whether to do as Chargebee's reference says where the real script has been observed to do otherwise. */
export const asDocumented = (behaviour: DocumentedBehaviour): boolean =>
  switched.includes(behaviour);
