import type { Notification } from "../stack/pager-notification.ts";

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
