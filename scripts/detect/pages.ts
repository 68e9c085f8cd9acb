import { setTimeout as sleep } from "node:timers/promises";
import type { Notification } from "../stack/pager-notification.ts";
import { groupIntervalSeconds } from "./group-interval.ts";
import type { DrillSystem } from "./system.ts";

type OnStep = { readonly onStep: (what: string, seconds: number) => void };
/** What is waited for longer than predicted, before it is given up. */
const patienceSeconds = 60;

/** A page as whoever is on call gets it: one incident key, its first notification, and when all of it was over. */
export type Page = {
  readonly incidentKey: string;
  readonly alert: string;
  readonly tiers: readonly string[];
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly resolvedAt: number | undefined;
};

/** What the pager received since then: pages only, neither tickets nor the watchdog. */
export async function pagesSince(pager: string, since: number): Promise<Page[]> {
  const response = await fetch(`${pager}/api/notifications`);
  const { notifications } = (await response.json()) as { notifications: readonly Notification[] };
  const received = notifications
    .filter(({ alerts }) => alerts.some(({ labels }) => labels.severity === "page"))
    .filter(({ receivedAt }) => Date.parse(receivedAt) >= since)
    .toReversed();
  return [...Map.groupBy(received, ({ groupKey }) => groupKey)].map(([incidentKey, all]) => {
    const alerts = all.flatMap((notification) => notification.alerts);
    const last = all.at(-1);
    return {
      incidentKey,
      alert: [...new Set(alerts.map(({ labels }) => labels.alertname ?? "?"))].join(", "),
      tiers: [...new Set(alerts.flatMap(({ labels }) => labels.tier ?? []))],
      receivedAt: Date.parse(all[0]?.receivedAt ?? ""),
      resolvedAt: last?.status === "resolved" ? Date.parse(last.receivedAt) : undefined,
    };
  });
}

/** The first page since then; undefined when none came a minute after it was due. */
export async function waitForPage(
  { frontdesk }: DrillSystem,
  began: number,
  expectedSeconds: number,
  { onStep }: OnStep,
): Promise<Page | undefined> {
  onStep("waiting for the page", expectedSeconds);
  const deadline = began + (expectedSeconds + patienceSeconds) * 1_000;
  for (; Date.now() < deadline; await sleep(200)) {
    const [page] = await pagesSince(frontdesk.urls.pager, began);
    if (page) return page;
  }
  return undefined;
}

type Incident = {
  readonly system: DrillSystem;
  /** Epoch milliseconds of fault and recovery. */
  readonly began: number;
  readonly ended: number;
  readonly page: Page | undefined;
};

/** When all of the page's incident was over, seconds after the recovery; undefined when it was not in time. */
export async function waitForResolve(
  { system, began, ended, page }: Incident,
  expectedSeconds: number,
  { onStep }: OnStep,
): Promise<{ readonly alert: string; readonly seconds: number | undefined }> {
  let alert = page?.alert ?? "";
  if (!page) return { alert, seconds: undefined };
  onStep("waiting for the resolve", expectedSeconds);
  const deadline = ended + (expectedSeconds + groupIntervalSeconds + patienceSeconds) * 1_000;
  for (; Date.now() < deadline; await sleep(500)) {
    const all = await pagesSince(system.frontdesk.urls.pager, began);
    const found = all.find(({ incidentKey }) => incidentKey === page.incidentKey);
    alert = found?.alert ?? alert;
    if (found?.resolvedAt) return { alert, seconds: (found.resolvedAt - ended) / 1_000 };
  }
  return { alert, seconds: undefined };
}
