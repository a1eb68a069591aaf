import type { Pages } from '../pages.js';
import { registerActions } from './actions.js';
import { registerCancel } from './cancel.js';
import { registerChangePlan } from './change-plan.js';
import { registerCustomFields } from './custom-fields.js';
import { registerDetails } from './details.js';
import { registerPause } from './pause.js';
import { registerPaymentMethodChoice } from './payment-method.js';
import { registerReviewChange } from './review-change.js';
import { registerScheduledChanges } from './scheduled-changes.js';

/** Registers all pages of a subscription. */
export function registerSubscriptions(pages: Pages): void {
  registerDetails(pages);
  registerActions(pages);
  registerChangePlan(pages);
  registerReviewChange(pages);
  registerCancel(pages);
  registerPause(pages);
  registerPaymentMethodChoice(pages);
  registerCustomFields(pages);
  registerScheduledChanges(pages);
}
