import type { RouteId } from "./routes.ts";

export type VariantId = "none" | "direct" | "shell" | "stock" | "hono-otel" | "sentry";

/** A way to trace, as a Worker of its own over the handlers of `workers/app.ts`. */
export type Variant = {
  readonly id: string;
  readonly title: string;
  /** File in `workers/`. */
  readonly entry: string;
  /** File in `telemetry/kit/shells/` that opens the entries; the kit's default when absent. */
  readonly shell?: string;
  /** Whose version is recorded beside the figures. */
  readonly packages: readonly string[];
  /** Spans of one request, as `KIND name` (Sentry: `op name`); the measurement checks that every one arrives. */
  readonly spans: Readonly<Record<RouteId, readonly string[]>>;
};

const nothing = { plain: [], d1: [], object: [], "far-object": [] };
const stockCalls = ["SERVER fetchHandler GET", "CLIENT fetch GET 127.0.0.1"];
const stockSpans = {
  plain: ["SERVER fetchHandler GET"],
  d1: ["SERVER fetchHandler GET", "CLIENT DB first"],
  object: stockCalls,
  "far-object": stockCalls,
};

const kitSpans = {
  plain: ["SERVER GET /plain"],
  d1: ["SERVER GET /d1", "CLIENT SELECT rooms"],
  object: ["SERVER GET /object", "CLIENT Counter/increment", "SERVER Counter/increment", "CLIENT GET"],
  "far-object": [
    "SERVER GET /far-object",
    "CLIENT FarCounter/increment",
    "SERVER Counter/increment",
    "CLIENT GET",
  ],
};

export const variants: readonly (Variant & { readonly id: VariantId })[] = [
  { id: "none", title: "uninstrumented", entry: "none.ts", packages: [], spans: nothing },
  {
    id: "direct",
    title: "this kit, shell `direct`",
    entry: "direct.ts",
    packages: ["@opentelemetry/api"],
    spans: kitSpans,
  },
  {
    id: "shell",
    title: "this kit, shell `otel-cf-workers`",
    entry: "direct.ts",
    shell: "otel-cf-workers.ts",
    packages: [],
    spans: kitSpans,
  },
  {
    id: "stock",
    title: "`@microlabs/otel-cf-workers` as its README says",
    entry: "stock.ts",
    packages: ["@microlabs/otel-cf-workers"],
    spans: stockSpans,
  },
  {
    id: "hono-otel",
    title: "`@hono/otel` on `@microlabs/otel-cf-workers`, as its README says for Workers",
    entry: "hono-otel.ts",
    packages: ["@hono/otel"],
    spans: {
      plain: ["SERVER GET /plain", ...stockSpans.plain],
      d1: ["SERVER GET /d1", ...stockSpans.d1],
      object: ["SERVER GET /object", ...stockCalls],
      "far-object": ["SERVER GET /far-object", ...stockCalls],
    },
  },
  {
    id: "sentry",
    title: "`@sentry/cloudflare` with `tracesSampleRate: 1`",
    entry: "sentry.ts",
    packages: ["@sentry/cloudflare"],
    spans: {
      plain: ["http.server GET"],
      d1: ["http.server GET", "db.query SELECT rooms"],
      object: ["http.server GET", "http.client GET 127.0.0.1"],
      "far-object": ["http.server GET", "http.client GET 127.0.0.1"],
    },
  },
];
