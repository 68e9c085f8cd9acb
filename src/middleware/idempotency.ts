import { createHash } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { AppError, keyReused } from "../platform/errors.ts";
import type { HttpEnv, IdempotencyKey } from "../platform/http.ts";

export type Answer = { readonly status: number; readonly body: string; readonly location: string | null };
export type Answers = {
  /** What a key stands for, or the attempt to make. */
  look(
    tenantId: string,
    key: string,
  ): Promise<
    | { readonly kind: "answered"; readonly fingerprint: string; readonly answer: Answer }
    | { readonly kind: "open"; readonly attempt: string; readonly aborted: readonly string[] }
  >;
  /** Keeps the answer unless the key has one. */
  keep(tenantId: string, key: IdempotencyKey, answer: Answer): Promise<void>;
};

/** Requires an `Idempotency-Key`, answers again what was answered before, and refuses the key of another request. */
export function idempotency(answers: Answers): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const key = parseKey(c.req.header("idempotency-key"));
    const fingerprint = digest(`${c.req.method} ${c.req.path}\n${await c.req.text()}`);
    const tenantId = c.get("tenant").id;
    const found = await answers.look(tenantId, key);
    if (found.kind === "answered") {
      if (found.fingerprint !== fingerprint) throw keyReused();
      return replay(found.answer);
    }
    const idempotencyKey = { key, fingerprint, attempt: found.attempt, aborted: found.aborted };
    c.set("idempotency", idempotencyKey);
    await next();
    const code = c.error instanceof AppError ? c.error.code : undefined;
    if (code !== "slot_taken" && code !== "idempotency_key_reused") return;
    // A success is kept by the deciding batch itself; of failures only this one is final.
    const mine = await read(c);
    if (code === "slot_taken") await answers.keep(tenantId, idempotencyKey, mine);
    // Its rival may have been its own first request, which was answered meanwhile: then that is the answer of both.
    const kept = await answers.look(tenantId, key);
    if (kept.kind !== "answered" || kept.fingerprint !== fingerprint || kept.answer.body === mine.body)
      return;
    c.error = undefined;
    c.res = undefined;
    c.res = replay(kept.answer);
  };
}

const quoted = /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$/;
const bare = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

function parseKey(header: string | undefined): string {
  if (header === undefined || header.trim() === "") {
    throw new AppError(
      "idempotency_key_missing",
      'Send a header such as Idempotency-Key: "b1946ac9", new for each booking.',
    );
  }
  const text = header.trim();
  const key = quoted.exec(text)?.[1] ?? bare.exec(text)?.[0];
  if (key !== undefined) return key;
  throw new AppError("invalid_request", "The Idempotency-Key is not valid.", {
    errors: [
      {
        pointer: "Idempotency-Key",
        detail: 'must be 1 to 255 printable ASCII characters, quoted, without \\ and "',
      },
    ],
  });
}

const digest = (text: string) => createHash("sha256").update(text).digest("base64url");

function replay({ status, body, location }: Answer): Response {
  const type = status >= 400 ? "application/problem+json" : "application/json";
  const headers = new Headers({ "content-type": type, "idempotency-replayed": "true" });
  if (location !== null) headers.set("location", location);
  return new Response(body, { status, headers });
}

const read = async (c: Context<HttpEnv>): Promise<Answer> => ({
  status: c.res.status,
  body: await c.res.clone().text(),
  location: c.res.headers.get("location"),
});
