import { collectorFiles, collectorOverlays } from "./overlays.ts";
import type { PortName } from "./ports.ts";

/** How the tool comes to this machine when there is no container engine. */
export type Native =
  | {
      readonly kind: "go";
      readonly module: string;
      readonly version: string;
      /** Executable name → Go package. */
      readonly packages: Readonly<Record<string, string>>;
      readonly tags: readonly string[];
    }
  | {
      readonly kind: "collector";
      readonly module: string;
      readonly version: string;
      readonly binary: string;
      /** Component list, read by the collector's builder. */
      readonly components: string;
    }
  | { readonly kind: "node"; readonly script: string };

export type ToolContext = {
  /** Address to listen on: 127.0.0.1; 0.0.0.0 inside compose's own network namespace, where FRONTDESK_LISTEN says so too. */
  readonly listen: string;
  readonly port: (name: PortName) => number;
  /** Absolute path of a (rendered) configuration file, given its path in the repository. */
  readonly file: (repositoryPath: string) => string;
  /** Folder that this tool may write to. */
  readonly data: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type Service = {
  /** Executable to run: a key of `packages`, `binary`, or the script of a node tool. */
  readonly binary: string;
  readonly ports: readonly PortName[];
  /** Those of `ports` that only other tools of the stack use: never published by compose. */
  readonly innerPorts?: readonly PortName[];
  readonly ready: { readonly port: PortName; readonly path: string; readonly timeoutSeconds: number };
  /** Expected resident memory under local load, megabytes. */
  readonly residentMb: number;
  /** Files and folders of the repository that the tool reads. */
  readonly reads: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly args: (context: ToolContext) => string[];
};

export type Tool = {
  readonly title: string;
  readonly native: Native;
  readonly image: { readonly ref: string; readonly whyOther?: string };
  /** null: a command, not a service. */
  readonly service: Service | null;
};

const collector: Tool = {
  title: "OpenTelemetry Collector",
  native: {
    kind: "collector",
    module: "go.opentelemetry.io/collector/cmd/builder",
    version: "v0.159.0",
    binary: "otelcol",
    components: "telemetry/collector/builder.yaml",
  },
  image: { ref: "otel/opentelemetry-collector-contrib:0.159.0" },
  service: {
    binary: "otelcol",
    ports: ["collector", "collectorHealth", "collectorMetrics"],
    innerPorts: ["collectorMetrics"],
    ready: { port: "collectorHealth", path: "/", timeoutSeconds: 30 },
    residentMb: 90,
    reads: [...collectorFiles, "telemetry/collector/overlays"],
    env: { GOMEMLIMIT: "160MiB" },
    args: ({ file, data, env }) => [
      ...[...collectorFiles, ...collectorOverlays(env)].map((path) => `--config=${file(path)}`),
      `--set=extensions.file_storage.directory=${data}/queue`,
      `--set=extensions.file_storage.compaction.directory=${data}/queue`,
    ],
  },
};

const prometheus: Tool = {
  title: "Prometheus",
  native: {
    kind: "go",
    module: "github.com/prometheus/prometheus",
    version: "v0.314.0",
    packages: {
      prometheus: "github.com/prometheus/prometheus/cmd/prometheus",
      promtool: "github.com/prometheus/prometheus/cmd/promtool",
    },
    // No service discovery of clouds: half the build time and a third of the binary.
    tags: ["remove_all_sd"],
  },
  image: {
    ref: "prom/prometheus:v3.14.0",
    whyOther:
      "The same release: its Go module is numbered v0.314.0. The module has no web UI, the image has.",
  },
  service: {
    binary: "prometheus",
    ports: ["prometheus"],
    ready: { port: "prometheus", path: "/-/ready", timeoutSeconds: 60 },
    residentMb: 90,
    reads: ["telemetry/stack/prometheus.yaml", "alerts/generated"],
    env: { GOMEMLIMIT: "140MiB", GOGC: "50" },
    args: ({ file, port, listen, data }) => [
      `--config.file=${file("telemetry/stack/prometheus.yaml")}`,
      `--web.listen-address=${listen}:${port("prometheus")}`,
      // Links in alerts: by default they would carry this machine's name. Without a web UI the pager leads to what can show them.
      ...(listen === "127.0.0.1"
        ? [`--web.external-url=http://127.0.0.1:${port("pager")}/to/prometheus`, "--web.route-prefix=/"]
        : [`--web.external-url=http://127.0.0.1:${port("prometheus")}`]),
      `--storage.tsdb.path=${data}`,
      // A 30-day window needs its first day still there while it is being summed.
      "--storage.tsdb.retention.time=36d",
      "--web.enable-otlp-receiver",
      "--web.enable-lifecycle",
      // The second one makes the first errors of a new series visible to rate().
      "--enable-feature=exemplar-storage,created-timestamp-zero-ingestion",
      "--log.level=warn",
    ],
  },
};

const alertmanager: Tool = {
  title: "Alertmanager",
  native: {
    kind: "go",
    module: "github.com/prometheus/alertmanager",
    version: "v0.31.1",
    packages: {
      alertmanager: "github.com/prometheus/alertmanager/cmd/alertmanager",
      amtool: "github.com/prometheus/alertmanager/cmd/amtool",
    },
    tags: [],
  },
  image: { ref: "prom/alertmanager:v0.31.1" },
  service: {
    binary: "alertmanager",
    ports: ["alertmanager"],
    ready: { port: "alertmanager", path: "/-/ready", timeoutSeconds: 30 },
    residentMb: 40,
    reads: ["telemetry/stack/alertmanager.yaml", "telemetry/stack/templates", "telemetry/stack/local"],
    env: { GOMEMLIMIT: "64MiB" },
    args: ({ file, port, listen, data }) => [
      `--config.file=${file("telemetry/stack/alertmanager.yaml")}`,
      `--web.listen-address=${listen}:${port("alertmanager")}`,
      `--web.external-url=http://127.0.0.1:${port("alertmanager")}`,
      `--storage.path=${data}`,
      // Alone: no gossip, so no second port.
      "--cluster.listen-address=",
      "--log.level=warn",
    ],
  },
};

const tempo: Tool = {
  title: "Tempo",
  native: {
    kind: "go",
    module: "github.com/grafana/tempo",
    version: "v1.5.1-0.20250529124718-87c2dc380cec",
    packages: { tempo: "github.com/grafana/tempo/cmd/tempo" },
    tags: [],
  },
  image: {
    ref: "grafana/tempo:2.8.2",
    whyOther:
      "Tempo tags its releases v2 without /v2 in its module path, so Go can fetch only commits: this one is main of 2025-05-29, just before 2.8.0. The configuration keeps to keys that both accept.",
  },
  service: {
    binary: "tempo",
    ports: ["tempo", "tempoGrpc", "tempoOtlp"],
    innerPorts: ["tempoGrpc", "tempoOtlp"],
    ready: { port: "tempo", path: "/ready", timeoutSeconds: 90 },
    residentMb: 130,
    reads: ["telemetry/stack/tempo.yaml"],
    env: { GOMEMLIMIT: "180MiB", GOGC: "50" },
    args: ({ file, port, data }) => [
      `-config.file=${file("telemetry/stack/tempo.yaml")}`,
      "-config.expand-env=true",
      `-server.http-listen-port=${port("tempo")}`,
      `-server.grpc-listen-port=${port("tempoGrpc")}`,
      `-storage.trace.local.path=${data}/blocks`,
      `-storage.trace.wal.path=${data}/wal`,
    ],
  },
};

const victoriaLogs: Tool = {
  title: "VictoriaLogs",
  native: {
    kind: "go",
    module: "github.com/VictoriaMetrics/VictoriaMetrics",
    version: "v1.117.0",
    packages: { "victoria-logs": "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-logs" },
    tags: [],
  },
  image: {
    ref: "victoriametrics/victoria-logs:v1.22.2-victorialogs",
    whyOther:
      "VictoriaLogs had release numbers of its own: module v1.117.0 of the shared repository holds v1.22.1 and its next fixes.",
  },
  service: {
    binary: "victoria-logs",
    ports: ["victoriaLogs"],
    ready: { port: "victoriaLogs", path: "/health", timeoutSeconds: 30 },
    residentMb: 40,
    reads: [],
    env: {},
    args: ({ port, listen, data }) => [
      `-storageDataPath=${data}`,
      `-httpListenAddr=${listen}:${port("victoriaLogs")}`,
      "-retentionPeriod=35d",
      "-retention.maxDiskSpaceUsageBytes=4GB",
      "-memory.allowedBytes=64MB",
      "-loggerLevel=WARN",
    ],
  },
};

const pager: Tool = {
  title: "Pager receiver",
  native: { kind: "node", script: "scripts/stack/pager.ts" },
  image: { ref: "node:24.21.0-alpine" },
  service: {
    binary: "scripts/stack/pager.ts",
    ports: ["pager", "pagerMail"],
    innerPorts: ["pagerMail"],
    ready: { port: "pager", path: "/healthz", timeoutSeconds: 15 },
    residentMb: 85,
    reads: ["scripts/stack", "alerts/runbooks"],
    env: {},
    args: ({ port, listen, data }) => [
      `--listen=${listen}`,
      `--port=${port("pager")}`,
      `--data=${data}`,
      `--mail=${port("pagerMail")}`,
      `--traces=http://127.0.0.1:${port("tempo")}/api/search?q=`,
      `--metrics=http://127.0.0.1:${port("prometheus")}/api/v1/query?query=`,
      // Grafana is beside it in containers only.
      ...(listen === "127.0.0.1"
        ? [`--console=http://127.0.0.1:${port("console")}`]
        : [`--dashboards=http://127.0.0.1:${port("grafana")}`]),
    ],
  },
};

const k6: Tool = {
  title: "k6",
  native: {
    kind: "go",
    module: "go.k6.io/k6/v2",
    version: "v2.2.0",
    packages: { k6: "go.k6.io/k6/v2" },
    tags: [],
  },
  image: { ref: "grafana/k6:2.2.0" },
  service: null,
};

/** The one table of the local stack: build, supervisor, compose.yaml and docs read it. In starting order. */
export const tools = {
  pager,
  "victoria-logs": victoriaLogs,
  tempo,
  alertmanager,
  prometheus,
  collector,
  k6,
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;
export const toolNames = Object.keys(tools) as ToolName[];
