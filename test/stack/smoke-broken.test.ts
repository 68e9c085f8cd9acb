import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { load, loadWith } from "./stores/load-run.ts";

const { urls } = inject("frontdesk");

/** Answers as a Frontdesk would, except where it is told to fail. */
const standIn = (
  fails: (method: string, path: string) => boolean,
  date: () => { date?: string } = () => ({}),
) =>
  createServer((request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const method = request.method ?? "";
    const failed = path !== "/v1/health" && fails(method, path);
    const made = method === "POST" && !/(login|cancel)$/.test(path);
    const status = failed ? 500 : method === "DELETE" ? 204 : made ? 201 : 200;
    request.resume().on("end", () => {
      response.writeHead(status, { "content-type": "application/json", ...date() });
      const body = { status: "pass", service_id: "frontdesk", id: "id_1", token: "t" };
      response.end(status === 204 ? undefined : JSON.stringify(body));
    });
  });
const halfDead = standIn(() => true);
const cannotList = standIn((method, path) => method === "GET" && path === "/v1/bookings");
const asked: string[] = [];
const withoutRooms = standIn((method, path) => {
  asked.push(`${method} ${path}`);
  return path === "/v1/rooms";
});
const anHourOff = standIn(
  () => false,
  () => ({ date: new Date(Date.now() - 3_600_000).toUTCString() }),
);
const website = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Welcome</title>");
});
const addressOf = (server: typeof website) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  for (const server of [halfDead, cannotList, withoutRooms, anHourOff, website])
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
});
afterAll(() => {
  for (const server of [halfDead, cannotList, withoutRooms, anHourOff, website]) server.close();
});

describe("npm run load says in one line what is broken, and exits 3", () => {
  const cases: Record<string, { args: () => string[]; env?: Record<string, string>; says: RegExp }> = {
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
    "a clock that is off": {
      args: () => ["smoke", "--target", addressOf(anHourOff)],
      says: /are 3\d{3} s apart: set this machine's clock/,
    },
    "a wrong health token": {
      args: () => ["smoke", "--target", urls.api],
      env: { HEALTH_TOKEN: "wrong" },
      says: /HEALTH_TOKEN is not the one of .*401/,
    },
    "a trace token that is not believed": {
      args: () => ["smoke", "--target", addressOf(cannotList)],
      env: { HEALTH_TOKEN: "", TRACE_TOKEN: "wrong" },
      says: /TRACE_TOKEN is not the one of/,
    },
    "a store that is away": {
      args: () => ["smoke", "--target", addressOf(cannotList), "--prometheus", "http://127.0.0.1:9"],
      says: /Prometheus at http:\/\/127\.0\.0\.1:9 does not answer: bad port/,
    },
    "a trace store that answers HTML": {
      args: () => ["smoke", "--target", addressOf(cannotList), "--tempo", addressOf(website)],
      says: /is no Tempo: \/api\/search answered 200 with text\/html\. Check --tempo\./,
    },
    "a host that may be production": {
      args: () => ["smoke", "--target", "https://frontdesk.example"],
      says: /may be production.*--production/,
    },
    "an unknown shape": { args: () => ["storm"], says: /Unknown shape "storm"\. Shapes: smoke, steady/ },
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
  for (const [name, { args, env, says }] of Object.entries(cases))
    it(name, async () => {
      const { exit, stdout, stderr } = await loadWith(env ?? {}, ...args());
      expect(stderr).toMatch(/^BROKEN: |\nBROKEN: /);
      expect(stderr).toMatch(says);
      expect(stdout).toBe("");
      expect(exit).toBe(3);
    });
});

it("npm run load removes the tenant of a set-up that failed, or says that it is left behind", async () => {
  const removal = () => asked.filter((one) => one === "DELETE /v1/tenant").length;
  const broken = await load("smoke", "--target", addressOf(withoutRooms));
  expect(broken.stderr).toMatch(/POST \/v1\/rooms answered 500, not 201/);
  expect([broken.exit, removal()]).toEqual([3, 1]);
  expect(broken.stderr).not.toContain("Left behind");
  const dead = await load("smoke", "--target", addressOf(halfDead));
  expect(dead.stderr).toMatch(
    /^Left behind: the tenant (load-\S+) could not be removed \(its login answered 500\)/m,
  );
});

it("npm run load exits 1 when answers are wrong, and names what failed", async () => {
  const target = addressOf(cannotList);
  const { exit, stdout } = await load("smoke", "--target", target, "--rate", "5", "--duration", "2");
  expect(stdout).toMatch(/GET \/v1\/bookings +(\d+) +\1 /);
  expect(stdout).toContain("check failed: GET /v1/bookings is 200");
  expect(stdout).toContain("threshold crossed: slo_api_availability rate>=0.999");
  expect(stdout).toMatch(/API availability +\d+ +\d+ .* would fail, not judged here\n/);
  expect(stdout).toMatch(/FAIL: \d+ requests failed\n$/);
  expect(exit).toBe(1);
});
