import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load } from "./stores/load-run.ts";

/** Answers as a Frontdesk would, except where it is told to fail. */
const standIn = (fails: (method: string, path: string) => boolean) =>
  createServer((request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const method = request.method ?? "";
    const failed = path !== "/v1/health" && fails(method, path);
    const made = method === "POST" && !path.endsWith("login") && !path.endsWith("cancel");
    request.resume().on("end", () => {
      response.writeHead(failed ? 500 : made ? 201 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify({ status: "pass", service_id: "frontdesk", id: "id_1", token: "t" }));
    });
  });
const halfDead = standIn(() => true);
const cannotList = standIn((method, path) => method === "GET" && path === "/v1/bookings");
const website = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Welcome</title>");
});
const addressOf = (server: typeof website) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  for (const server of [halfDead, cannotList, website])
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
});
afterAll(() => {
  for (const server of [halfDead, cannotList, website]) server.close();
});

describe("npm run load says in one line what is broken, and exits 3", () => {
  const cases: Record<string, { args: () => string[]; says: RegExp }> = {
    "a target where nobody listens": {
      args: () => ["smoke", "--target", "http://127.0.0.1:9"],
      says: /cannot be reached .*npm start/,
    },
    "a target that answers HTML": {
      args: () => ["smoke", "--target", addressOf(website)],
      says: /is not a Frontdesk: \/v1\/health answered 200 with text\/html/,
    },
    "a target that fails the set-up": {
      args: () => ["smoke", "--target", addressOf(halfDead)],
      says: /k6 broke off .*POST \/v1\/auth\/register answered 500, not 201/,
    },
    "an unknown shape": { args: () => ["storm"], says: /Unknown shape "storm"\. Shapes: smoke/ },
    "an unknown flag": { args: () => ["smoke", "--fast"], says: /--fast/ },
    "half a request per second": {
      args: () => ["smoke", "--rate", "0.5"],
      says: /--rate takes a whole number/,
    },
    "a target that is no URL": {
      args: () => ["smoke", "--target", "staging"],
      says: /is not an http\(s\) URL/,
    },
  };
  for (const [name, { args, says }] of Object.entries(cases))
    it(name, async () => {
      const { exit, stdout, stderr } = await load(...args());
      expect(stderr).toMatch(/^BROKEN: |\nBROKEN: /);
      expect(stderr).toMatch(says);
      expect(stdout).toBe("");
      expect(exit).toBe(3);
    });
});

it("npm run load exits 1 when a threshold is crossed, and names what failed", async () => {
  const target = addressOf(cannotList);
  const { exit, stdout } = await load("smoke", "--target", target, "--rate", "5", "--duration", "1");
  expect(stdout).toMatch(/GET \/v1\/bookings +(\d+) +\1 /);
  expect(stdout).toContain("check failed: GET /v1/bookings is 200");
  expect(stdout).toContain("threshold crossed: slo_api_availability rate>=0.999");
  expect(stdout).toMatch(/FAIL: \d+ thresholds crossed\n$/);
  expect(exit).toBe(1);
});
