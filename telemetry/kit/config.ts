import type { FaultReporter } from "./faults/fault.ts";

/** What a Worker tells the kit about itself; `configure` makes it from the environment, once. */
export type KitConfig = {
  /** `deployment.environment.name`. */
  readonly environment: "local" | "staging" | "production";
  /** `service.version`: the git SHA. */
  readonly release: string;
  /** Base URL of an OTLP/HTTP receiver; empty switches export off. */
  readonly otlpEndpoint: string;
  /** Sent with every export, e.g. what `otlpHeaders()` reads. */
  readonly otlpHeaders?: Readonly<Record<string, string>>;
  /** `service.name`; "frontdesk" unless said otherwise. */
  readonly service?: string;
  /** Says at once whether a caller's trace is continued (trusted) or only linked. */
  readonly trustTraceOf?: (request: Request) => boolean;
  /** Hosts to which trace context may be sent: `api.example`, `*.example`, or `binding:NAME` for a service binding. */
  readonly propagateTo?: readonly string[];
  /** What a binding leads to, by its name: the class of an object or the name of a queue. Guessed from the binding when absent. */
  readonly bindingNames?: Readonly<Record<string, string>>;
  /** Bindings of Durable Objects whose class is not wrapped by the kit: they get no hidden argument. */
  readonly foreignObjects?: readonly string[];
  /** Share of the traces, 0 to 1, whose records of success are written; 1 unless said otherwise. The hash is the collector's. */
  readonly logShare?: number;
  /** Records of success that an isolate may write in a second, five times as many in a burst; 100 unless said otherwise. */
  readonly logsPerSecond?: number;
  /** Who is told about faults, e.g. `sentryFaults(dsn)`; nobody unless said otherwise. */
  readonly faults?: FaultReporter | undefined;
};

const unset: KitConfig = { environment: "local", release: "unknown", otlpEndpoint: "" };
let current: KitConfig = unset;
const byEnv = new WeakMap<object, KitConfig>();

/** The configuration of this isolate: the last one that an entry point brought. */
export const config = (): KitConfig => current;

/** Asks `configure` once per environment; a configuration that throws switches export off instead of failing the request. */
export function configureOnce<Env>(env: Env, configure: (env: Env) => KitConfig): KitConfig {
  const key = env as object;
  let known = byEnv.get(key);
  if (known === undefined) {
    known = attempt(env, configure);
    byEnv.set(key, known);
  }
  if (known !== current) useConfig(known);
  return known;
}

export function useConfig(next: KitConfig): void {
  current = next;
}

function attempt<Env>(env: Env, configure: (env: Env) => KitConfig): KitConfig {
  try {
    return configure(env);
  } catch {
    console.warn(unconfigured(new Date()));
    return unset;
  }
}

/** A record in the shape of all others, by hand: nothing else of the kit can be asked yet. */
const unconfigured = (now: Date) =>
  JSON.stringify({
    timestamp: now.toISOString(),
    severity: "warn",
    service: "frontdesk",
    environment: unset.environment,
    version: unset.release,
    request_id: null,
    trace_id: null,
    span_id: null,
    tenant: null,
    module: "telemetry",
    event: "telemetry.unconfigured",
    code: null,
  });
