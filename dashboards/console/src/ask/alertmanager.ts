import { askJson } from "./ask.ts";

type Told = {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly silencedBy: string[]; readonly inhibitedBy: string[] };
};

/** Alerts that Alertmanager holds back, and by what. */
export async function heldBack(): Promise<ReadonlyMap<string, string>> {
  const all = await askJson<Told[]>("/proxy/alertmanager/api/v2/alerts");
  return new Map(all.map(({ labels, status }) => [labelKey(labels), holdOf(status)]));
}

/** In words; empty for an alert that was sent. */
function holdOf({ silencedBy, inhibitedBy }: Told["status"]): string {
  if (silencedBy.length > 0) return "muted";
  return inhibitedBy.length > 0 ? "held back by another" : "";
}

/** Names an alert: the same labels in Prometheus and Alertmanager. */
export const labelKey = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
