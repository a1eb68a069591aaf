import { documentedNames, type DocumentedBehaviour } from '../documented.js';
import { scriptUrl } from './script.js';

const switched = documentedNames(scriptUrl.searchParams);

/** Whether to do as Chargebee's reference says where the real script has been observed to do otherwise. */
export const asDocumented = (behaviour: DocumentedBehaviour): boolean =>
  switched.includes(behaviour) || switched.includes('all');
