import { createHash } from "node:crypto";
import type { Target } from "./artifact-bundle.ts";

export type Account = Target & { readonly token: string; readonly url: string };
/** One line for the person at the terminal. */
export class UploadError extends Error {}

const names = { org: "SENTRY_ORG", project: "SENTRY_PROJECT", token: "SENTRY_AUTH_TOKEN" } as const;

/**
 * Reads who uploads from the environment, under the names that Sentry's own tools use.
 *
 * @throws UploadError that names what is missing, and where to get it
 */
export function accountIn(env: Readonly<Record<string, string | undefined>>, release: string): Account {
  const missing = Object.values(names).filter((name) => !env[name]);
  if (missing.length > 0)
    throw new UploadError(
      `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not set: the slugs stand in the address of the project, ` +
        "a token with the scope org:ci is made under Settings → Auth Tokens. --dry-run needs none of them.",
    );
  const [org, project, token] = [env[names.org], env[names.project], env[names.token]] as [
    string,
    string,
    string,
  ];
  return { org, project, token, release, url: (env.SENTRY_URL || "https://sentry.io").replace(/\/$/, "") };
}

type Options = { readonly url: string; readonly chunkSize: number };
type Assembly = {
  readonly state: string;
  readonly missingChunks?: readonly string[];
  readonly detail?: string | null;
};

/**
 * Uploads an artifact bundle in chunks and waits until Sentry has put it together.
 *
 * @param pauseMs between two questions whether it is done
 * @throws UploadError when Sentry refuses, or is not done after 60 questions
 * @source https://github.com/getsentry/sentry-cli/blob/master/src/utils/file_upload.rs
 */
export async function upload(bundle: Buffer, account: Account, pauseMs = 1000): Promise<void> {
  const api = `${account.url}/api/0/organizations/${encodeURIComponent(account.org)}`;
  const options = await ask<Options>(`${api}/chunk-upload/`, account);
  const chunks = chunksOf(bundle, options.chunkSize);
  const wanted = {
    checksum: sha1(bundle),
    chunks: [...chunks.keys()],
    projects: [account.project],
    version: account.release,
  };
  for (let asked = 0; asked < 60; asked++) {
    const assembly = await ask<Assembly>(`${api}/artifactbundle/assemble/`, account, json(wanted));
    if (assembly.state === "ok" || assembly.state === "created") return;
    if (assembly.state === "error")
      throw new UploadError(`Sentry could not read the bundle: ${assembly.detail}`);
    const missing = (assembly.missingChunks ?? []).flatMap((sum) => {
      const chunk = chunks.get(sum);
      return chunk ? [[sum, chunk] as const] : [];
    });
    if (missing.length > 0) await sendChunks(new URL(options.url, account.url).href, account, missing);
    else await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new UploadError("Sentry has the bundle, but has not put it together in time; try again");
}

async function sendChunks(
  url: string,
  account: Account,
  chunks: readonly (readonly [string, Buffer])[],
): Promise<void> {
  const form = new FormData();
  for (const [sum, chunk] of chunks) form.append("file", new Blob([new Uint8Array(chunk)]), sum);
  await request(url, account, { method: "POST", body: form });
}

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function ask<T>(url: string, account: Account, init: RequestInit = {}): Promise<T> {
  return (await (await request(url, account, init)).json()) as T;
}

async function request(url: string, { token }: Account, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(60_000) }).catch(
    (error) => {
      throw new UploadError(
        `${new URL(url).origin} cannot be reached: ${error.cause?.message ?? error.message}`,
      );
    },
  );
  if (response.ok) return response;
  const why = {
    401: "the token is not valid",
    403: "the token lacks the scope org:ci",
    404: "there is no such organization",
  };
  const known = why[response.status as keyof typeof why] ?? (await response.text()).slice(0, 200);
  throw new UploadError(`Sentry answered ${response.status} for ${new URL(url).pathname}: ${known}`);
}

function chunksOf(bundle: Buffer, size: number): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 0; at < bundle.length; at += size) {
    const chunk = bundle.subarray(at, at + size);
    chunks.set(sha1(chunk), chunk);
  }
  return chunks;
}

const sha1 = (bytes: Buffer) => createHash("sha1").update(bytes).digest("hex");
