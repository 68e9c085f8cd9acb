import type { RouteUse } from "./demand.ts";
import { peakPerSecond } from "./demand.ts";

/** A limit of the platform, and how much of it one system of ours uses. */
export type Limit = {
  readonly title: string;
  readonly unit: string;
  readonly most: number;
  readonly used: (load: Load) => number;
  readonly source: string;
  /** What to do before it is reached. */
  readonly remedy: string;
};

export type Load = {
  readonly requestsPerDay: number;
  readonly use: RouteUse;
  /** Rooms that take bookings; each is an object of its own. */
  readonly rooms: number;
};

/** As the pages said on `pricesReadOn`. */
export const limits: readonly Limit[] = [
  {
    title: "D1 queries a second, at 1 ms each",
    unit: "queries/s",
    most: 1000,
    used: ({ requestsPerDay, use }) => peakPerSecond(requestsPerDay) * use.d1Queries,
    source: "https://developers.cloudflare.com/d1/platform/limits/",
    remedy: "a database for each group of tenants; reads from replicas (withSession)",
  },
  {
    title: "size of the D1 database, after a year",
    unit: "GB",
    most: 10,
    used: ({ requestsPerDay, use }) => (requestsPerDay * 365 * use.storedBytes) / 1e9,
    source: "https://developers.cloudflare.com/d1/platform/limits/",
    remedy: "move past bookings to R2; a database for each group of tenants",
  },
  {
    title: "requests a second to one calendar, if rooms are equally busy",
    unit: "requests/s",
    most: 1000,
    used: ({ requestsPerDay, use, rooms }) =>
      (peakPerSecond(requestsPerDay) * use.objectRequests) / Math.max(1, rooms),
    source: "https://developers.cloudflare.com/durable-objects/platform/limits/",
    remedy: "nothing to do while there is an object for each room",
  },
  {
    title: "messages a second through the queue",
    unit: "messages/s",
    most: 5000,
    used: ({ requestsPerDay, use }) => peakPerSecond(requestsPerDay) * use.queueMessages,
    source: "https://developers.cloudflare.com/queues/platform/limits/",
    remedy: "a queue for each group of tenants",
  },
];

export type Strain = { readonly limit: Limit; readonly used: number; readonly share: number };

/** How near each limit is in the busiest hour, nearest first: the first one above 1 is what breaks first. */
export function strains(load: Load): Strain[] {
  return limits
    .map((limit) => ({ limit, used: limit.used(load), share: limit.used(load) / limit.most }))
    .sort((a, b) => b.share - a.share);
}
