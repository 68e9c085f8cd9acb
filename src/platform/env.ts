/** Bindings and variables of wrangler.toml. */
export type Env = {
  readonly DB: D1Database;
  /** Typed by the feature that owns the class: the platform knows no feature. */
  readonly ROOM_CALENDAR: DurableObjectNamespace;
  readonly EVENTS: Queue<unknown>;
  readonly FILES: R2Bucket;
  readonly CACHE: KVNamespace;
  readonly ENVIRONMENT: "local" | "staging" | "production";
  readonly RELEASE: string;
  readonly BASE_DOMAIN: string;
  readonly TENANT_OVERRIDE: "allow" | "deny";
  readonly OTLP_ENDPOINT: string;
  readonly OTLP_HEADERS?: string;
  readonly JWT_KEYS: string;
  readonly HEALTH_TOKEN: string;
  readonly TRACE_TOKEN?: string;
  readonly SENTRY_DSN?: string;
};
