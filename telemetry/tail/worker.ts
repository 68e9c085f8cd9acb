import { count, instrumentWorker, type KitConfig, otlpHeaders } from "../kit/index.ts";
import { handlerTypeOf, outcomeOf } from "./invocation.ts";

export type Env = {
  readonly ENVIRONMENT: KitConfig["environment"];
  readonly RELEASE: string;
  readonly OTLP_ENDPOINT: string;
  readonly OTLP_HEADERS?: string;
};

const configure = ({ ENVIRONMENT, RELEASE, OTLP_ENDPOINT, OTLP_HEADERS }: Env): KitConfig => {
  const headers = otlpHeaders(OTLP_HEADERS);
  return {
    environment: ENVIRONMENT,
    release: RELEASE,
    // A service of its own, so that its losses are not taken for the Worker's.
    service: "frontdesk-tail",
    otlpEndpoint: URL.canParse(OTLP_ENDPOINT ?? "") ? OTLP_ENDPOINT : "",
    ...(headers && { otlpHeaders: headers }),
  };
};

/**
 * The Tail Worker: counts every invocation of the Worker that names it in `tail_consumers`, by what began it and how it ended.
 * It reads nothing else of an event: URLs, headers, logs and exceptions stay where they are.
 */
export default instrumentWorker<Env, unknown>(
  {
    tail(items) {
      for (const item of items)
        count("frontdesk.invocations", 1, {
          "cloudflare.handler_type": handlerTypeOf(item),
          "cloudflare.outcome": outcomeOf(item),
        });
    },
  },
  configure,
);
