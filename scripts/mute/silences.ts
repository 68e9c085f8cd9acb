import { serviceLabel } from "../../alerts/rule-file.ts";
import { environment as environmentLabel } from "../../telemetry/derive/series.ts";

/** Alertmanager is not there, or refused. One line. */
export class NoAlertmanager extends Error {}

export type Mute = {
  readonly id: string;
  readonly environment: string | undefined;
  readonly by: string;
  readonly why: string;
  readonly until: Date;
};

type Matcher = {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
};
type Silence = {
  readonly id: string;
  readonly status: { readonly state: "active" | "pending" | "expired" };
  readonly matchers: readonly Matcher[];
  readonly createdBy: string;
  readonly comment: string;
  readonly endsAt: string;
};

const mark = "Deploy mute: ";
const is = (name: string, value: string): Matcher => ({ name, value, isRegex: false, isEqual: true });

/**
 * What a deploy mute covers: tickets, and nothing else. No page of any kind carries this severity, nor does the watchdog.
 *
 * @param environment  all of them when undefined
 */
export const muted = (environment: string | undefined): readonly Matcher[] => [
  is("severity", "ticket"),
  is("service", serviceLabel.service),
  ...(environment === undefined ? [] : [is(environmentLabel, environment)]),
];

/**
 * Begins a mute now.
 *
 * @param seconds  after which Alertmanager itself ends it
 * @source https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export async function beginMute(
  alertmanager: string,
  mute: { environment: string | undefined; seconds: number; why: string; by: string },
): Promise<Mute> {
  const now = Date.now();
  const until = new Date(now + mute.seconds * 1_000);
  const { silenceID } = await ask<{ silenceID: string }>(alertmanager, "POST", "/api/v2/silences", {
    matchers: muted(mute.environment),
    startsAt: new Date(now).toISOString(),
    endsAt: until.toISOString(),
    createdBy: mute.by,
    comment: `${mark}${mute.why}`,
  });
  return { id: silenceID, environment: mute.environment, by: mute.by, why: mute.why, until };
}

/** Mutes that hold now and were begun by this command, the next to end first. */
export async function activeMutes(alertmanager: string, environment?: string): Promise<Mute[]> {
  const silences = await ask<Silence[]>(alertmanager, "GET", "/api/v2/silences");
  return silences
    .filter(({ status, comment }) => status.state === "active" && comment.startsWith(mark))
    .map(({ id, matchers, createdBy, comment, endsAt }) => ({
      id,
      environment: matchers.find(({ name }) => name === environmentLabel)?.value,
      by: createdBy,
      why: comment.slice(mark.length),
      until: new Date(endsAt),
    }))
    .filter((mute) => environment === undefined || mute.environment === environment)
    .toSorted((a, b) => a.until.getTime() - b.until.getTime());
}

export async function endMute(alertmanager: string, { id }: Mute): Promise<void> {
  await ask(alertmanager, "DELETE", `/api/v2/silence/${encodeURIComponent(id)}`);
}

async function ask<T>(alertmanager: string, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${alertmanager}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: Error & { cause?: Error }) => {
    throw new NoAlertmanager(
      `Alertmanager does not answer at ${alertmanager} (${error.cause?.message || error.message}). Is it running? Else say where: --alertmanager URL.`,
    );
  });
  const text = await response.text();
  if (!response.ok)
    throw new NoAlertmanager(
      `${alertmanager}${path} answered ${response.status} ${text.trim().slice(0, 200)}: is this Alertmanager's own address?`,
    );
  try {
    return (text === "" ? undefined : JSON.parse(text)) as T;
  } catch {
    throw new NoAlertmanager(`What answers at ${alertmanager} is no Alertmanager: ${path} is not JSON.`);
  }
}
