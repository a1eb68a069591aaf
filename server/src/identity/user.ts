/** A signed-in user of the host app. Host apps that authenticate users may add properties. */
export interface PortalUser {
  /** The user's permanent id: the subject of the token, or the host app's id of the user. */
  readonly id: string;
}

/** Finds the Chargebee customers a user may act for, in order of preference; none for a user who is not a customer yet. */
export type ResolveCustomerIds<User extends PortalUser = PortalUser> = (
  user: User,
) => readonly string[] | Promise<readonly string[]>;

/** Finds the user of a request; returns null or undefined for an unauthenticated one. */
export type Authenticate<Request, User extends PortalUser = PortalUser> = (
  request: Request,
) => User | null | undefined | Promise<User | null | undefined>;
