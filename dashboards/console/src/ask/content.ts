import type { DashboardResource } from "@perses-dev/core";
import { askJson, askText } from "./ask.ts";

export type DashboardEntry = { readonly uid: string; readonly title: string; readonly description: string };

export const dashboardList = async (): Promise<readonly DashboardEntry[]> =>
  (await askJson<{ dashboards: DashboardEntry[] }>("/content/dashboards")).dashboards;

export const dashboardOf = (uid: string): Promise<DashboardResource> =>
  askJson<DashboardResource>(`/content/dashboards/${encodeURIComponent(uid)}`);

export const runbookOf = (name: string): Promise<string> =>
  askText(`/content/runbooks/${encodeURIComponent(name)}`);

export type Verdict = "go" | "careful" | "stop" | "unknown";
/** What `npm run budget -- --json` says of one promise; seconds and ratios, null for what is unknown or never ends. */
export type Budget = {
  readonly slo: string;
  readonly title: string;
  readonly objective: string;
  readonly window: string;
  readonly environment: string;
  readonly state?: {
    readonly left: number;
    readonly historySeconds: number;
    readonly exhaustedInSeconds: number | null;
  };
  readonly validEvents: number;
  readonly burn: Readonly<Record<string, number | null>>;
  readonly verdict: Verdict;
};
export type Budgets = { readonly verdict: Verdict; readonly budgets: readonly Budget[] };

export const budgets = (): Promise<Budgets> => askJson<Budgets>("/content/budgets");
