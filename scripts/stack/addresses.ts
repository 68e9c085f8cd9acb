import type { ConsoleOutcome } from "./console.ts";
import type { StackChoice, TraceMode } from "./flags.ts";
import type { Frontdesk } from "./frontdesk.ts";
import type { PortName } from "./ports.ts";
import { probeEverySeconds } from "./probe-child.ts";
import type { Paint } from "./screen.ts";
import type { StackOutcome } from "./supervise.ts";

/** `{url}` in a hint stands for the address beside it. */
type Row = { readonly what: string; readonly port: PortName; readonly path?: string; readonly hint: string };

const api: Row = { what: "API", port: "api", hint: "docs at /docs, health at /v1/health" };
const otlp = (hint: string): Row => ({ what: "OTLP/HTTP", port: "tap", hint });
// Traces that begin here: most others are the probe's, whose root is not stored.
const tempoExample = `curl -G {url}/api/search --data-urlencode 'q={ rootServiceName = "frontdesk" && span.http.route = "/v1/bookings" }'`;
const logsExample = "by trace id (* is any): curl {url}/select/logsql/query -d 'query=trace_id:*' -d limit=3";
const stack: readonly Row[] = [
  {
    what: "Prometheus",
    port: "prometheus",
    hint: "/api/v1/query?query=http_server_request_duration_seconds_count",
  },
  { what: "Alertmanager", port: "alertmanager", hint: "its own pages" },
  { what: "Tempo", port: "tempo", hint: tempoExample },
  { what: "Logs", port: "victoriaLogs", path: "/select/vmui/", hint: logsExample },
  { what: "Pager", port: "pager", hint: "what would have been sent" },
  { what: "Probe", port: "probe", hint: `its last round; it asks every ${probeEverySeconds} s` },
];
const grafana: Row = { what: "Grafana", port: "grafana", hint: "dashboards, traces, logs" };

/** The closing table: where everything answers and what it weighs. */
export function addressTable(
  frontdesk: Pick<Frontdesk, "urls" | "data" | "memory">,
  outcome: StackOutcome,
  trace: TraceMode,
  paint: Paint,
): string {
  const isReady = outcome.outcome === "ready";
  const rows = [
    api,
    otlp(isReady ? "send your own telemetry here" : fateOfTelemetry(trace)),
    ...(isReady ? stack : []),
    ...(isReady && outcome.engine === "docker" ? [grafana] : []),
  ];
  const lines = rows.map(({ what, port, path = "", hint }) => {
    const base = frontdesk.urls[port].replace("127.0.0.1", "localhost");
    const told = paint.dim(hint.replace("{url}", base));
    return `  ${what.padEnd(13)}${paint.bold(`${base}${path}`.padEnd(38))}${told}`;
  });
  return [
    ...lines,
    `  ${"Data".padEnd(13)}${frontdesk.data.root}`,
    `  ${"Logs of all".padEnd(13)}${frontdesk.data.logs}`,
    ...memoryLine(frontdesk),
    paint.dim(`  ${"Traces".padEnd(13)}${traceHint[trace]}`),
    "  Ctrl-C stops everything.",
  ].join("\n");
}

/** Without a stack nothing keeps what is sent. */
const fateOfTelemetry = (trace: TraceMode): string =>
  trace === "off"
    ? "taken, but neither printed nor stored: there is no stack"
    : "traces are printed here only; nothing is stored: there is no stack";

const traceHint: Readonly<Record<TraceMode, string>> = {
  auto: "printed here; --trace=all shows the probe, heartbeats and cron, --trace=off nothing",
  always: "printed here",
  all: "printed here, the probe, heartbeats and cron too",
  off: "not printed",
};

function memoryLine(frontdesk: Pick<Frontdesk, "memory">): string[] {
  const { Worker: worker = 0, ...tools } = frontdesk.memory();
  const sum = Object.values(tools).reduce((total, megabytes) => total + megabytes, 0);
  const parts = Object.entries(tools).map(([name, megabytes]) => `${name} ${megabytes}`);
  const stackText = parts.length > 0 ? `stack ${sum} MB (${parts.join(", ")}), ` : "";
  return [`  ${"Memory".padEnd(13)}${stackText}Worker with wrangler ${worker} MB`];
}

/** What became of the stack, and what to do when it is not there. */
export function stackNotice(outcome: StackOutcome, trace: TraceMode, paint: Paint): string {
  if (outcome.outcome === "ready")
    return paint.green(`The stack is ready after ${outcome.seconds} s (${outcome.engine}).`);
  if (outcome.why === "")
    return trace === "off" ? "No stack, as asked." : "No stack, as asked: traces are shown here.";
  return `${paint.yellow("There is no stack; the API runs without it.")}\n${outcome.why}`;
}

/** Where the console is, or why there is none; nothing when nobody asked for one. */
export function consoleNotice(outcome: ConsoleOutcome, paint: Paint): string | undefined {
  if (outcome.outcome === "ready") {
    const url = outcome.url.replace("127.0.0.1", "localhost");
    return `${paint.green("The console is ready")}: ${paint.bold(url)}  dashboards, traces, logs, alerts, error budgets`;
  }
  return outcome.why === ""
    ? undefined
    : `${paint.yellow("There is no console; everything else runs.")}\n${outcome.why}`;
}

/** A stack that was asked for by name and is not there: said again below the table, where it is seen. */
export function missedStack(choice: StackChoice, outcome: StackOutcome, paint: Paint): string | undefined {
  const isMissed = (choice === "native" || choice === "docker") && outcome.outcome === "absent";
  if (!isMissed) return undefined;
  const [reason = ""] = outcome.why.split("\n");
  return paint.red(`--stack=${choice} was asked for, but there is no stack: ${reason}`);
}
