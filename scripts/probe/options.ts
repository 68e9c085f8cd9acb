import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readFlags, WrongFlag } from "../flags/read-flags.ts";
import { dataFolder } from "../stack/data-folder.ts";
import { markName, runningUrl } from "../stack/leftovers.ts";
import { otlpHeaders } from "./send.ts";

export const usage = `npm run probe [-- flags]

Asks the API from outside as a guest would: deep health, login, availability, book, cancel, on a tenant of its own.
One line of JSON for each round. With --from it is a measurement: what it saw is written straight to Prometheus by OTLP,
never through the collector, and counts in promises. Without it is a look, which writes nothing.
Exit with --once: 0 all good. 1: a step failed. 2: the metrics were not taken. With --compare: 0 both sides agree, 1 they do not.
3: it could not be asked at all.

  --target URL       where the API answers (the system that runs here, else http://127.0.0.1:8787);
                     in production the tenant's own host, e.g. https://probe.frontdesk.example
  --prometheus URL   where metrics are written (the system that runs here, else http://127.0.0.1:9090)
  --environment ENV  local, staging or production (local); becomes a label
  --from PLACE       measures, and says where this probe stands, e.g. github; becomes the label \`instance\`.
                     One probe for each place: \`npm start\` runs the one called \`local\`
  --every 30s        5s to 10m between two rounds
  --once             one round, then the end
  --compare 1h       no round: compares what probes and the server counted in that time
  --status PORT      answers there whether rounds are made, for a supervisor
  --help             this page

Credentials are read from the environment: HEALTH_TOKEN and TRACE_TOKEN of the Worker, PROBE_PASSWORD of the probe's tenant,
and OTEL_EXPORTER_OTLP_HEADERS where Prometheus asks for some. For the system that runs here they are found.`;

export type Credentials = {
  readonly healthToken: string;
  readonly traceToken: string;
  readonly password: string;
};
export type Place = {
  readonly prometheus: string;
  readonly environment: "local" | "staging" | "production";
};
export type ProbeOptions = Place & {
  readonly target: string;
  /** Absent: only looks, and writes nothing. */
  readonly from: string | undefined;
  readonly everySeconds: number;
  readonly once: boolean;
  readonly statusPort: number | undefined;
  readonly credentials: Credentials;
  readonly headers: Readonly<Record<string, string>>;
};
export type CompareOptions = Place & {
  readonly compareSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
};

export type Variables = Readonly<Record<string, string | undefined>>;
const environments = ["local", "staging", "production"] as const;
/** Where everything answers by default. */
const standard = { prometheus: "http://127.0.0.1:9090", target: "http://127.0.0.1:8787" } as const;
/** Place of the probe that `npm start` runs. */
export const ownPlace = "local";
const localData = fileURLToPath(new URL("../../.frontdesk", import.meta.url));

/** @throws WrongFlag  one line that says what is wrong and what would be right */
export function parseOptions(
  args: readonly string[],
  variables: Variables = process.env,
  data = localData,
): ProbeOptions | CompareOptions {
  const text = { type: "string" } as const;
  const { values } = readFlags({
    args: [...args],
    options: {
      ...{ target: text, prometheus: text, environment: text, from: text, every: text },
      ...{ once: { type: "boolean" }, compare: text, status: text },
    } as const,
  });
  const folder = dataFolder(data);
  const environment = environments.find((one) => one === (values.environment ?? "local"));
  if (environment === undefined)
    throw new WrongFlag(
      `--environment "${values.environment}" is unknown. Use one of: ${environments.join(", ")}.`,
    );
  const prometheus = address(
    "prometheus",
    values.prometheus ?? runningUrl(folder, "prometheus") ?? standard.prometheus,
  );
  const place = { prometheus, environment, headers: otlpHeaders(variables.OTEL_EXPORTER_OTLP_HEADERS) };
  if (values.compare !== undefined)
    return { ...place, compareSeconds: duration("compare", values.compare, 60, 86_400) };
  const written = (["prometheus", "environment"] as const).find((name) => values[name] !== undefined);
  if (values.from === undefined && written !== undefined)
    throw new WrongFlag(
      `--${written} says what is written, and only a probe with a place writes: add --from PLACE.`,
    );
  const running = runningUrl(folder, "api");
  const target = address("target", values.target ?? running ?? standard.target);
  // The child of `npm start` carries its mark.
  if (values.from === ownPlace && target === running && variables[markName] === undefined)
    throw new WrongFlag(
      `--from ${ownPlace} is the probe that \`npm start\` runs: give this one another name.`,
    );
  return {
    ...place,
    target,
    from: values.from === undefined ? undefined : label(values.from),
    everySeconds: duration("every", values.every ?? "30s", 5, 600),
    once: values.once ?? false,
    statusPort: values.status === undefined ? undefined : port(values.status),
    credentials: credentialsOf(target, variables, target === running ? folder.secretsFile : undefined),
  };
}

/** Locally everybody may know the password; elsewhere it is a secret like any other. */
const localPassword = "probe-password-1";

function credentialsOf(target: string, variables: Variables, secretsFile: string | undefined): Credentials {
  const known = secretsFile === undefined ? {} : secretsIn(secretsFile);
  const isLocal = /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(target).hostname);
  const hint =
    secretsFile === undefined && isLocal
      ? " Is it running? `npm start` in this folder makes it known to this command."
      : "";
  const read = (name: string, fallback: string | undefined): string => {
    const value = variables[name] || known[name] || fallback;
    if (!value)
      throw new WrongFlag(
        `${name} is missing in the environment: the probe needs it to ask ${target}.${hint}`,
      );
    return value;
  };
  return {
    healthToken: read("HEALTH_TOKEN", undefined),
    // Without it the probe would count as a customer wherever callers are not trusted by default.
    traceToken: read("TRACE_TOKEN", isLocal ? "local" : undefined),
    password: read("PROBE_PASSWORD", isLocal ? localPassword : undefined),
  };
}

/** Secrets of a local system; none where there are none. */
export function secretsIn(file: string): Variables {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Variables;
  } catch {
    return {};
  }
}

function duration(flag: string, value: string, from: number, to: number): number {
  const [, amount, unit = ""] = /^(\d{1,5})(s|m|h)$/.exec(value) ?? [];
  const seconds = Number(amount) * ({ s: 1, m: 60, h: 3_600 }[unit] ?? Number.NaN);
  if (!(seconds >= from && seconds <= to))
    throw new WrongFlag(`--${flag} "${value}" must be from ${from}s to ${to}s, e.g. 30s or 5m.`);
  return seconds;
}

function port(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) < 1 || Number(value) > 65_535)
    throw new WrongFlag(`--status "${value}" is not a port: use a whole number from 1 to 65535.`);
  return Number(value);
}

function label(value: string): string {
  if (!/^[\w.-]{1,40}$/.test(value))
    throw new WrongFlag(`--from "${value}" must be 1 to 40 letters, digits, dots or hyphens.`);
  return value;
}

function address(flag: keyof typeof standard, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new WrongFlag(`--${flag} "${value}" is not an http(s) URL, e.g. ${standard[flag]}`);
  return value.replace(/\/+$/, "");
}
