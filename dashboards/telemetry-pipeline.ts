import { environment } from "../telemetry/derive/series.ts";
import { alertedAbove, noneIsGood } from "./limits.ts";
import type { Dashboard, Query } from "./panels.ts";
import { chosenSeries, named, perSecond, promql, scraped } from "./queries.ts";

/** The tools describe themselves under the job that scrapes them; they serve every environment. */
const ofCollector = (metric: string) => `${metric}{job="collector"}`;
const perSecondOf = (metric: string, name: string) =>
  scraped(`sum(rate(${ofCollector(metric)}[$__rate_interval]))`, [], name);
/** One line for each signal. */
const ofSignals = (metric: string, done: string): [Query, Query, Query] => [
  perSecondOf(`${metric}_spans`, `spans ${done}`),
  perSecondOf(`${metric}_metric_points`, `metric points ${done}`),
  perSecondOf(`${metric}_log_records`, `log records ${done}`),
];
const perDay = (metric: string, job: string) =>
  `86400 * sum(rate(${metric}{job="${job}"}[$__rate_interval]))`;
const traceBytes = perDay("tempo_distributor_bytes_received_total", "tempo");
const logBytes = perDay("vl_bytes_ingested_total", "victoria-logs");
const beats = chosenSeries("frontdesk.heartbeat");
const silent = "Prometheus does not scrape the collector, or has just begun to.";

/** Can what these dashboards show be believed? */
export const telemetryPipeline: Dashboard = {
  uid: "frontdesk-telemetry",
  title: "Telemetry pipeline",
  description:
    "From the Worker to the stores: received, refused, sampled, dropped, uncertain, waiting, and what it costs.",
  inputs: [{ name: "dollars_per_gb", label: "Dollars per GB", value: "0.50" }],
  rows: [
    {
      title: "Is it bad?",
      panels: [
        {
          kind: "values",
          title: "Heartbeats a minute",
          question: "Does the way from the Worker's exporter to Prometheus work?",
          unit: "count",
          noData: "No heartbeat was ever heard: the API, its cron or the way of telemetry is down.",
          limits: { below: "bad", steps: [{ from: 0.5, mood: "good" }] },
          queries: [promql(`sum by (${environment}) (increase(${beats}[3m])) / 3`, [environment], "beats")],
          links: [{ to: "runbook", title: "Runbook", alert: "TelemetrySilent" }],
        },
        {
          kind: "values",
          title: "Fullest queue",
          question: "How much longer may a store be away before data is dropped?",
          unit: "ratio",
          noData: silent,
          max: 1,
          limits: alertedAbove(0.8),
          queries: [
            scraped(
              `max(${ofCollector("otelcol_exporter_queue_size")} / ${ofCollector("otelcol_exporter_queue_capacity")})`,
              [],
              "full",
            ),
          ],
          links: [{ to: "runbook", title: "Runbook", alert: "CollectorRefusing" }],
        },
        {
          kind: "values",
          title: "Traces and logs a day",
          question: "How much do we store at this pace?",
          unit: "bytes",
          noData: "Neither trace store nor log store is scraped.",
          queries: [scraped(traceBytes, [], "traces"), scraped(logBytes, [], "logs")],
        },
        {
          kind: "values",
          title: "Cost a day",
          question: "What would that cost at your vendor's price for a gigabyte? Set it above.",
          unit: "dollars",
          noData: "Neither trace store nor log store is scraped.",
          queries: [scraped(`(${traceBytes} + ${logBytes}) / 1e9 * $dollars_per_gb`, [], "a day")],
        },
        {
          kind: "values",
          title: "Active series",
          question: "Does a label grow without bound? Vendors charge for these.",
          unit: "count",
          noData: "Prometheus does not scrape itself.",
          queries: [scraped('max(prometheus_tsdb_head_series{job="prometheus"})', [], "series")],
          links: [{ to: "runbook", title: "Runbook", alert: "SeriesOverflow" }],
        },
      ],
    },
    {
      title: "Where does it get lost?",
      panels: [
        {
          kind: "lines",
          title: "Lost in the Worker",
          question: "What did isolates drop, or send without ever hearing whether it was taken?",
          unit: "events/s",
          noData: "Nothing was lost.",
          filledBy: "a collector that is away for longer than the isolates' buffers last",
          limits: noneIsGood("warn", 0.001),
          queries: [
            named(
              perSecond("frontdesk.telemetry.dropped", ["frontdesk.signal", "frontdesk.drop.reason"]),
              "{{frontdesk_signal}} dropped: {{frontdesk_drop_reason}}",
            ),
            named(
              perSecond("frontdesk.telemetry.uncertain", ["frontdesk.signal", "frontdesk.uncertain.reason"]),
              "{{frontdesk_signal}} uncertain: {{frontdesk_uncertain_reason}}",
            ),
          ],
          links: [{ to: "runbook", title: "Runbook", alert: "ExporterDrops" }],
        },
        {
          kind: "lines",
          title: "Received and refused",
          question: "Does the collector take what it is sent?",
          unit: "events/s",
          noData: silent,
          queries: ofSignals("otelcol_receiver_accepted", "received"),
        },
        {
          kind: "lines",
          title: "Failed at the collector",
          question: "What did it refuse, or could not put into its queue or send on?",
          unit: "events/s",
          noData: "The collector has refused nothing since it started.",
          filledBy: "a store that refuses, or a full queue",
          limits: noneIsGood("warn", 0.001),
          queries: [
            ...ofSignals("otelcol_receiver_refused", "refused"),
            ...ofSignals("otelcol_exporter_enqueue_failed", "not queued"),
            ...ofSignals("otelcol_exporter_send_failed", "not sent"),
          ],
          links: [{ to: "runbook", title: "Runbook", alert: "CollectorRefusing" }],
        },
      ],
    },
    {
      title: "Since when, and why?",
      panels: [
        {
          kind: "lines",
          title: "Sent to the stores",
          question: "Does what is received arrive?",
          unit: "events/s",
          noData: silent,
          queries: ofSignals("otelcol_exporter_sent", "sent"),
        },
        {
          kind: "lines",
          title: "Traces kept and sampled away",
          question: "Which share of the traces is kept?",
          unit: "events/s",
          noData: silent,
          queries: [
            scraped(
              `sum by (sampled) (rate(${ofCollector("otelcol_processor_tail_sampling_global_count_traces_sampled")}[$__rate_interval]))`,
              ["sampled"],
            ),
          ],
        },
        {
          kind: "lines",
          title: "Waiting in queues",
          question: "Which store is away or slow?",
          unit: "bytes",
          noData: silent,
          queries: [
            scraped(`sum by (exporter) (${ofCollector("otelcol_exporter_queue_size")})`, ["exporter"]),
          ],
        },
        {
          kind: "logs",
          title: "What the Worker said about it",
          question: "Why was telemetry lost, withheld or not configured?",
          noData: "Nothing was lost or withheld.",
          filledBy: "a collector that is away",
          logsql: '"event.name":~"^telemetry\\\\." AND "deployment.environment.name":~"$environment"',
        },
      ],
    },
  ],
};
