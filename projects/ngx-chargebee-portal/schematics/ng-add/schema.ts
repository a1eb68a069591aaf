/** The options of `ng add ngx-chargebee-portal`, as typed by the user. schema.json describes them. */
export interface Schema {
  project?: string;
  site?: string;
  backend?: 'graphql' | 'apollo' | 'rest';
  url?: string;
  local?: boolean;
}
