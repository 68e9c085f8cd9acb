import type { FaultReporter } from "./faults/fault.ts";

/** What a Worker tells the kit about itself; `configure` makes it from the environment, once. */
export type KitConfig = {
  /** `deployment.environment.name`. */
  readonly environment: "local" | "staging" | "production";
  /** `service.version`: the git SHA. */
  readonly release: string;
  /** Base URL of an OTLP/HTTP receiver; empty or absent switches export off, and so does what is no URL, with a warning. */
  readonly otlpEndpoint: string;
  /** Sent with every export, e.g. what `otlpHeaders()` reads. */
  readonly otlpHeaders?: Readonly<Record<string, string>>;
  /** `service.name`; "frontdesk" unless said otherwise. */
  readonly service?: string;
  /** Says at once whether a caller's trace is continued (trusted) or only linked. */
  readonly trustTraceOf?: (request: Request) => boolean;
  /** Hosts to which trace context may be sent: `api.example`, `*.example`, or `binding:NAME` for a service binding. */
  readonly propagateTo?: readonly string[];
  /**
   * What a binding leads to, by its name: the class of an object or a service, or the name of a queue. Guessed when absent:
   * ROOM_CALENDAR is the object RoomCalendar, ROOM_EVENTS the queue room-events, and a service has the name of its binding.
   */
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

/** What a binding leads to, where the configuration says so. */
export const destinationOf = (binding: string): string | undefined => current.bindingNames?.[binding];

/**
 * Asks `configure` once per environment. One that throws, or names no receiver that can be asked, switches export off
 * instead of failing the request.
 *
 * @returns what is wrong with it, the first time
 */
export function configureOnce<Env>(env: Env, configure: (env: Env) => KitConfig): string | undefined {
  const key = env as object;
  let known = byEnv.get(key);
  let wrong: string | undefined;
  if (known === undefined) {
    [known, wrong] = attempt(env, configure);
    byEnv.set(key, known);
  }
  if (known !== current) useConfig(known);
  return wrong;
}

export function useConfig(next: KitConfig): void {
  current = next;
}

function attempt<Env>(env: Env, configure: (env: Env) => KitConfig): [KitConfig, wrong?: string] {
  try {
    const made = configure(env);
    const { otlpEndpoint } = made;
    if (otlpEndpoint === "" || isHttp(otlpEndpoint)) return [made];
    const silent: KitConfig = Object.create(made, { otlpEndpoint: { value: "" } });
    // A variable that is not set is no mistake.
    return otlpEndpoint
      ? [silent, `otlpEndpoint "${otlpEndpoint}" is no http(s) URL: nothing is exported`]
      : [silent];
  } catch (error) {
    return [unset, `configure threw: ${(error as Error)?.message}`];
  }
}

const isHttp = (url: string) => /^https?:/.test(url) && URL.canParse(url);
