import { join, resolve } from "node:path";
import { StartError } from "./start-error.ts";

const clone = resolve(import.meta.dirname, "../..");

export const stackChoices = ["auto", "native", "docker", "none"] as const;
export type StackChoice = (typeof stackChoices)[number];

/** auto: until a viewer (Grafana) is there; always; all: probe, heartbeats and cron too; off. */
export type TraceMode = "auto" | "always" | "all" | "off";

export type StartFlags = {
  readonly port: number | undefined;
  readonly stack: StackChoice;
  readonly trace: TraceMode;
  readonly data: string;
  readonly reset: boolean;
  readonly freePorts: boolean;
  readonly console: boolean;
  readonly help: boolean;
};

export const usage = `npm start [-- flags]

  --port N          port of the API (8787)
  --stack=KIND      auto, native (needs Go), docker (needs compose) or none (auto)
  --trace=MODE      always: print every request as a trace tree; all: probe, heartbeats and cron too;
                    off: never. Without it they are printed, too (native stack included),
                    except with docker, where Grafana shows them. --trace alone means always
  --data DIR        folder of all data (.frontdesk)
  --reset           empty that folder first
  --free-ports      take free ports for everything
  --no-console      do not build or serve the console (dashboards and traces in the browser)
  --help            this page`;

/**
 * Reads the flags of `npm start`; values follow a space or an equals sign.
 *
 * @param cwd  where the person is: npm itself moves to the root of the clone
 * @throws StartError naming the wrong flag and the valid ones
 */
export function parseFlags(argv: readonly string[], cwd = process.env.INIT_CWD ?? process.cwd()): StartFlags {
  const given = new Map<string, string | true>();
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? "";
    const [name = "", inline] = splitOnce(argument);
    const kind = kinds[name];
    if (kind === undefined)
      throw new StartError(`Unknown flag "${argument}". Valid: ${Object.keys(kinds).join(" ")}.`);
    if (kind === "switch" && inline !== undefined) throw new StartError(`${name} takes no value.`);
    const value = inline ?? (kind === "value" ? argv[++index] : undefined);
    if (kind === "value" && (value === undefined || value === "" || value.startsWith("--")))
      throw new StartError(`${name} needs a value, for example ${examples[name]}.`);
    given.set(name, value ?? true);
  }
  return {
    port: port(given.get("--port")),
    stack: oneOf("--stack", given.get("--stack") ?? "auto", stackChoices),
    trace: trace(given.get("--trace")),
    data: given.has("--data") ? resolve(cwd, String(given.get("--data"))) : join(clone, ".frontdesk"),
    reset: given.has("--reset"),
    freePorts: given.has("--free-ports"),
    console: !given.has("--no-console"),
    help: given.has("--help"),
  };
}

const kinds: Readonly<Record<string, "value" | "switch" | "either">> = {
  "--port": "value",
  "--stack": "value",
  "--trace": "either",
  "--data": "value",
  "--reset": "switch",
  "--free-ports": "switch",
  "--no-console": "switch",
  "--help": "switch",
};
const examples: Readonly<Record<string, string>> = {
  "--port": "--port 8788",
  "--stack": "--stack=none",
  "--data": "--data /tmp/frontdesk",
};

function splitOnce(argument: string): [string, string?] {
  const at = argument.indexOf("=");
  return at < 0 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}

function port(value: string | true | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new StartError(`--port ${value} is not a port: use a whole number from 1 to 65535.`);
  return number;
}

function trace(value: string | true | undefined): TraceMode {
  if (value === undefined) return "auto";
  return value === true ? "always" : oneOf("--trace", value, ["always", "all", "off"] as const);
}

function oneOf<T extends string>(flag: string, value: string | true, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new StartError(`${flag}=${value} is unknown. Valid: ${choices.join(", ")}.`);
  return found;
}
