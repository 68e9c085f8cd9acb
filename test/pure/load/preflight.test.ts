import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { traceparent } from "../../../load/lib/seeded.ts";
import { parseOptions } from "../../../scripts/load/options.ts";
import { preflight, requireK6 } from "../../../scripts/load/preflight.ts";

let deep: { status: number; body: object };
const traceId = traceparent("r1", "preflight").traceId;
const frontdesk = createServer((request, response) => {
  const isDeep = request.url === "/v1/health/deep";
  const isBelieved = request.headers["x-trace-token"] === "right";
  response
    .writeHead(isDeep ? deep.status : 200, {
      "server-timing": `traceparent;desc="00-${isBelieved ? traceId : "0".repeat(32)}-1-01"`,
    })
    .end(JSON.stringify(isDeep ? deep.body : { service_id: "frontdesk", status: "pass" }));
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
    expect(await ask({ HEALTH_TOKEN: "h", TRACE_TOKEN: "right" })).toEqual([]);
  });
  it("is told what could not be looked at", async () =>
    expect(await ask({})).toEqual([
      expect.stringMatching(/^Deep health/),
      expect.stringMatching(/TRACE_TOKEN/),
    ]));
  it("a dependency that fails stops it, by name", async () => {
    const checks = { "d1:response_time": [{ status: "fail" }], "kv:response_time": [{ status: "pass" }] };
    deep = { status: 503, body: { status: "fail", checks } };
    await expect(ask({ HEALTH_TOKEN: "h" })).rejects.toThrow(/answered 503, failing: d1\. A load test would/);
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
});
