/** A dashboard as Grafana answers it, and what it adds itself. */
type Answer = { readonly dashboard: Json; readonly meta: { readonly folderUid?: string } };
type Json = { readonly [key: string]: unknown };

/** Grafana does not answer, or not as Grafana; the message says what to do. */
export class NoGrafana extends Error {}

/** What differs between the repository and a Grafana; one line each. */
export type Drift = { readonly uid: string; readonly what: string };

export type Wanted = {
  readonly folder: string;
  /** Every dashboard of ours carries these tags, so that one too many is found. */
  readonly tags: readonly string[];
  readonly dashboards: readonly Json[];
};

/** Set by Grafana when it saves. */
const ofGrafana = new Set(["id", "version", "iteration"]);
const linesPerDashboard = 5;

/**
 * Compares the dashboards of a running Grafana with those of the repository.
 *
 * @param token  of a service account that may read dashboards; none for an open Grafana
 * @throws NoGrafana
 * @source https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/
 */
export async function findDrift(
  grafana: string,
  token: string | undefined,
  wanted: Wanted,
): Promise<Drift[]> {
  const ask = asker(grafana, token);
  const compared = await Promise.all(
    wanted.dashboards.map(async (dashboard) => {
      const uid = String(dashboard.uid);
      const found = await ask<Answer>(`/api/dashboards/uid/${uid}`);
      return found === undefined
        ? [{ uid, what: "is not there" }]
        : driftOf(uid, dashboard, found, wanted.folder);
    }),
  );
  const query = new URLSearchParams([["type", "dash-db"], ...wanted.tags.map((tag) => ["tag", tag])]);
  const tagged = (await ask<{ uid: string }[]>(`/api/search?${query}`)) ?? [];
  const known = wanted.dashboards.map(({ uid }) => uid);
  const extra = tagged
    .filter(({ uid }) => !known.includes(uid))
    .map(({ uid }) => ({ uid, what: "is not in the repository" }));
  return [...compared.flat(), ...extra];
}

function driftOf(uid: string, wanted: Json, { dashboard, meta }: Answer, folder: string): Drift[] {
  const moved =
    meta.folderUid === folder ? [] : [`lies in the folder "${meta.folderUid ?? ""}", not in "${folder}"`];
  const paths = differences(wanted, dashboard, "").filter(
    (path) => !ofGrafana.has(/^\w+/.exec(path)?.[0] ?? ""),
  );
  const rest = paths.length - linesPerDashboard;
  return [
    ...moved,
    ...paths.slice(0, linesPerDashboard).map((path) => `differs at ${path}`),
    ...(rest > 0 ? [`differs at ${rest} more places`] : []),
  ].map((what) => ({ uid, what }));
}

/** Paths at which two values differ, e.g. `panels[3].title`. */
function differences(wanted: unknown, found: unknown, path: string): string[] {
  if (typeof wanted !== "object" || wanted === null || typeof found !== "object" || found === null)
    return Object.is(wanted, found) ? [] : [path];
  const [a, b] = [wanted as Json, found as Json];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
    const name = Array.isArray(wanted) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    return differences(a[key], b[key], name);
  });
}

/** Asks Grafana; undefined where it knows no such thing. */
const asker =
  (grafana: string, token: string | undefined) =>
  async <T>(path: string): Promise<T | undefined> => {
    const url = new URL(`${grafana.replace(/\/$/, "")}${path}`);
    const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) } as RequestInit).catch(
      (error: Error) => {
        throw new NoGrafana(
          `No answer from ${url.origin}: ${(error.cause as Error | undefined)?.message ?? error.message}`,
        );
      },
    );
    if (response.status === 404) return undefined;
    if (response.status === 401 || response.status === 403)
      throw new NoGrafana(
        `${url.origin} refuses (${response.status}): set GRAFANA_TOKEN to a service account's token`,
      );
    if (!response.ok) throw new NoGrafana(`${url.origin}${url.pathname} answers ${response.status}`);
    return (await response.json().catch(() => {
      throw new NoGrafana(`${url.origin} is no Grafana: ${url.pathname} is no JSON`);
    })) as T;
  };
