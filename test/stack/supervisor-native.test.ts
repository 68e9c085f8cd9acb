import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../scripts/stack/free-ports.ts";
import { startFrontdesk } from "../../scripts/stack/frontdesk.ts";
import { answers, apiOf, ownFolder, processesOf, type Started, start, until } from "./started.ts";

const native = ["--stack=native"];

describe("The native stack", () => {
  const folder = ownFolder();
  let started: Started;
  let api = "";
  const urls: Record<string, string> = {};
  beforeAll(async () => {
    started = start(folder, native);
    api = await apiOf(started);
    await started.says(/Ctrl-C stops everything/);
    const [table = ""] = /The stack is ready[\s\S]*/.exec(started.text()) ?? [];
    for (const [, name = "", url = ""] of table.matchAll(/^ {2}(\S+) +(http:\/\/localhost:\d+)/gm))
      urls[name] = url;
  });
  afterAll(async () => {
    started.child.kill("SIGTERM");
    await started.ended;
  });

  it("is ready, with every address of the table answering", async () => {
    expect(started.text()).toMatch(/The stack is ready after \d+ s \(native\)\./);
    expect(Object.keys(urls)).toEqual([
      "API",
      "OTLP/HTTP",
      "Prometheus",
      "Alertmanager",
      "Tempo",
      "Logs",
      "Pager",
      "Probe",
    ]);
    expect(await answers(`${urls.Prometheus}/-/ready`)).toBe(true);
    expect(await answers(`${urls.Logs}/select/vmui/`)).toBe(true);
    expect(await answers(`${urls.Alertmanager}/`)).toBe(true);
    expect(await answers(`${urls.Pager}/`)).toBe(true);
    expect(await answers(`${urls.Probe}/healthz`)).toBe(true);
  });

  it("is resident in at most 500 MB", () => {
    const [, megabytes] = /stack (\d+) MB \(/.exec(started.text()) ?? [];
    expect(Number(megabytes)).toBeGreaterThan(50);
    expect(Number(megabytes)).toBeLessThanOrEqual(500);
  });

  it("starts a tool again that died, and names it", async () => {
    process.kill(pidOf(folder, "prometheus"), "SIGKILL");
    await started.says(/Prometheus died \(ended by SIGKILL\)\. It is started again in 0\.5 s\./);
    await until(() => answers(`${urls.Prometheus}/-/ready`));
  });

  it("gets what was sent while the collector was dead", async () => {
    const traceId = randomBytes(16).toString("hex");
    process.kill(pidOf(folder, "otelcol"), "SIGKILL");
    await started.says(/OpenTelemetry Collector died/);
    await fetch(`${api}/v1/rooms`, { headers: { traceparent: `00-${traceId}-${"1".repeat(16)}-01` } });
    await until(() => answers(`${urls.Tempo}/api/traces/${traceId}`));
  });
});

function pidOf(folder: string, name: string): number {
  const found = processesOf(folder).find((one) => one.name === name);
  if (!found) throw new Error(`${name} does not run`);
  return found.pid;
}

/** A PATH whose only command is a \`go\` that cannot build, and a cache that is empty. */
function withGo(build: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-go-"));
  const script = `#!/bin/sh
case "$1" in
  version) echo "go version go1.26.1 linux/amd64" ;;
  env) ;;
  *) ${build} ;;
esac
`;
  writeFileSync(join(folder, "go"), script);
  chmodSync(join(folder, "go"), 0o755);
  return { PATH: `${folder}:/usr/bin:/bin`, XDG_CACHE_HOME: join(folder, "cache") };
}

describe("The API runs without the stack, which says why,", () => {
  const cases: Record<string, [string[], Record<string, string>, RegExp]> = {
    "when Go is missing": [
      native,
      { PATH: "/nowhere" },
      /Go was not found on the PATH\. Install Go 1\.21 or newer/,
    ],
    "when neither Go nor docker is there": [
      [],
      { PATH: "/nowhere" },
      /Go was not found[\s\S]*docker was not found on the PATH/,
    ],
    "when a build fails": [
      native,
      withGo("echo 'undefined: foo' >&2; exit 1"),
      /could not be built[\s\S]*undefined: foo/,
    ],
    "when the disk is full": [
      native,
      withGo("echo 'no space left on device' >&2; exit 1"),
      /The disk is full\. /,
    ],
  };
  for (const [name, [flags, env, message]] of Object.entries(cases))
    it(name, async () => {
      const started = start(ownFolder(), flags, env);
      const api = await apiOf(started);
      await started.says(/Ctrl-C stops everything/);
      expect(started.text()).toContain("There is no stack; the API runs without it.");
      expect(started.text()).toMatch(message);
      if (flags === native)
        await started.says(/\n--stack=native was asked for, but there is no stack: .+\n$/);
      expect(await answers(`${api}/v1/health`)).toBe(true);
      started.child.kill("SIGTERM");
      expect(await started.ended).toBe(0);
    });

  it("when a port of the stack is in use", async () => {
    const ports = await freePorts();
    const server = createServer().listen(ports.tempo, "127.0.0.1");
    const frontdesk = await startFrontdesk({
      data: ownFolder(),
      ports,
      stack: "native",
      trace: "off",
      console: false,
    });
    expect(await frontdesk.stackReady).toEqual({
      outcome: "absent",
      why: expect.stringMatching(
        `port ${ports.tempo} \\(tempo\\) is in use: process ${process.pid}[\\s\\S]*--free-ports`,
      ),
    });
    expect(await answers(`${frontdesk.urls.api}/v1/health`)).toBe(true);
    await frontdesk.stop();
    server.close();
  });
});

it("A signal ends a build that is under way", async () => {
  const folder = ownFolder();
  const started = start(folder, native, withGo("sleep 300"));
  await started.says(/Building the stack: .*, tool \d of \d/);
  // The build is announced before its process has children of its own.
  const names = () => processesOf(folder).map(({ name }) => name);
  await expect.poll(names, { timeout: 10_000 }).toEqual(expect.arrayContaining(["go", "sleep"]));
  started.child.kill("SIGINT");
  expect(await started.ended).toBe(0);
  expect(processesOf(folder)).toEqual([]);
});
