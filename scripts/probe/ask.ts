import { randomBytes } from "node:crypto";
import { problemWords } from "../../load/lib/problem.ts";
import { failureOfAnswer, failureOfFetch, StepFailed, wordsOf } from "./failure.ts";
import type { Credentials } from "./options.ts";

export type Body = Readonly<Record<string, unknown>>;
export type Question = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
  readonly bearer?: string;
  readonly idempotencyKey?: string;
  /** Answers that are no failure; 200 and 201 by default. */
  readonly accept?: readonly number[];
};
export type Answer = { readonly status: number; readonly body: Body };
export type Ask = (question: Question) => Promise<Answer>;

/** The tenant that belongs to the probe; nobody else books there. */
export const tenant = "probe";
const answerWithinMs = 10_000;

/** Asks a Frontdesk within one trace, marked as synthetic by a caller that it trusts. */
export function asker(target: string, { traceToken }: Pick<Credentials, "traceToken">, traceId: string): Ask {
  return async ({ method, path, body, bearer, idempotencyKey, accept = [200, 201] }) => {
    const response = await fetch(`${target}${path}`, {
      method,
      headers: {
        "x-synthetic": "test",
        "x-trace-token": traceToken,
        // Ignored where a host names its tenant.
        "x-tenant": tenant,
        traceparent: `00-${traceId}-${randomBytes(8).toString("hex")}-01`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": `"${idempotencyKey}"` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((error: unknown) => {
      throw new StepFailed(failureOfFetch(error), `${method} ${path}: ${wordsOf(error)}`, { cause: error });
    });
    const text = await response.text().catch((error: unknown) => {
      throw new StepFailed(failureOfFetch(error), `${method} ${path}: ${wordsOf(error)}`, { cause: error });
    });
    const read = parse(text);
    if (!accept.includes(response.status))
      throw new StepFailed(
        failureOfAnswer(response.status, read),
        `${method} ${path} answered ${response.status} ${problemWords(text)}`.trim(),
      );
    return { status: response.status, body: read };
  };
}

function parse(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Body) : {};
  } catch {
    return {};
  }
}
