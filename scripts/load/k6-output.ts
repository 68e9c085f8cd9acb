import type { LoadOptions } from "./options.ts";

/**
 * Lets k6 write its metrics straight to Prometheus by OTLP while it runs: `k6_http_reqs_total` and the like, `job="k6"`.
 * Its counters begin anew with every run, and no label tells runs apart, because each would be new series for ever.
 *
 * @source https://grafana.com/docs/k6/latest/results-output/real-time/opentelemetry/
 */
export function prometheusOutput({ stores: { prometheus } }: Pick<LoadOptions, "stores">): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  if (prometheus === undefined) return { args: [], env: {} };
  const { host, protocol, pathname } = new URL(prometheus);
  return {
    args: ["--out=opentelemetry"],
    env: {
      K6_OTEL_SERVICE_NAME: "k6",
      K6_OTEL_METRIC_PREFIX: "k6_",
      K6_OTEL_EXPORTER_PROTOCOL: "http/protobuf",
      K6_OTEL_HTTP_EXPORTER_INSECURE: String(protocol === "http:"),
      K6_OTEL_HTTP_EXPORTER_ENDPOINT: host,
      K6_OTEL_HTTP_EXPORTER_URL_PATH: `${pathname.replace(/\/+$/, "")}/api/v1/otlp/v1/metrics`,
      K6_OTEL_EXPORT_INTERVAL: "1s",
      K6_OTEL_FLUSH_INTERVAL: "1s",
    },
  };
}
