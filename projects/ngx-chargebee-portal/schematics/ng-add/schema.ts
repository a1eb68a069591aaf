/** What `ng add ngx-chargebee-portal` asks for. */
export interface Schema {
  /** The app to set up; the CLI fills in the workspace's own when there is one. */
  project?: string;
  /** The name of the Chargebee site: what stands before .chargebee.com. */
  site: string;
  /** What sends the GraphQL operations to the backend. */
  backend?: 'http' | 'apollo';
  /** The URL of the backend's GraphQL endpoint, absolute or from the root of the app's origin. */
  url: string;
}
