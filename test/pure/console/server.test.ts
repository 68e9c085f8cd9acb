import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConsole } from "../../../scripts/console/server.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-console-"));
const [dist, shelves] = [
  join(folder, "dist"),
  { dashboards: join(folder, "boards"), runbooks: join(folder, "books") },
];
const asked: { method: string; url: string; body: string; cookie: string | undefined }[] = [];
const store = createServer((question, answer) => {
  let body = "";
  question.setEncoding("utf8").on("data", (text: string) => {
    body += text;
  });
  question.on("end", () => {
    const { method = "", url = "", headers } = question;
    asked.push({ method, url, body, cookie: headers.cookie });
    answer.writeHead(200, { "content-type": "application/json", "set-cookie": "a=b" });
    answer.end('{"status":"success","data":{"result":[]}}');
  });
});
let server: Server;
let port = 0;

const listen = (one: Server) =>
  new Promise<number>((done) => one.listen(0, "127.0.0.1", () => done((one.address() as AddressInfo).port)));

beforeAll(async () => {
  for (const path of [join(dist, "assets"), shelves.dashboards, shelves.runbooks])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(folder, "secrets.json"), "never");
  writeFileSync(join(dist, "index.html"), "<!doctype html><title>console</title>");
  writeFileSync(join(dist, "assets/app-1a2b.js"), "1");
  writeFileSync(
    join(shelves.dashboards, "one.json"),
    JSON.stringify({ spec: { display: { name: "One", description: "First" } } }),
  );
  writeFileSync(join(shelves.runbooks, "Fire.md"), "# Fire");
  const at = `http://127.0.0.1:${await listen(store)}`;
  const places = {
    prometheus: at,
    tempo: at,
    logs: at,
    alertmanager: at,
    api: at,
    pager: "http://127.0.0.1:9",
  };
  server = createConsole({ dist, shelves, places });
  port = await listen(server);
});
afterAll(() => {
  server.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

type Got = { status: number; body: string; headers: Record<string, unknown> };
/** `path` goes over the wire as it is: fetch would tidy `..` away. */
const get = (path: string, headers: Record<string, string> = {}, method = "GET", body = "") =>
  new Promise<Got>((done, failed) => {
    const one = request({ port, host: "127.0.0.1", path, method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => done({ status: answer.statusCode ?? 0, body: text, headers: answer.headers }));
    });
    one.on("error", failed);
    one.end(body);
  });

describe("The console's pages", () => {
  it("are one file for every address of the console, asked anew each time", async () => {
    for (const path of [
      "/",
      "/d/frontdesk-overview?var-environment=local",
      "/traces/abc",
      "/requests/req_1.2",
    ]) {
      const { status, body, headers } = await get(path);
      expect([status, body, headers["cache-control"]]).toEqual([
        200,
        expect.stringContaining("<title>"),
        "no-cache",
      ]);
    }
  });

  it("keep what carries a hash in its name, and load nothing from another host", async () => {
    const { headers } = await get("/assets/app-1a2b.js");
    expect(headers["cache-control"]).toContain("immutable");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).not.toMatch(/https?:|\*/);
  });

  it.each([
    "/../secrets.json",
    "/assets/../../secrets.json",
    "/%2e%2e/secrets.json",
    "/assets/%2e%2e%2f%2e%2e%2fsecrets.json",
    "/..\\secrets.json",
    "/content/runbooks/..%2f..%2fsecrets",
    "/content/dashboards/../../secrets",
  ])("never leave their folder: %s", async (path) => {
    const { body } = await get(path);
    expect(body).not.toContain("never");
  });
});

describe("What the console answers to", () => {
  it("are names of this machine: a name that another site points at it is refused", async () => {
    expect((await get("/", { host: "rebound.example" })).status).toBe(403);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`])
      expect((await get("/", { host })).status).toBe(200);
  });

  it("are its own pages: a question from another site's page is refused, a link to it is followed", async () => {
    const path = "/proxy/prometheus/api/v1/query?query=up";
    expect((await get(path, { origin: "http://evil.example" })).status).toBe(403);
    expect((await get(path, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).status).toBe(
      403,
    );
    expect(
      (await get("/alerts", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).status,
    ).toBe(200);
    expect((await get(path, { host: `localhost:${port}`, origin: `http://localhost:${port}` })).status).toBe(
      200,
    );
  });
});

describe("The way to the stores", () => {
  it("passes a question on with its body, and no cookie either way", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded", cookie: "session=1" };
    const { status, headers: answered } = await get(
      "/proxy/logs/select/logsql/query",
      headers,
      "POST",
      "query=*",
    );
    expect([status, answered["set-cookie"]]).toEqual([200, undefined]);
    expect(asked.at(-1)).toEqual({
      method: "POST",
      url: "/select/logsql/query",
      body: "query=*",
      cookie: undefined,
    });
    await get("/proxy/tempo/api/search?q=%7B%7D&limit=3");
    expect(asked.at(-1)).toMatchObject({ method: "GET", url: "/api/search?q=%7B%7D&limit=3" });
  });

  it.each([
    ["POST", "/proxy/prometheus/api/v1/admin/tsdb/delete_series"],
    ["POST", "/proxy/prometheus/-/quit"],
    ["POST", "/proxy/prometheus/api/v1/write"],
    ["POST", "/proxy/alertmanager/api/v2/silences"],
    ["POST", "/proxy/tempo/flush"],
    ["DELETE", "/proxy/prometheus/api/v1/query"],
    ["GET", "/proxy/logs/select/logsql/query/../../../delete"],
    ["GET", "/proxy/api/v1/bookings"],
    ["GET", "/proxy/elsewhere/"],
    ["GET", "/proxy/tempo/api/traces/..%2fflush"],
  ])("is for questions only: %s %s", async (method, path) => {
    const before = asked.length;
    expect([404, 405]).toContain((await get(path, {}, method)).status);
    expect(asked).toHaveLength(before);
  });

  it("says which system is away", async () => {
    const { status, body } = await get("/proxy/pager/api/notifications");
    expect([status, body]).toEqual([502, expect.stringContaining("pager does not answer: ECONNREFUSED")]);
  });

  it("ends a question that is too long for a question", async () => {
    const { status } = await get("/proxy/prometheus/api/v1/query", {}, "POST", "x".repeat(200_000));
    expect(status).toBe(502);
  });
});

describe("What lies beside the stores", () => {
  it("are dashboards by uid, with what they are for", async () => {
    const { body } = await get("/content/dashboards");
    expect(JSON.parse(body)).toEqual({ dashboards: [{ uid: "one", title: "One", description: "First" }] });
    expect(JSON.parse((await get("/content/dashboards/one")).body)).toHaveProperty(
      "spec.display.name",
      "One",
    );
    expect((await get("/content/dashboards/two")).status).toBe(404);
  });

  it("are runbooks as they stand in the repository", async () => {
    expect((await get("/content/runbooks/Fire")).body).toBe("# Fire");
    expect((await get("/content/runbooks/Water")).status).toBe(404);
  });

  it("are the budgets that `npm run budget -- --json` prints", async () => {
    const { status, body } = await get("/content/budgets");
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ verdict: "unknown", budgets: expect.any(Array) });
  });
});
