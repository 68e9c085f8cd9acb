import type { Session, Tenant } from "../../platform/access.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Id, Ids } from "../../platform/ids.ts";

export type User = {
  readonly id: Id<"user">;
  readonly tenantId: Id<"tenant">;
  /** Trimmed and lower case; never in telemetry. */
  readonly email: string;
  readonly name: string;
  readonly role: "owner" | "staff";
};
export type NewUser = User & { readonly passwordHash: string; readonly createdAt: number };
export type NewSession = {
  readonly id: Id<"session">;
  readonly tenantId: Id<"tenant">;
  readonly userId: Id<"user">;
  readonly createdAt: number;
  readonly expiresAt: number;
};

/** What a token says about its bearer, once its signature is checked. */
export type Claims = { readonly session: string; readonly tenant: string };

/** As RFC 7517 spells it. */
export type PublicKey = {
  kty: string;
  crv: string;
  x: string;
  y: string;
  kid: string;
  alg: string;
  use: string;
};

export type AuthDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly accounts: {
    /** Both rows or none. */
    create(tenant: Tenant, owner: NewUser): Promise<"created" | "slug_taken">;
    byEmail(
      tenant: Id<"tenant">,
      email: string,
    ): Promise<(User & { readonly passwordHash: string }) | undefined>;
    byId(tenant: Id<"tenant">, user: Id<"user">): Promise<User | undefined>;
  };
  readonly sessions: {
    /** Also forgets the user's expired ones, so that the table stays small. */
    open(session: NewSession): Promise<void>;
    /** The session if it is neither revoked nor expired at `now`. */
    live(tenant: Id<"tenant">, id: string, now: number): Promise<Session | undefined>;
    revoke(id: Id<"session">, now: number): Promise<void>;
  };
  readonly tokens: {
    issue(session: NewSession): Promise<string>;
    /** Undefined when the signature, issuer or time is wrong. */
    verify(token: string): Promise<Claims | undefined>;
    publicKeys(): Promise<{ keys: PublicKey[] }>;
  };
};
