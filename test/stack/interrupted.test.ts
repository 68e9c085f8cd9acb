import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LoadResult } from "../../scripts/load/result.ts";

/** What arrived, by `METHOD template`, also when who asked is gone by then. */
const arrived = new Map<string, number>();
let onVisit = () => {};

/** Answers late as a Frontdesk, and at once as the stores that saw all that arrived there. */
const system = createServer((request, response) => {
  const url = new URL(request.url ?? "", "http://x");
  const { pathname: path, searchParams } = url;
  const answer = (status: number, body: object, afterMs = 0) =>
    request.resume().on("end", () =>
      setTimeout(() => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(status === 204 ? undefined : JSON.stringify(body));
      }, afterMs),
    );
  const asked = searchParams.get("query") ?? searchParams.get("q") ?? "";
  if (path === "/api/v1/query") {
    const result = /_(count|sum)\{/.test(asked)
      ? [...arrived].map(([name, count]) => ({
          metric: { http_request_method: name.split(" ")[0], http_route: name.split(" ")[1] },
          value: [0, String(asked.includes("_count") ? count : 0)],
        }))
      : [];
    answer(200, { data: { result } });
  } else if (path === "/api/search") {
    const of = [...arrived].find(
      ([name]) => asked.includes(`"${name.split(" ")[0]}"`) && asked.includes(`"${name.split(" ")[1]}"`),
    );
    answer(200, {
      traces: [...Array(of?.[1] ?? 0).keys()].map((n) => ({ traceID: `a${n}`, spanSet: { matched: 1 } })),
    });
  } else if (path.startsWith("/api/")) answer(200, {});
  else if (path.startsWith("/v1/health")) answer(200, { status: "pass", service_id: "frontdesk" });
  else {
    const name = `${request.method} ${path.replace(/(room|booking)s\/id_1/, "$1s/{$1_id}")}`;
    arrived.set(name, (arrived.get(name) ?? 0) + 1);
    onVisit();
    const made = request.method === "POST" && !/(login|cancel)$/.test(path);
    answer(request.method === "DELETE" ? 204 : made ? 201 : 200, { id: "id_1", token: "t" }, 150);
  }
});
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const folder = mkdtempSync(join(tmpdir(), "frontdesk-interrupted-"));
beforeAll(() => new Promise<void>((done) => system.listen(0, "127.0.0.1", done)));
let run: ChildProcess | undefined;
afterAll(() => {
  // A test that failed leaves it under way.
  run?.kill("SIGTERM");
  system.close();
  rmSync(folder, { recursive: true });
});

it("npm run load says at once that Ctrl-C, which arrives twice, stops it, and keeps what was measured", async () => {
  const target = addressOf(system);
  const stores = ["--target", target, "--prometheus", target, "--tempo", target, "--report", folder];
  const script = resolve(import.meta.dirname, "../../scripts/load.ts");
  const args = [script, "steady", "--rate", "20", "--duration", "60", ...stores];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  run = child;
  let [said, shown, pressedAt, toldAt] = ["", "", 0, 0];
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    if (toldAt === 0 && shown.includes("Stopping: ")) toldAt = Date.now();
  });
  let visits = 0;
  onVisit = () => {
    if (++visits !== 40) return;
    pressedAt = Date.now();
    child.kill("SIGINT");
    setTimeout(() => child.kill("SIGINT"), 100);
  };
  const [exit] = (await once(child, "close")) as [number];
  expect(exit, said + shown).toBe(2);
  expect(shown.match(/^Stopping: waiting for what is under way \(up to 75 s\) …$/gm)).toHaveLength(1);
  expect(toldAt - pressedAt).toBeLessThan(2_000);
  expect(said).toMatch(/^steady .* interrupted after 0:0\d of 1:00, \d+ requests$/m);

  const report = (name: string) => readFileSync(join(folder, name), "utf8");
  const result = JSON.parse(report("verdict.json")) as LoadResult;
  expect(result.reasons[0]).toMatch(/^interrupted after 0:0\d of 1:00, so it cannot pass$/);
  for (const name of ["junit.xml", "verdict.md", "verdict.html"])
    expect(report(name)).toContain(result.reasons[0]);
  expect(report("junit.xml")).toContain(` time="${result.run.took_seconds}"`);
  // Visits were under way, and their requests arrived without an answer that k6 would tell.
  expect(result.agreement?.disagreements).toEqual([]);
  expect(result.agreement?.explanations[0]).toMatch(/^k6 broke off [1-9]\d* requests? under way and told/);
  // The run's own tenant is removed all the same.
  expect(arrived.get("DELETE /v1/tenant")).toBe(1);
  const told = result.agreement?.rows.reduce((sum, { client }) => sum + client, 0);
  expect([...arrived.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(told ?? 0);
});
