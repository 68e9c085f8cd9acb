import { setTimeout as sleep } from "node:timers/promises";
import { type Tenant, tenantOf } from "../../load/lib/seeded.ts";
import { objectIn } from "./object-in.ts";
import type { Recording } from "./recording.ts";

const pauseMs = 2_000;
/** In all: whoever pressed Ctrl-C waits for it. */
export const removalSeconds = 15;

/**
 * Removes the tenant of a run whose own tear-down did not: the set-up failed or was interrupted, or the target was out of breath.
 * For the end of a run, when nothing is counted any more.
 *
 * @returns why it is still there, and what to do; undefined when it is gone
 */
export async function removeLeftover(
  { target, runId }: { readonly target: string; readonly runId: string },
  recording: Recording,
): Promise<string | undefined> {
  if (wasRemoved(recording)) return undefined;
  const tenant = tenantOf(runId);
  const signal = AbortSignal.timeout(removalSeconds * 1_000);
  let why = "it did not answer";
  for (let attempt = 1; attempt <= 3 && !signal.aborted; attempt++) {
    if (attempt > 1) await sleep(pauseMs);
    try {
      why = await remove(target, tenant, runId, signal);
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    if (why === "") return undefined;
  }
  return `the tenant ${tenant.slug} could not be removed (${why}): log in as ${tenant.owner.email} and send DELETE /v1/tenant?confirm=${tenant.slug}, or reset the environment`;
}

function wasRemoved(recording: Recording): boolean {
  for (const { route, status } of recording.points())
    if (route === "DELETE /v1/tenant" && status === 204) return true;
  return false;
}

/** @returns what the target answered; empty when there is no such tenant any more */
async function remove(
  target: string,
  { slug, owner }: Tenant,
  runId: string,
  signal: AbortSignal,
): Promise<string> {
  const ask = (method: string, path: string, extra: { body?: string; headers?: Record<string, string> }) => {
    const headers = { "X-Tenant": slug, "X-Correlation-ID": runId, ...extra.headers };
    return fetch(target + path, { method, ...extra, headers, signal });
  };
  const body = JSON.stringify({ email: owner.email, password: owner.password });
  const login = await ask("POST", "/v1/auth/login", {
    body,
    headers: { "Content-Type": "application/json" },
  });
  // Never made, or removed: an isolate that remembers it says that nobody has this password.
  if (login.status === 404 || login.status === 401) return "";
  const { token } = (objectIn(await login.text()) ?? {}) as { token?: unknown };
  if (!login.ok || typeof token !== "string") return `its login answered ${login.status}`;
  const headers = { Authorization: `Bearer ${token}` };
  const { status } = await ask("DELETE", `/v1/tenant?confirm=${slug}`, { headers });
  return status === 204 ? "" : `its removal answered ${status}`;
}
