import { isDsn } from "../../telemetry/kit/faults/sentry.ts";

/** Bindings and variables of wrangler.toml, plus the secrets that wrangler.toml may not hold. */
export type Env = {
  readonly DB: D1Database;
  /** Untyped here: the ground floor knows no feature. `features/bookings/client.ts` gives it its class. */
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
  readonly SENTRY_DSN?: string;
  /** Share of traces, 0 to 1, whose records of success are written. */
  readonly LOG_SAMPLE?: string;
  readonly JWT_KEYS: string;
  readonly HEALTH_TOKEN: string;
  readonly TRACE_TOKEN?: string;
};

/** What the code reads instead of raw variables: checked once per isolate. */
export type Settings = {
  readonly environment: Env["ENVIRONMENT"];
  readonly release: string;
  readonly baseDomain: string;
  readonly tenantOverride: boolean;
  readonly jwtKeys: string;
  readonly healthToken: string;
};

/** A variable or binding is missing or wrong. The message names it and the fix, never its value. */
export class ConfigurationError extends Error {
  constructor(variable: string, fix: string) {
    super(`${variable} is missing or wrong: ${fix}`);
    this.name = "ConfigurationError";
  }
}

/**
 * Checks bindings and variables.
 *
 * @throws ConfigurationError for the first one that is missing or wrong
 */
export function parseEnv(env: Env): Settings {
  for (const binding of ["DB", "ROOM_CALENDAR", "EVENTS", "FILES", "CACHE"] as const) {
    if (!env[binding])
      throw new ConfigurationError(binding, "add the binding to this environment in wrangler.toml");
  }
  const oneOf = <T extends string>(name: keyof Env, values: readonly T[]): T => {
    const found = values.find((value) => value === env[name]);
    if (found === undefined)
      throw new ConfigurationError(name, `set it to one of ${values.join(", ")} in wrangler.toml`);
    return found;
  };
  const environment = oneOf("ENVIRONMENT", ["local", "staging", "production"]);
  const tenantOverride = oneOf("TENANT_OVERRIDE", ["allow", "deny"]) === "allow";
  if (environment === "production" && tenantOverride) {
    throw new ConfigurationError(
      "TENANT_OVERRIDE",
      "set it to deny in production: the header would pass the host check",
    );
  }
  return {
    environment,
    release: text(env, "RELEASE", "set it to the git SHA when you deploy", /^\S{1,100}$/),
    baseDomain: text(
      env,
      "BASE_DOMAIN",
      "set it to a host name without scheme or port",
      /^[a-z0-9.-]{1,253}$/,
    ),
    tenantOverride,
    jwtKeys: text(
      env,
      "JWT_KEYS",
      `a private JWKS document (ES256) is needed; ${secretFix("JWT_KEYS")}`,
      /^\s*\{/,
    ),
    healthToken: text(
      env,
      "HEALTH_TOKEN",
      `at least 16 characters are needed; ${secretFix("HEALTH_TOKEN")}`,
      /^\S{16,}$/,
    ),
  };
}

const secretFix = (name: string) => `run \`wrangler secret put ${name}\` (locally: \`npm start\` makes it)`;

function text(env: Env, name: keyof Env, fix: string, shape: RegExp): string {
  const value = env[name];
  if (typeof value !== "string" || !shape.test(value)) throw new ConfigurationError(name, fix);
  return value;
}

/** What is wrong but stops nothing: the API runs without telemetry. Names variables, never values. */
export function complaintsAbout(env: Env): string[] {
  const endpoint = env.OTLP_ENDPOINT ?? "";
  const isBadEndpoint = endpoint !== "" && !URL.canParse(endpoint);
  return [
    ...(isBadEndpoint
      ? [
          "OTLP_ENDPOINT is not a URL, so nothing is exported: set it to the base URL of an OTLP/HTTP receiver",
        ]
      : []),
    ...(env.SENTRY_DSN && !isDsn(env.SENTRY_DSN)
      ? ["SENTRY_DSN is not a DSN, so Sentry is told nothing: copy it from the project's settings"]
      : []),
    ...(env.LOG_SAMPLE !== undefined && !isShare(env.LOG_SAMPLE)
      ? ["LOG_SAMPLE is not a share, so every log record is written: set it to a number from 0 to 1"]
      : []),
    ...(env.RELEASE === releaseToBeSet
      ? ["RELEASE names no release: deploy with `--var RELEASE:$(git rev-parse --short HEAD)`"]
      : []),
  ];
}

/** What stands in wrangler.toml until a deploy says better. */
const releaseToBeSet = "set-by-deploy";

/** Whether a text is a share from 0 to 1. */
export const isShare = (text: string | undefined): text is string => /^(0|1|0?\.\d+|1\.0+)$/.test(text ?? "");
