import type { DocumentedBehaviour } from '../documented.js';
import { scriptUrl } from './script.js';

const switched = (scriptUrl.searchParams.get('documented') ?? '').split(',');

/** Whether to do as Chargebee's reference says where the real script has been observed to do otherwise. */
export const asDocumented = (behaviour: DocumentedBehaviour): boolean =>
  switched.includes(behaviour) || switched.includes('all');
