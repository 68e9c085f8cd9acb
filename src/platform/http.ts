import type { Access, Session, Tenant } from "./access.ts";
import type { Env } from "./env.ts";

/** The route that a request matched, as the OpenAPI document describes it. */
export type MatchedRoute = {
  /** With braces, e.g. `/v1/rooms/{room_id}`. */
  readonly template: string;
  /** The feature that answers it; the module of its log records. */
  readonly module: string;
  readonly access: Access;
  /** Media types that its body may have; empty when it takes none. */
  readonly accepts: readonly string[];
};

/** A request that may be sent again: its key, and the attempt that all its retries share until it is decided. */
export type IdempotencyKey = {
  readonly key: string;
  /** Digest of method, path and body. */
  readonly fingerprint: string;
  readonly attempt: string;
  /** Earlier attempts of this key that were decided to be aborted. */
  readonly aborted: readonly string[];
};

/**
 * What middleware leaves for routes, read with `c.get(…)`.
 * `tenant` is there when the route's access is `tenant` or `session`, `session` when it is `session`.
 */
export type HttpEnv = {
  Bindings: Env;
  Variables: {
    requestId: string;
    correlationId: string;
    route: MatchedRoute;
    tenant: Tenant;
    session: Session;
    /** On routes that need an `Idempotency-Key`. */
    idempotency: IdempotencyKey;
  };
};
