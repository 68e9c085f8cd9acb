import { sentryFaults } from "../../telemetry/kit/faults/sentry.ts";
import { type KitConfig, otlpHeaders } from "../../telemetry/kit/index.ts";
import { type Env, isShare } from "./env.ts";
import { sameSecret } from "./secret.ts";

/** How this environment is observed. Reads raw variables and never throws: telemetry must not decide whether the API runs. */
export function kitConfig(env: Env): KitConfig {
  const headers = otlpHeaders(env.OTLP_HEADERS);
  return {
    environment: env.ENVIRONMENT,
    release: env.RELEASE,
    otlpEndpoint: URL.canParse(env.OTLP_ENDPOINT ?? "") ? env.OTLP_ENDPOINT : "",
    ...(headers && { otlpHeaders: headers }),
    faults: sentryFaults(env.SENTRY_DSN),
    logShare: shareOf(env.LOG_SAMPLE),
    trustTraceOf: (request) => env.ENVIRONMENT === "local" || carriesToken(request, env.TRACE_TOKEN),
    bindingNames: { EVENTS: queueName(env.ENVIRONMENT) },
  };
}

/** The queue of events, as in wrangler.toml; the binding does not tell, and sender and consumer must name one queue alike. */
export const queueName = (environment: Env["ENVIRONMENT"]) =>
  environment === "local" ? "frontdesk-events" : `frontdesk-${environment}-events`;

function carriesToken(request: Request, token: string | undefined): boolean {
  const presented = request.headers.get("x-trace-token");
  return Boolean(token) && presented !== null && sameSecret(presented, token ?? "");
}

/** `0` to `1`; anything else is 1, for a wrong number must not hide what happens. */
const shareOf = (text: string | undefined): number => (isShare(text) ? Number(text) : 1);
