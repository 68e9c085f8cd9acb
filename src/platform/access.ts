import type { Id } from "./ids.ts";

/** Who may call a route. A route that says nothing needs a session. */
export type Access = "open" | "tenant" | "session";

/**
 * Spread into `createRoute({ ...access.session, … })`: what the document says and what the middleware enforces are one thing.
 * `open` needs neither tenant nor session; `tenant` needs a host that names one; `session` needs both.
 */
export const access = {
  open: { security: [] as Record<string, string[]>[], "x-access": "open" },
  tenant: { security: [] as Record<string, string[]>[], "x-access": "tenant" },
  session: { security: [{ bearer: [] as string[] }, { cookie: [] as string[] }], "x-access": "session" },
} as const satisfies Record<Access, { security: Record<string, string[]>[]; "x-access": Access }>;

/** A customer of Frontdesk: one business, one subdomain. */
export type Tenant = {
  readonly id: Id<"tenant">;
  readonly slug: string;
  readonly name: string;
  readonly tier: "free" | "pro" | "internal";
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

/** A signed-in user of the request's tenant; it stands for a row that is not revoked and not expired. */
export type Session = {
  readonly id: Id<"session">;
  readonly userId: Id<"user">;
  readonly role: "owner" | "staff";
  /** Epoch milliseconds. */
  readonly expiresAt: number;
};
