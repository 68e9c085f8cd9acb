/** When the pages below were read. Prices change: `npm run capacity` prints this date beside every amount. */
export const pricesReadOn = "2026-11-21";

export type Price = {
  readonly title: string;
  readonly unit: string;
  /** In a month, before anything is charged. */
  readonly included: number;
  /** US dollars for one unit above that. */
  readonly usd: number;
  readonly source: string;
};

const workers = "https://developers.cloudflare.com/workers/platform/pricing/";
const objects = "https://developers.cloudflare.com/durable-objects/platform/pricing/";
const d1 = "https://developers.cloudflare.com/d1/platform/pricing/";
const queues = "https://developers.cloudflare.com/queues/platform/pricing/";
const grafana =
  "https://grafana.com/docs/grafana-cloud/cost-management-and-billing/understand-your-invoice/logs-invoice/";

/** What the Workers Paid plan costs before anything is used, in US dollars a month. */
export const planUsd = 5;

/** Workers Paid, and Grafana Cloud for telemetry. */
export const prices = {
  requests: { title: "Worker requests", unit: "requests", included: 10e6, usd: 0.3e-6, source: workers },
  cpuMs: { title: "Worker CPU time", unit: "ms", included: 30e6, usd: 0.02e-6, source: workers },
  objectRequests: {
    ...{ title: "Durable Object requests", unit: "requests", included: 1e6, usd: 0.15e-6, source: objects },
  },
  objectGbSeconds: {
    ...{ title: "Durable Object duration", unit: "GB-s", included: 400_000, usd: 12.5e-6, source: objects },
  },
  // Read rows cost a thousandth of written ones and depend on how full a calendar is; they are left out.
  objectRowsWritten: {
    ...{ title: "Durable Object rows written", unit: "rows", included: 50e6, usd: 1e-6, source: objects },
  },
  d1RowsRead: { title: "D1 rows read", unit: "rows", included: 25e9, usd: 0.001e-6, source: d1 },
  d1RowsWritten: { title: "D1 rows written", unit: "rows", included: 50e6, usd: 1e-6, source: d1 },
  d1GbMonths: { title: "D1 storage, after a year", unit: "GB-months", included: 5, usd: 0.75, source: d1 },
  queueOperations: {
    title: "Queue operations",
    unit: "operations",
    included: 1e6,
    usd: 0.4e-6,
    source: queues,
  },
  telemetryGb: { title: "traces and logs stored", unit: "GB", included: 50, usd: 0.45, source: grafana },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof prices;
export const priceNames = Object.keys(prices) as PriceName[];

/** What is used in a month, in the units of `prices`. */
export type Usage = Readonly<Record<PriceName, number>>;

export type Charge = { readonly name: PriceName; readonly used: number; readonly usd: number };

/** What a month costs, line by line; the plan itself is not among them. */
export function chargesOf(usage: Usage): Charge[] {
  return priceNames.map((name) => {
    const { included, usd } = prices[name];
    return { name, used: usage[name], usd: Math.max(0, usage[name] - included) * usd };
  });
}

export const totalOf = (charges: readonly Charge[]): number =>
  charges.reduce((sum, { usd }) => sum + usd, planUsd);
