import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readFlags, WrongFlag } from "../flags/read-flags.ts";
import { dataFolder } from "../stack/data-folder.ts";
import { runningUrl } from "../stack/leftovers.ts";

export const usage = `npm run mute -- --for 10m --why "deploy 1.2.3" [flags]

Holds back tickets while a deploy runs. It ends by itself. Pages and the watchdog are never muted:
a deploy that hurts users must be heard. Exit 0: done. 3: it could not be done.

  --for TIME         how long, 1m to 30m
  --why TEXT         what is being done
  --by NAME          who does it (git's user.name, else $USER)
  --environment ENV  local, staging or production; all when absent
  --list             show the mutes that hold now
  --end              end them, or those of --environment, before their time
  --alertmanager URL where (the system that runs here, else http://127.0.0.1:9093)
  --help             this page`;

type Place = { readonly alertmanager: string; readonly environment: string | undefined };
export type MuteOptions =
  | (Place & { readonly does: "list" | "end" })
  | (Place & {
      readonly does: "begin";
      readonly seconds: number;
      readonly why: string;
      readonly by: string;
    });

const standard = "http://127.0.0.1:9093";
const environments = ["local", "staging", "production"];
const longestMinutes = 30;

/** Who asks, and where the running system is: exchanged in tests. */
export type Surroundings = {
  readonly person: () => string | undefined;
  readonly running: () => string | undefined;
};
const here: Surroundings = {
  person: () => gitUser() || process.env.USER,
  running: () =>
    runningUrl(dataFolder(fileURLToPath(new URL("../../.frontdesk", import.meta.url))), "alertmanager"),
};

/** @throws WrongFlag  one line that says what is wrong and what would be right */
export function parseOptions(args: readonly string[], around: Surroundings = here): MuteOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = readFlags({
    args: [...args],
    options: {
      ...{ for: text, why: text, by: text, environment: text, alertmanager: text },
      ...{ list: flag, end: flag },
    },
  });
  if (values.list && values.end) throw new WrongFlag("Choose --list or --end, not both.");
  if (values.environment !== undefined && !environments.includes(values.environment))
    throw new WrongFlag(
      `--environment "${values.environment}" is unknown. Use one of: ${environments.join(", ")}.`,
    );
  const place: Place = {
    alertmanager: address(values.alertmanager ?? around.running() ?? standard),
    environment: values.environment,
  };
  if (values.list || values.end) {
    const extra = (["for", "why", "by"] as const).find((name) => values[name] !== undefined);
    if (extra) throw new WrongFlag(`--${extra} begins a mute; leave it out with --list and --end.`);
    return { ...place, does: values.list ? "list" : "end" };
  }
  return {
    ...place,
    does: "begin",
    seconds: duration(values.for),
    why: named(values.why, '--why is missing: say what is being done, e.g. --why "deploy 1.2.3".'),
    by: named(values.by ?? around.person(), "Nobody is named: say who mutes with --by NAME."),
  };
}

function duration(value: string | undefined): number {
  if (value === undefined) throw new WrongFlag("--for is missing: say how long, e.g. --for 10m.");
  const [, amount, unit] = /^(\d{1,5})(s|m)$/.exec(value) ?? [];
  const seconds = Number(amount) * (unit === "m" ? 60 : 1);
  if (!(seconds >= 60 && seconds <= longestMinutes * 60))
    throw new WrongFlag(`--for "${value}" must be from 1m to ${longestMinutes}m, e.g. --for 10m.`);
  return seconds;
}

function named(value: string | undefined, trouble: string): string {
  const trimmed = value?.trim() ?? "";
  if (trimmed === "") throw new WrongFlag(trouble);
  return trimmed;
}

function address(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new WrongFlag(`--alertmanager "${value}" is not an http(s) URL, e.g. ${standard}`);
  return value.replace(/\/$/, "");
}

function gitUser(): string {
  try {
    return execFileSync("git", ["config", "user.name"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}
