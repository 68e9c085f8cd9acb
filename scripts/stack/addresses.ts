import type { TraceMode } from "./flags.ts";
import type { Frontdesk } from "./frontdesk.ts";
import type { PortName } from "./ports.ts";
import type { Paint } from "./screen.ts";
import type { StackOutcome } from "./supervise.ts";

type Row = { readonly what: string; readonly port: PortName; readonly path?: string; readonly hint: string };

const always: readonly Row[] = [
  { what: "API", port: "api", hint: "docs at /docs, health at /v1/health" },
  { what: "OTLP/HTTP", port: "tap", hint: "send your own telemetry here" },
];
const stack: readonly Row[] = [
  {
    what: "Prometheus",
    port: "prometheus",
    hint: "/api/v1/query?query=http_server_request_duration_seconds_count",
  },
  { what: "Alertmanager", port: "alertmanager", hint: "its own pages" },
  { what: "Tempo", port: "tempo", hint: "/api/traces/<trace id>, /api/search?q={}" },
  { what: "Logs", port: "victoriaLogs", path: "/select/vmui/", hint: "VictoriaLogs, search with *" },
  { what: "Pager", port: "pager", hint: "what would have been sent" },
];
const grafana: Row = { what: "Grafana", port: "grafana", hint: "dashboards, traces, logs" };

/** The closing table: where everything answers and what it weighs. */
export function addressTable(
  frontdesk: Frontdesk,
  outcome: StackOutcome,
  trace: TraceMode,
  paint: Paint,
): string {
  const isReady = outcome.outcome === "ready";
  const rows = [
    ...always,
    ...(isReady ? stack : []),
    ...(isReady && outcome.engine === "docker" ? [grafana] : []),
  ];
  const lines = rows.map(({ what, port, path = "", hint }) => {
    const url = `${frontdesk.urls[port].replace("127.0.0.1", "localhost")}${path}`;
    return `  ${what.padEnd(13)}${paint.bold(url.padEnd(38))}${paint.dim(hint)}`;
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

const traceHint: Readonly<Record<TraceMode, string>> = {
  auto: "printed here until there is a viewer; --trace=all shows heartbeats and cron, --trace=off nothing",
  always: "printed here",
  all: "printed here, heartbeats and cron too",
  off: "not printed",
};

function memoryLine(frontdesk: Frontdesk): string[] {
  const { Worker: worker = 0, ...tools } = frontdesk.memory();
  const sum = Object.values(tools).reduce((total, megabytes) => total + megabytes, 0);
  const parts = Object.entries(tools).map(([name, megabytes]) => `${name} ${megabytes}`);
  const stackText = parts.length > 0 ? `stack ${sum} MB (${parts.join(", ")}), ` : "";
  return [`  ${"Memory".padEnd(13)}${stackText}Worker with wrangler ${worker} MB`];
}

/** What became of the stack, and what to do when it is not there. */
export function stackNotice(outcome: StackOutcome, paint: Paint): string {
  if (outcome.outcome === "ready")
    return paint.green(`The stack is ready after ${outcome.seconds} s (${outcome.engine}).`);
  if (outcome.why === "") return "No stack, as asked: traces are shown here.";
  return `${paint.yellow("There is no stack; the API runs without it.")}\n${outcome.why}`;
}
