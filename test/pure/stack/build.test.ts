import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  BuildError,
  type BuildProgress,
  buildKey,
  cacheFolder,
  ensureTool,
  findGo,
} from "../../../scripts/stack/build.ts";
import { withLock } from "../../../scripts/stack/build-lock.ts";
import { explain } from "../../../scripts/stack/go.ts";

const temporary = () => mkdtempSync(join(tmpdir(), "frontdesk-build-"));
const inputs = ["prometheus", "tempo", "collector", "collector-builder"].flatMap((module) =>
  ["go.mod", "go.sum"].map((file) => `scripts/stack/modules/${module}/${file}`),
);

/** A PATH with a `go` that is this shell script. */
function fakeGo(script: string): { PATH: string } {
  const folder = temporary();
  writeFileSync(join(folder, "go"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "go"), 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}
const version = 'if [ "$1" = version ]; then echo "go version go1.26.8 linux/amd64"; exit; fi';
const folders = 'if [ "$1" = env ]; then echo /tmp; echo /tmp; exit; fi';
const makesBinaries = `${version}\n${folders}\nwhile [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo built > "$2"; fi; shift; done\necho internal/abi >&2`;

describe("the key of a build", () => {
  const changes: Record<string, ["prometheus" | "tempo" | "collector", string]> = {
    "go.sum": ["prometheus", "scripts/stack/modules/prometheus/go.sum"],
    "go.mod": ["tempo", "scripts/stack/modules/tempo/go.mod"],
    "the collector's component list": ["collector", "telemetry/collector/builder.yaml"],
    "the builder's own go.sum": ["collector", "scripts/stack/modules/collector-builder/go.sum"],
  };
  for (const [what, [tool, path]] of Object.entries(changes)) {
    it(`changes with ${what}, and only that tool's`, () => {
      const root = temporary();
      for (const input of [...inputs, "telemetry/collector/builder.yaml"]) {
        mkdirSync(dirname(join(root, input)), { recursive: true });
        cpSync(input, join(root, input));
      }
      expect(buildKey(tool, root)).toBe(buildKey(tool));
      writeFileSync(join(root, path), `${readFileSync(path, "utf8")}\n`);
      expect(buildKey(tool, root)).not.toBe(buildKey(tool));
      const other = tool === "tempo" ? "prometheus" : "tempo";
      expect(buildKey(other, root)).toBe(buildKey(other));
    });
  }

  it("names a folder below the user's cache", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/somewhere" })).toBe("/somewhere/frontdesk");
    expect(buildKey("k6")).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe("a build", () => {
  it("is made once, then taken from the cache without Go", async () => {
    const cache = temporary();
    const seen: BuildProgress[] = [];
    const first = await ensureTool("prometheus", {
      cache,
      env: fakeGo(makesBinaries),
      onProgress: (progress) => seen.push(progress),
    });
    expect(first.built).toBe(true);
    expect(Object.keys(first.binaries)).toEqual(["prometheus", "promtool"]);
    expect(Object.values(first.binaries).every((path) => existsSync(path))).toBe(true);
    expect(seen.at(-1)).toMatchObject({
      tool: "prometheus",
      title: "Prometheus",
      phase: "compiling",
      count: 2,
    });
    const second = await ensureTool("prometheus", { cache, env: { PATH: "" } });
    expect(second).toEqual({ binaries: first.binaries, built: false });
  });

  it("that two processes ask for at once is made once", async () => {
    const cache = temporary();
    const env = fakeGo(`echo x >> ${join(cache, "runs")}\n${makesBinaries}`);
    const both = await Promise.all([ensureTool("k6", { cache, env }), ensureTool("k6", { cache, env })]);
    expect(both.map(({ built }) => built).toSorted()).toEqual([false, true]);
  });

  it("that fails leaves nothing that looks finished, and says what its last lines were", async () => {
    const cache = temporary();
    const env = fakeGo(`${version}\n${folders}\necho "x.go:1: undefined: y" >&2\nexit 1`);
    const error = await ensureTool("tempo", { cache, env }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BuildError);
    expect(error).toMatchObject({ problem: "failed" });
    expect((error as BuildError).message).toMatch(/^Tempo could not be built\..*--stack=none/s);
    expect((error as BuildError).message).toContain("undefined: y");
    expect(readdirSync(cache)).toEqual([]);
  });

  it("stops when asked to", async () => {
    const stop = new AbortController();
    const env = fakeGo(`${version}\n${folders}\nexec sleep 60`);
    const build = ensureTool("tempo", {
      cache: temporary(),
      env,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(build).rejects.toMatchObject({ problem: "stopped" });
  });
});

describe("the error says what to do", () => {
  it("when Go is missing", async () => {
    await expect(findGo({ PATH: temporary() })).rejects.toMatchObject({
      problem: "go-missing",
      message: expect.stringMatching(/not found on the PATH.*go\.dev\/dl.*--stack=none/),
    });
  });
  it("when Go is too old to fetch a toolchain", async () => {
    await expect(findGo(fakeGo('echo "go version go1.19.4 linux/amd64"'))).rejects.toMatchObject({
      problem: "go-too-old",
      message: expect.stringMatching(/is Go 1\.19\. Install Go 1\.21/),
    });
  });

  const outputs: Record<string, [problem: string, line: string]> = {
    "when the disk is full": ["disk-full", "write /root/.cache/go-build/x: no space left on device"],
    "when there is no network": [
      "no-network",
      'Get "https://proxy/x.mod": dial tcp: lookup proxy: no such host',
    ],
    "when Go may not fetch its toolchain": [
      "go-too-old",
      "go: go.mod requires go >= 1.26.0 (running go 1.22.2; GOTOOLCHAIN=local)",
    ],
  };
  for (const [when, [problem, line]] of Object.entries(outputs)) {
    it(when, () => expect(explain("Tempo", ["some line", line])).toMatchObject({ problem }));
  }
});

describe("the lock", () => {
  it("of a process that died is taken over", async () => {
    const path = join(temporary(), "lock");
    writeFileSync(path, "");
    utimesSync(path, new Date(0), new Date(0));
    let waited = 0;
    expect(
      await withLock(
        path,
        () => (waited += 1),
        async () => "done",
      ),
    ).toBe("done");
    expect(waited).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it("is held until the work is over, also when it fails", async () => {
    const path = join(temporary(), "lock");
    const order: string[] = [];
    let second: Promise<unknown> = Promise.resolve();
    const failing = withLock(
      path,
      () => undefined,
      async () => {
        // Only the holder starts the other one, so which of the two is first is not left to chance.
        second = withLock(
          path,
          () => order.push("waiting"),
          async () => order.push("second"),
        );
        await expect.poll(() => order).toEqual(["waiting"]);
        order.push("first");
        throw new Error("no");
      },
    );
    await expect(failing).rejects.toThrow("no");
    await second;
    expect(order.filter((step) => step !== "waiting")).toEqual(["first", "second"]);
  });
});
