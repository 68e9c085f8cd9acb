import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { placeOf } from "../../../telemetry/kit/sample.ts";
import { slowSeconds } from "../../../telemetry/metrics.ts";

const overlay = parse(
  readFileSync(
    new URL("../../../telemetry/collector/overlays/production-sampling.yaml", import.meta.url),
    "utf8",
  ),
);
type Policy = { type: string; latency?: { threshold_ms: number }; probabilistic?: Record<string, unknown> };
const policies: Policy[] = overlay.processors.tail_sampling.policies;

/** FNV-1a of 64 bits as it is written down, with whole numbers. */
function fnv1a(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash;
}

it("the hash is FNV-1a, whose published vectors it gives", () => {
  expect(fnv1a(new TextEncoder().encode("foobar"))).toBe(0x85944171f73967e8n);
});

it("a trace has the place that the collector's tail sampling gives it", () => {
  const traceId = fc.stringMatching(/^[0-9a-f]{32}$/);
  fc.assert(
    fc.property(traceId, (id) => {
      const salted = Buffer.concat([Buffer.from("default-hash-seed"), Buffer.from(id, "hex")]);
      expect(placeOf(id)).toBeCloseTo(Number(fnv1a(salted)) / 2 ** 64, 12);
    }),
  );
});

it("the collector hashes with its default salt", () => {
  const share = policies.find(({ type }) => type === "probabilistic");
  expect(Object.keys(share?.probabilistic ?? {})).toEqual(["sampling_percentage"]);
});

it("a trace that the collector keeps for being slow has its log records", () => {
  const slow = policies.find(({ type }) => type === "latency");
  expect(slow?.latency?.threshold_ms).toBeGreaterThanOrEqual(slowSeconds * 1000);
});
