import { Injectable } from '@angular/core';
import { gql, Query } from 'apollo-angular';

/** What the backend answers to the query `Viewer`. */
export interface ViewerData {
  /** Who the backend takes the user for, and the Chargebee customers that the user may act for. */
  readonly viewer: { readonly id: string; readonly customerIds: readonly string[] };
}

/** Asks the backend who the user is. `withRefetch` in app.config.ts names this query. */
@Injectable({ providedIn: 'root' })
export class ViewerQuery extends Query<ViewerData> {
  override readonly document = gql<ViewerData, Record<string, never>>`
    query Viewer {
      viewer {
        id
        customerIds
      }
    }
  `;
}
