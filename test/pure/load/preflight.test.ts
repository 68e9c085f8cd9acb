import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { traceparent } from "../../../load/lib/seeded.ts";
import { requireK6 } from "../../../scripts/load/find-k6.ts";
import { BrokenRun, parseOptions } from "../../../scripts/load/options.ts";
import { preflight, releaseOf } from "../../../scripts/load/preflight.ts";
import { readThresholds } from "../../../scripts/load/read-thresholds.ts";
import { makeRoom } from "../../../scripts/load/reports.ts";

let deep: { status: number; body: object };
const traceId = traceparent("r1", "preflight").traceId;
const frontdesk = createServer((request, response) => {
  if (request.url?.startsWith("/page/")) {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
    return;
  }
  const isDeep = request.url === "/v1/health/deep";
  const isBelieved = request.headers["x-trace-token"] === "right";
  response
    .writeHead(isDeep ? deep.status : 200, {
      "server-timing": `traceparent;desc="00-${isBelieved ? traceId : "0".repeat(32)}-1-01"`,
    })
    .end(JSON.stringify(isDeep ? deep.body : { service_id: "frontdesk", status: "pass", release_id: "v7" }));
});
beforeAll(() => new Promise<void>((done) => frontdesk.listen(0, "127.0.0.1", done)));
afterAll(() => void frontdesk.close());

const ask = (tokens: Record<string, string>) => {
  const target = `http://127.0.0.1:${(frontdesk.address() as AddressInfo).port}`;
  return preflight(parseOptions(["smoke", "--target", target, "--run-id", "r1"], undefined, tokens));
};

describe("before a run", () => {
  it("nothing is to be said of a target that is well and believes our traces", async () => {
    deep = { status: 200, body: { status: "pass" } };
    expect(await ask({ HEALTH_TOKEN: "h", TRACE_TOKEN: "right" })).toEqual({ release: "v7", notes: [] });
  });
  it("is told what could not be looked at", async () =>
    expect((await ask({})).notes).toEqual([
      expect.stringMatching(/^Deep health/),
      expect.stringMatching(/TRACE_TOKEN/),
    ]));
  it("says what is deployed, also when that is nothing", async () => {
    const target = `http://127.0.0.1:${(frontdesk.address() as AddressInfo).port}`;
    expect(await releaseOf(target)).toBe("v7");
    expect(await releaseOf("http://127.0.0.1:9")).toBe("nothing that is well");
  });
  it("a dependency that fails stops it, by name", async () => {
    const checks = { "d1:response_time": [{ status: "fail" }], "kv:response_time": [{ status: "pass" }] };
    deep = { status: 503, body: { status: "fail", checks } };
    await expect(ask({ HEALTH_TOKEN: "h" })).rejects.toThrow(/answered 503, failing: d1\. A load test would/);
  });
  it("stores that are something else stop it, by the flag that names them", async () => {
    const origin = `http://127.0.0.1:${(frontdesk.address() as AddressInfo).port}`;
    const page = "answered 200 with text/html";
    for (const [flag, store, says] of [
      ["tempo", `${origin}/page`, `${origin} is no Tempo: /page/api/search ${page}. Check --tempo.`],
      ["tempo", origin, `${origin} is no Tempo: /api/search answered 200 with other JSON. Check --tempo.`],
      ["prometheus", `${origin}/page`, `no Prometheus: /page/api/v1/query ${page}. Check --prometheus.`],
    ] as const) {
      const asked = parseOptions(["smoke", "--target", origin, `--${flag}`, store], undefined, {});
      await expect(preflight(asked)).rejects.toThrow(says);
    }
  });
  it("k6 must be there, run, and be new enough", async () => {
    const fake = join(mkdtempSync(join(tmpdir(), "frontdesk-k6-")), "k6");
    await expect(requireK6(fake)).rejects.toThrow(/^k6 does not run/);
    for (const [version, works] of [
      ["v2.1.9", false],
      ["v1.9.0", false],
      ["v2.2.0", true],
      ["v2.10.1", true],
    ] as const) {
      writeFileSync(fake, `#!/bin/sh\necho "k6 ${version} (go1.26.8, linux/amd64)"\n`);
      chmodSync(fake, 0o755);
      if (works) await requireK6(fake);
      else await expect(requireK6(fake)).rejects.toThrow(/k6 2\.2 or newer is needed/);
    }
  });
  it("a place for the report must be there, or can be made", async () => {
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-report-"));
    const [file, inside] = [join(folder, "file"), join(folder, "a/b")];
    await makeRoom({ report: inside, json: join(folder, "c/verdict.json") });
    expect([inside, join(folder, "c")].map(existsSync)).toEqual([true, true]);
    writeFileSync(file, "");
    for (const [where, says] of [
      [{ report: file, json: undefined }, /^--report: .*file cannot be written \(EEXIST\)\.$/],
      [{ report: undefined, json: join(file, "x.json") }, /^--json: .*file cannot be written \(EEXIST\)\.$/],
    ] as const)
      await expect(makeRoom(where)).rejects.toThrow(says);
  });
  it("the thresholds must have been generated", async () => {
    const folder = mkdtempSync(join(tmpdir(), "frontdesk-thresholds-"));
    const file = join(folder, "thresholds.json");
    await expect(readThresholds(file)).rejects.toThrow(
      new BrokenRun("load/generated/thresholds.json is missing: run `npm run generate`."),
    );
    for (const text of ["{", "null", "{}", '{"promises": []}']) {
      writeFileSync(file, text);
      await expect(readThresholds(file)).rejects.toThrow(/holds no promises: run `npm run generate`\.$/);
    }
    expect((await readThresholds()).promises.length).toBeGreaterThan(3);
  });
});

it("npm run load without its thresholds says so in one line, with exit 3, before it asks anybody", () => {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-load-"));
  const root = resolve(import.meta.dirname, "../../..");
  for (const name of ["scripts", "load", "telemetry", "package.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  rmSync(join(folder, "load/generated"), { recursive: true });
  const run = () =>
    spawnSync(process.execPath, ["scripts/load.ts", "smoke", "--target", "http://127.0.0.1:9"], {
      cwd: folder,
      encoding: "utf8",
    });
  expect(run()).toMatchObject({
    ...{ status: 3, stdout: "" },
    stderr: "BROKEN: load/generated/thresholds.json is missing: run `npm run generate`.\n",
  });
  rmSync(folder, { recursive: true });
});
