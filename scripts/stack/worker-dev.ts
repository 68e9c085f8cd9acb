import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChildSpec } from "./child.ts";
import type { DataFolder } from "./data-folder.ts";
import { LogFile } from "./log-file.ts";

export type WorkerOptions = {
  readonly folder: DataFolder;
  readonly config: string;
  readonly port: number;
  readonly mark: Readonly<Record<string, string>>;
  /** Configuration of the Tail Worker beside it. */
  readonly tailConfig?: string | undefined;
};

const repository = fileURLToPath(new URL("../../", import.meta.url));
export const wrangler = join(repository, "node_modules/wrangler/wrangler-dist/cli.js");
export const defaultWranglerConfig = join(repository, "wrangler.toml");

/** The Worker on workerd, as a child of the supervisor. */
export function workerSpec({ folder, config, port, mark, tailConfig }: WorkerOptions): ChildSpec {
  return {
    title: "Worker",
    file: process.execPath,
    args: [
      ...["--no-warnings", wrangler, "dev", "--config", resolve(config)],
      ...(tailConfig === undefined ? [] : ["--config", tailConfig]),
      "--local",
      ...["--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"],
      ...["--persist-to", folder.state, "--env-file", folder.envFile, "--show-interactive-dev-session=false"],
    ],
    cwd: resolve(config, ".."),
    env: wranglerEnv(folder, mark),
    ready: { url: `http://127.0.0.1:${port}/v1/health`, timeoutSeconds: 60 },
    log: new LogFile(join(folder.logs, "worker.log")),
    // wrangler starts a workerd that died again, but what listens then accepts and never answers.
    broken: /The Workers runtime crashed unexpectedly/,
    // While the source does not compile, wrangler holds every request: the next save lets them go.
    pause: { from: /\[ERROR\] Build failed/, until: /Reloading local server|Local server updated/ },
    restartedBeforeReady: false,
  };
}

/**
 * What a developer must see of a line: wrangler's errors, and the indented places and stacks below them.
 * A log record keeps what it says and the trace to look at; the whole of it stands in the log.
 */
export function errorLines(): (line: string) => string | undefined {
  let isBelow = false;
  return (line) => {
    const isError = /\[ERROR\]|\[wrangler:error\]|✘/.test(line);
    isBelow = isError || (isBelow && /^(\s|$)/.test(line));
    return isBelow && line.trim() !== "" ? recordInShort(line) : undefined;
  };
}

function recordInShort(line: string): string {
  const [, before = "", json = ""] = /^(.*\[ERROR\] )(\{.*\})$/.exec(line) ?? [];
  try {
    const record = JSON.parse(json) as Readonly<Record<string, unknown>>;
    const { event, code, message, trace_id } = record;
    const said = record["exception.message"] ?? message;
    const words = [record["http.response.status_code"], code, said].filter(
      (word) => word != null && word !== event,
    );
    const trace = trace_id ? [`trace ${trace_id}`] : [];
    return `${before}${[event, ...words, ...trace].join("  ")}`;
  } catch {
    return line;
  }
}

/** No prompts, no colours, no metrics, no request to anywhere, nothing written outside the data folder. */
export function wranglerEnv(folder: DataFolder, mark: Readonly<Record<string, string>>) {
  return {
    ...process.env,
    ...mark,
    CI: "1",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
    DO_NOT_TRACK: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
    // The banner asks the registry for a newer version.
    WRANGLER_HIDE_BANNER: "true",
    // Else miniflare asks a public address for a sample `request.cf`.
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_LOG_PATH: join(folder.logs, "wrangler"),
    // The default is shared by all of this user's dev servers, and two Workers of one name would call each other.
    WRANGLER_REGISTRY_PATH: join(folder.root, "registry"),
  };
}
