import { readFile } from "node:fs/promises";
import { traceparent } from "../../load/lib/seeded.ts";
import { peakOf } from "../../load/shapes.ts";
import { objectIn } from "./object-in.ts";
import { BrokenRun, type LoadOptions } from "./options.ts";
import { query, requireTempo } from "./stores.ts";

const timeoutMs = 10_000;
/** Further apart than this, and the windows of client and stores do not fit onto each other. */
const skewMaxMs = 5_000;

/**
 * Asks the target, the stores and this machine whether a run can be made and judged.
 *
 * @returns what is deployed there, and what is not ideal, one line each
 * @throws BrokenRun, StoreAway that say what is wrong and what to do
 */
export async function preflight(options: LoadOptions): Promise<Found> {
  const { asked, release } = await isFrontdesk(options.target);
  requireClock(options.target, asked);
  const notes = [...(await deepHealth(options)), ...(await continuesTraces(options))];
  await requireFileHandles(peakOf(options.plan));
  const { prometheus, tempo } = options.stores;
  if (prometheus !== undefined) await query(prometheus, "vector(1)");
  if (tempo !== undefined) await requireTempo(tempo);
  return { release, notes };
}

export type Found = { readonly release: string; readonly notes: readonly string[] };

/** What is deployed at the target now, in words when it does not say. */
export const releaseOf = (target: string): Promise<string> =>
  isFrontdesk(target).then(
    ({ release }) => release,
    () => "nothing that is well",
  );

type Asked = { readonly response: Response; readonly sentMs: number; readonly answeredMs: number };

async function isFrontdesk(target: string): Promise<{ asked: Asked; release: string }> {
  const asked = await ask(`${target}/v1/health`);
  const { response } = asked;
  const type = response.headers.get("content-type") ?? "nothing";
  const health = objectIn(await response.text()) as Health | undefined;
  if (!health || !("service_id" in health) || health.service_id !== "frontdesk")
    throw new BrokenRun(
      `${target} is not a Frontdesk: /v1/health answered ${response.status} with ${type}. Check --target.`,
    );
  if (response.status !== 200 || health.status !== "pass")
    throw new BrokenRun(`${target} is up but not well: /v1/health says "${health.status}".`);
  return { asked, release: String(health.release_id ?? "an unknown release") };
}

/** The Date header has whole seconds, so it may be a second behind. */
function requireClock(target: string, { response, sentMs, answeredMs }: Asked): void {
  const theirs = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return;
  const off =
    theirs < sentMs - 1_000 ? theirs - sentMs + 1_000 : theirs > answeredMs ? theirs - answeredMs : 0;
  if (Math.abs(off) > skewMaxMs)
    throw new BrokenRun(
      `The clock here and that of ${target} are ${Math.round(Math.abs(off) / 1000)} s apart: set this machine's clock.`,
    );
}

async function deepHealth({ target, healthToken }: LoadOptions): Promise<string[]> {
  if (!healthToken) return ["Deep health was not asked: HEALTH_TOKEN is not in the environment."];
  const { response } = await ask(`${target}/v1/health/deep`, { authorization: `Bearer ${healthToken}` });
  if (response.status === 401)
    throw new BrokenRun(`HEALTH_TOKEN is not the one of ${target}: /v1/health/deep answered 401.`);
  const body = objectIn(await response.text()) as Health | undefined;
  if (response.status === 200 && body?.status === "pass") return [];
  const failing = Object.entries(body?.checks ?? {}).filter(([, [check]]) => check?.status !== "pass");
  const which = failing.map(([name]) => name.split(":")[0]).join(", ");
  throw new BrokenRun(
    `${target} is not well: /v1/health/deep answered ${response.status}${which && `, failing: ${which}`}. A load test would measure the outage.`,
  );
}

/** Server-Timing names the trace that the server went on with. */
async function continuesTraces({ target, runId, traceToken }: LoadOptions): Promise<string[]> {
  const { header, traceId } = traceparent(runId, "preflight");
  const { response } = await ask(`${target}/v1/health`, {
    traceparent: header,
    ...(traceToken ? { "x-trace-token": traceToken } : {}),
  });
  if (response.headers.get("server-timing")?.includes(traceId)) return [];
  if (traceToken)
    throw new BrokenRun(`TRACE_TOKEN is not the one of ${target}: it does not go on with our traces.`);
  return [`${target} does not go on with our traces; TRACE_TOKEN in the environment would make it.`];
}

/** Every visitor may hold a connection. */
async function requireFileHandles(peak: number): Promise<void> {
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const allowed = Number(/Max open files\s+(\d+)/.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  const wanted = Math.min(2_000, Math.max(100, peak * 30)) + 100;
  if (allowed < wanted)
    throw new BrokenRun(
      `${allowed} open files are allowed here and the run may need ${wanted}: raise it with \`ulimit -n ${wanted}\`.`,
    );
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<Asked> {
  const sentMs = Date.now();
  try {
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "manual",
    });
    return { response, sentMs, answeredMs: Date.now() };
  } catch (error) {
    const cause = (error as Error).cause;
    const why =
      cause instanceof Error
        ? ((cause as NodeJS.ErrnoException).code ?? cause.message)
        : (error as Error).message;
    throw new BrokenRun(
      `${url} cannot be reached (${why}). Start it with \`npm start\`, or name another --target.`,
    );
  }
}

type Health = {
  service_id?: unknown;
  release_id?: unknown;
  status?: unknown;
  checks?: Record<string, { status?: unknown }[]>;
};
