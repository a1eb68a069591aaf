/** A signed-in user of the host app. An app that authenticates by itself may add what it likes. */
export interface PortalUser {
  /** Who it is, the same on every request: the subject of the token, or the app's own id of the user. */
  readonly id: string;
}

/** Finds the Chargebee customers a user may act for, in the order of preference; none for one who is not a customer yet. */
export type ResolveCustomerIds<User extends PortalUser = PortalUser> = (
  user: User,
) => readonly string[] | Promise<readonly string[]>;

/** Finds the user of a request; nothing for a request that proves nobody. */
export type Authenticate<Request, User extends PortalUser = PortalUser> = (
  request: Request,
) => User | null | undefined | Promise<User | null | undefined>;
