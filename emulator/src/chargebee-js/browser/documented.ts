import { documentedNames, type DocumentedBehaviour } from '../documented.js';
import { scriptUrl } from './script.js';

const enabledNames = documentedNames(scriptUrl.searchParams);

/** Whether to follow Chargebee's reference where the real script has been observed to differ from it. */
export const asDocumented = (behaviour: DocumentedBehaviour): boolean =>
  enabledNames.includes(behaviour) || enabledNames.includes('all');
