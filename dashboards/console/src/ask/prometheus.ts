import { askJson } from "./ask.ts";

export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
type Answer<T> = { readonly status: string; readonly data: T };

/** Samples of an instant query; what is no number is left out. */
export async function instant(promql: string): Promise<Sample[]> {
  const path = `/proxy/prometheus/api/v1/query?${new URLSearchParams({ query: promql })}`;
  const { data } =
    await askJson<Answer<{ result: { metric: Record<string, string>; value: [number, string] }[] }>>(path);
  return data.result
    .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    .filter(({ value }) => Number.isFinite(value));
}

export type AlertState = "firing" | "pending" | "inactive";
export type ActiveAlert = {
  readonly state: AlertState;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly activeAt: string;
  readonly value: string;
};
export type AlertRule = {
  readonly name: string;
  readonly state: AlertState;
  readonly query: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly alerts: readonly ActiveAlert[];
};

/** Every alerting rule with what it has found. */
export async function alertRules(): Promise<AlertRule[]> {
  const { data } = await askJson<Answer<{ groups: { rules: AlertRule[] }[] }>>(
    "/proxy/prometheus/api/v1/rules?type=alert",
  );
  return data.groups.flatMap(({ rules }) => rules);
}
