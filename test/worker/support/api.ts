import { exports, env as workerEnv } from "cloudflare:workers";
import { expect } from "vitest";
import type { Env } from "../../../src/platform/env.ts";

export const env = workerEnv as unknown as Env;

const worker = (exports as unknown as { default: { fetch(request: Request): Promise<Response> } }).default;

export type Call = Omit<RequestInit, "body"> & {
  readonly host?: string;
  readonly json?: unknown;
  readonly body?: BodyInit;
};

/** One request through the whole Worker. `json` becomes a body with its content type. */
export function call(
  method: string,
  path: string,
  { host = "localhost", json, ...init }: Call = {},
): Promise<Response> {
  return worker.fetch(request(method, path, { host, json, ...init }));
}

/** The same request for an app that a test built itself. */
export function request(
  method: string,
  path: string,
  { host = "localhost", json, ...init }: Call = {},
): Request {
  const headers = new Headers(init.headers);
  if (json !== undefined) headers.set("content-type", "application/json");
  const body = json === undefined ? init.body : JSON.stringify(json);
  return new Request(`https://${host}${path}`, {
    ...init,
    method,
    headers,
    ...(body !== undefined && { body }),
  });
}

type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  errors?: { pointer: string; detail: string }[];
};

/** Reads a problem document and proves its shape. */
export async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = await response.json<Problem>();
  expect(problem).toMatchObject({
    type: expect.stringMatching(new RegExp(`^https://[^/]+/docs#${problem.code}$`)),
    title: expect.any(String),
    status: response.status,
    detail: expect.any(String),
    instance: `urn:frontdesk:request:${response.headers.get("x-request-id")}`,
  });
  return problem;
}

/** Pointers of a problem's errors, sorted. */
export const pointersOf = (problem: Problem) => (problem.errors ?? []).map((error) => error.pointer).sort();
