import { check, fail } from "k6";
import execution from "k6/execution";
import http, { type RefinedResponse } from "k6/http";
import { Counter } from "k6/metrics";
import { labelsOf } from "./fits.ts";
import { problemWords } from "./problem.ts";
import { judge } from "./promises.ts";
import { traceparent } from "./seeded.ts";
import { settings } from "./settings.ts";

export type Call = {
  readonly method: "GET" | "POST" | "DELETE";
  /** Template with braces: what the server calls `http.route`. */
  readonly route: string;
  /** Values of the braces. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly tenant?: string;
  readonly token?: string;
  readonly idempotencyKey?: string;
  readonly expect: number;
  /** Who asks; the number of the visitor when absent. Set-up and tear-down both have number 0, and count from 0. */
  readonly by?: "tear-down";
};

export type Answer = { readonly traceId: string; readonly body: Record<string, unknown> };

/** Answers that are neither what was asked for nor a failure of the server: the target does something else. */
const wrongAnswers = new Counter("wrong_answers");
/** k6 tells nothing of a request that it breaks off itself; this knows that there was one. */
const begun = new Counter("requests_begun");
let sequence = 0;

/**
 * Sends one request with the ids that make it findable, checks its status and judges it by the promises.
 * In `setup` nothing is judged (the first requests warm the system up) and a wrong answer ends the run.
 */
export function call(request: Call): Answer {
  const warmUp = execution.vu.idInTest === 0;
  const trace = traceparent(settings.runId, `${request.by ?? execution.vu.idInTest}.${sequence++}`);
  const name = `${request.method} ${request.route}`;
  begun.add(1);
  const response = http.request(request.method, urlOf(request), bodyOf(request), {
    headers: headersOf(request, trace.header),
    // `name` keeps ids out of k6's own series as well.
    tags: { route: name, name },
    timeout: "30s",
  });
  if (!warmUp) judge(labelsOf(request.method, request.route, response.status), response.timings.duration);
  const right = check(response, {
    [`${name} is ${request.expect}`]: ({ status }) => status === request.expect,
  });
  if (!right) {
    if (response.status > 0 && response.status < 500) wrongAnswers.add(1);
    const message = `${name} answered ${response.status}, not ${request.expect}: ${problemWords(textOf(response))} (trace ${trace.traceId})`;
    if (warmUp) throw new Error(message);
    fail(message);
  }
  return { traceId: trace.traceId, body: jsonOf(response) };
}

const textOf = ({ body, error }: RefinedResponse<"text">) => body || error || "nothing";

const urlOf = ({ route, path = {}, query }: Call) =>
  settings.target +
  route.replace(/\{(\w+)\}/g, (_all, key: string) => encodeURIComponent(path[key] ?? "")) +
  (query ? `?${query}` : "");

const bodyOf = ({ body }: Call) => (body === undefined ? null : JSON.stringify(body));

function headersOf(request: Call, header: string): Record<string, string> {
  return {
    traceparent: header,
    "X-Correlation-ID": settings.runId,
    ...(request.body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(request.tenant ? { "X-Tenant": request.tenant } : {}),
    ...(request.token ? { Authorization: `Bearer ${request.token}` } : {}),
    ...(request.idempotencyKey ? { "Idempotency-Key": `"${request.idempotencyKey}"` } : {}),
    ...(settings.traceToken ? { "X-Trace-Token": settings.traceToken } : {}),
  };
}

function jsonOf(response: RefinedResponse<"text">): Record<string, unknown> {
  if (!response.body) return {};
  const body = response.json();
  return typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
}
