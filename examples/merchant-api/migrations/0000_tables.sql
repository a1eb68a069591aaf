CREATE TABLE users (
  id text PRIMARY KEY,
  name text NOT NULL
);
--> statement-breakpoint
CREATE TABLE memberships (
  user_id text NOT NULL REFERENCES users (id),
  customer_id text NOT NULL,
  PRIMARY KEY (user_id, customer_id)
);
--> statement-breakpoint
CREATE TABLE plans (
  item_price_id text PRIMARY KEY,
  name text NOT NULL
);
--> statement-breakpoint
CREATE TABLE resources (
  kind text NOT NULL,
  id text NOT NULL,
  customer_id text NOT NULL,
  version bigint NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (kind, id)
);
--> statement-breakpoint
CREATE INDEX resources_customer ON resources (customer_id);
--> statement-breakpoint
CREATE TABLE handled_events (
  id text PRIMARY KEY,
  handled_at timestamptz NOT NULL DEFAULT now()
);
