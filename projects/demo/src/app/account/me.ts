import { Injectable } from '@angular/core';
import { gql, Query, Subscription } from 'apollo-angular';

export interface Money {
  /** In the currency's smallest unit, such as cents. */
  readonly amount: number;
  readonly currency: string;
}

export type PlanStatus =
  'FUTURE' | 'IN_TRIAL' | 'ACTIVE' | 'NON_RENEWING' | 'PAUSED' | 'CANCELLED' | 'TRANSFERRED';

export interface Plan {
  /** The id of the subscription in Chargebee. */
  readonly id: string;
  readonly name: string;
  readonly status: PlanStatus;
  readonly price: Money;
  readonly period: number;
  readonly periodUnit: 'DAY' | 'WEEK' | 'MONTH' | 'YEAR';
  readonly renewsAt: string | null;
  readonly endsAt: string | null;
  readonly resumesAt: string | null;
}

export interface Card {
  readonly brand: string;
  readonly last4: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
}

export interface Invoice {
  readonly id: string;
  readonly date: string;
  readonly total: Money;
  readonly status: string;
}

/** A billing account: one of Chargebee's customers. */
export interface BillingAccount {
  readonly id: string;
  readonly name: string;
  readonly plans: readonly Plan[];
  readonly card: Card | null;
  readonly invoices: readonly Invoice[];
}

export interface MeData {
  readonly me: {
    readonly id: string;
    readonly name: string;
    readonly accounts: readonly BillingAccount[];
  };
}

const accountFields = gql`
  fragment AccountFields on Account {
    id
    name
    plans {
      id
      name
      status
      price {
        amount
        currency
      }
      period
      periodUnit
      renewsAt
      endsAt
      resumesAt
    }
    card {
      brand
      last4
      expiryMonth
      expiryYear
    }
    invoices(first: 3) {
      id
      date
      total {
        amount
        currency
      }
      status
    }
  }
`;

/** Fetches the signed-in user with their billing accounts. `withRefetch` in app.config.ts refers to this query by name. */
@Injectable({ providedIn: 'root' })
export class MeQuery extends Query<MeData> {
  override readonly document = gql<MeData, Record<string, never>>`
    query Me {
      me {
        id
        name
        accounts {
          ...AccountFields
        }
      }
    }
    ${accountFields}
  `;
}

/**
 * Emits an account of the user each time a webhook has changed it. Apollo's cache normalizes accounts by id, so the result
 * of `Me` changes too.
 */
@Injectable({ providedIn: 'root' })
export class AccountChanged extends Subscription<{ accountChanged: BillingAccount }> {
  override readonly document = gql<{ accountChanged: BillingAccount }, Record<string, never>>`
    subscription AccountChanged {
      accountChanged {
        ...AccountFields
      }
    }
    ${accountFields}
  `;
}
