import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rules, type Violation } from "../support/architecture/rules.ts";
import { readSource, readTree, type Source } from "../support/architecture/source.ts";

const root = resolve(import.meta.dirname, "../..");

describe("the house as it stands", () => {
  const sources = readTree(root);
  it("has files to look at", () => expect(sources.length).toBeGreaterThan(50));
  for (const [name, check] of Object.entries(rules))
    it(`keeps ${name}`, () => expect(check(sources)).toEqual([]));
});

type Case = {
  files: Record<string, string>;
  check: (sources: readonly Source[]) => Violation[];
  says: RegExp;
};
const broken: Record<string, Case> = {
  "a table that imports the kit": {
    files: { "telemetry/slo.ts": 'import { log } from "./kit/index.ts";' },
    check: rules.checkArrows,
    says: /no arrow from tables to kit/,
  },
  "a table that imports a package": {
    files: { "telemetry/slo.ts": 'import { z } from "zod";' },
    check: rules.checkHomes,
    says: /tables import no package/,
  },
  "platform that knows a feature, by a type": {
    files: { "src/platform/env.ts": 'import type { X } from "../features/rooms/ports.ts";' },
    check: rules.checkArrows,
    says: /no arrow from platform to feature:rooms/,
  },
  "a feature that imports a feature": {
    files: { "src/features/rooms/a.ts": 'export { b } from "../bookings/b.ts";' },
    check: rules.checkArrows,
    says: /features never import features/,
  },
  "a window into the kit beside its door": {
    files: { "src/app.ts": 'import { x } from "../telemetry/kit/span.ts";' },
    check: rules.checkArrows,
    says: /entered by its door/,
  },
  "a dynamic import of a generated file": {
    files: { "scripts/a.ts": 'await import("../dashboards/generated/x.json");' },
    check: rules.checkArrows,
    says: /generated files are read/,
  },
  "the product that imports a test": {
    files: { "src/app.ts": 'import "../test/fakes/clock.ts";' },
    check: rules.checkArrows,
    says: /no arrow from src to test/,
  },
  "two files that import each other, by types": {
    files: {
      "src/platform/a.ts": 'import type { B } from "./b.ts";',
      "src/platform/b.ts": 'import type { A } from "./a.ts";',
    },
    check: rules.checkCircles,
    says: /a\.ts → src\/platform\/b\.ts → src\/platform\/a\.ts/,
  },
  "OpenTelemetry outside the kit": {
    files: { "src/app.ts": 'import { trace } from "@opentelemetry/api";' },
    check: rules.checkHomes,
    says: /imports @opentelemetry\/api/,
  },
  "Sentry outside the kit": {
    files: { "src/worker.ts": 'import * as Sentry from "@sentry/cloudflare";' },
    check: rules.checkHomes,
    says: /imports @sentry\/cloudflare/,
  },
  "otel-cf-workers outside the kit": {
    files: { "src/worker.ts": 'import { instrument } from "@microlabs/otel-cf-workers";' },
    check: rules.checkHomes,
    says: /imports @microlabs/,
  },
  "Hono in a use-case": {
    files: { "src/features/rooms/create-room.ts": 'import type { Context } from "hono";' },
    check: rules.checkHomes,
    says: /imports hono/,
  },
  "SQL in a use-case": {
    files: { "src/features/rooms/create-room.ts": 'import { eq } from "drizzle-orm";' },
    check: rules.checkHomes,
    says: /imports drizzle-orm/,
  },
  "a use-case that imports its store": {
    files: { "src/features/rooms/create-room.ts": 'import { store } from "./store.ts";' },
    check: rules.checkAdapters,
    says: /take it as a port/,
  },
  "a file of 301 lines": {
    files: { "src/a.ts": "\n".repeat(301) },
    check: rules.checkSizes,
    says: /301 lines/,
  },
  "a function of 61 lines": {
    files: { "src/a.ts": `export const long = () => {${"\n".repeat(60)}};` },
    check: rules.checkSizes,
    says: /function long has 61 lines/,
  },
  "a long function inside a test's callback": {
    files: { "test/a.test.ts": `describe("x", () => { function long() {${"\n".repeat(60)}} });` },
    check: rules.checkSizes,
    says: /function long has 61 lines/,
  },
  "a file named utils": { files: { "src/utils.ts": "" }, check: rules.checkNames, says: /say what it is/ },
  "a folder named helpers": {
    files: { "test/helpers/a.ts": "" },
    check: rules.checkNames,
    says: /say what it is/,
  },
};

describe("each rule can fail", () => {
  for (const [name, { files, check, says }] of Object.entries(broken))
    it(`finds ${name}`, () => {
      const found = check(Object.entries(files).map(([path, text]) => readSource(path, text)));
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(says);
    });
  it("leaves a test's outer callback alone", () =>
    expect(
      rules.checkSizes([readSource("test/a.test.ts", `describe("x", () => {${"\n".repeat(80)}});`)]),
    ).toEqual([]));
});
