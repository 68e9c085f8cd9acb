import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WrongFlag } from "../../../scripts/flags/read-flags.ts";
import { parseOptions } from "../../../scripts/probe/options.ts";
import { otlpHeaders } from "../../../scripts/probe/send.ts";
import { identify } from "../../../scripts/stack/processes.ts";

const empty = mkdtempSync(join(tmpdir(), "frontdesk-probe-"));
const parse = (args: string[], variables: Record<string, string> = { HEALTH_TOKEN: "h" }) =>
  parseOptions(args, variables, empty);
const https = ["--target", "https://probe.frontdesk.example/"];

describe("npm run probe", () => {
  it("asks the standard local addresses twice a minute, and only looks", () =>
    expect(parse([])).toEqual({
      ...{ target: "http://127.0.0.1:8787", prometheus: "http://127.0.0.1:9090", environment: "local" },
      ...{ from: undefined, everySeconds: 30, once: false, statusPort: undefined, headers: {} },
      credentials: { healthToken: "h", traceToken: "local", password: "probe-password-1" },
    }));

  it("takes every credential from the environment where the target is not local", () => {
    const variables = {
      HEALTH_TOKEN: "h",
      TRACE_TOKEN: "t",
      PROBE_PASSWORD: "p",
      OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Basic%20abc%3D,X-Scope-OrgID=1",
    };
    expect(parse(https, variables)).toMatchObject({
      target: "https://probe.frontdesk.example",
      credentials: { healthToken: "h", traceToken: "t", password: "p" },
      headers: { Authorization: "Basic abc=", "X-Scope-OrgID": "1" },
    });
    for (const name of ["HEALTH_TOKEN", "TRACE_TOKEN", "PROBE_PASSWORD"])
      expect(() => parse(https, { ...variables, [name]: "" })).toThrow(`${name} is missing`);
  });

  it("reads how much to compare, in seconds", () =>
    expect(parse(["--compare", "1h"], {})).toMatchObject({ compareSeconds: 3_600 }));

  it("measures where it is told its place", () =>
    expect(parse(["--from=desk", "--prometheus=http://127.0.0.1:1", "--environment=staging"])).toMatchObject({
      ...{ from: "desk", prometheus: "http://127.0.0.1:1", environment: "staging" },
    }));

  it("leaves the place of the probe that runs to that one", () => {
    const data = mkdtempSync(join(tmpdir(), "frontdesk-probe-"));
    const run = { supervisor: identify(process.pid), processes: [], urls: { api: "http://127.0.0.1:8787" } };
    writeFileSync(join(data, "run.json"), JSON.stringify(run));
    const from = (place: string, more = {}) =>
      parseOptions([`--from=${place}`], { HEALTH_TOKEN: "h", ...more }, data);
    expect(() => from("local")).toThrow(/^--from local is the probe that `npm start` runs/);
    expect(from("desk")).toMatchObject({ from: "desk" });
    expect(from("local", { FRONTDESK_RUN: data })).toMatchObject({ from: "local" });
  });

  it("asks whether a local target runs that it knows no secrets of, and no other", () => {
    expect(() => parse([], {})).toThrow(/^HEALTH_TOKEN is missing .* Is it running\? `npm start`/);
    expect(() => parse(https, {})).toThrow(/^HEALTH_TOKEN is missing .* needs it to ask \S+\.$/);
  });

  const refused: Record<string, [args: string[], says: RegExp]> = {
    "too fast a pace": [["--every", "4s"], /^--every "4s" must be from 5s to 600s/],
    "a pace without a unit": [["--every", "30"], /^--every "30" must be/],
    "a window of a week": [["--compare", "168h"], /^--compare "168h" must be/],
    "an unknown environment": [["--environment", "prod"], /local, staging, production/],
    "a target without a scheme": [
      ["--target", "localhost"],
      /^--target .* is not .* http:\/\/127.0.0.1:8787$/,
    ],
    "a store without a scheme": [
      ["--prometheus", "a"],
      /^--prometheus .* is not .* http:\/\/127.0.0.1:9090$/,
    ],
    "a store to write to without a place": [["--prometheus", "http://127.0.0.1:1"], /add --from PLACE\.$/],
    "an environment to write to without a place": [["--environment", "staging"], /add --from PLACE\.$/],
    "a place with a space": [["--from", "my desk"], /^--from "my desk" must be/],
    "a port out of range": [["--status", "70000"], /^--status "70000" is not a port/],
    "an unknown flag": [["--fast"], /^Unknown flag "--fast"\. Valid: /],
  };
  it.each(Object.entries(refused))("refuses %s in one line", (_what, [args, says]) => {
    expect(() => parse(args)).toThrow(WrongFlag);
    expect(() => parse(args)).toThrow(says);
  });
});

it("reads no header out of nothing", () => expect(otlpHeaders(undefined)).toEqual({}));
