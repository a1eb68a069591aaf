/** The answers to `ng add ngx-chargebee-portal`; schema.json describes each. */
export interface Schema {
  project?: string;
  site?: string;
  backend?: 'graphql' | 'apollo' | 'rest';
  url?: string;
  local?: boolean;
}
