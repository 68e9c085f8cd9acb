import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isLogin, visitsPerSecond } from "../../../load/gate/logins.ts";
import { seededRandom } from "../../../load/verdict/random.ts";
import { BrokenGate } from "../../../scripts/gate/broken-gate.ts";
import { parseOptions } from "../../../scripts/gate/options.ts";
import { pairsOf } from "../../../scripts/gate/pairs.ts";
import { askedOf } from "../../../scripts/gate/points.ts";
import { openReceiver } from "../../../scripts/gate/receiver.ts";
import { checkOut } from "../../../scripts/gate/release.ts";
import { coresOf } from "../../../scripts/gate/same-core.ts";
import { drawLike } from "../../../scripts/gate/verify.ts";

const root = resolve(import.meta.dirname, "../../..");
const gate = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/gate.ts", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
};

describe("npm run gate", () => {
  it("says what it takes, and what is wrong, in one line and with exit 3", () => {
    expect(gate("--help")).toMatchObject({ status: 0 });
    expect(gate("--help").said).toContain("--baseline A --candidate B");
    for (const [args, words] of [
      [[], /--baseline is missing.*--baseline main --candidate \./],
      [["--baseline", "HEAD"], /--candidate is missing/],
      [
        ["--baseline", "HEAD", "--candidate", ".", "--minutes", "0"],
        /--minutes takes a number from 1 to 120, not "0"/,
      ],
      [["--baseline", "HEAD", "--candidate", ".", "--rate", "fast"], /--rate takes a number/],
      [["--wrong"], /--wrong/],
      [["--verify", "/nonexistent.json"], /cannot be read: make it with .*--record/],
      [["--verify", "wrangler.toml"], /wrangler.toml is no record of a comparison: make it with/],
    ] as const) {
      const { status, said } = gate(...args);
      expect([args, status]).toEqual([args, 3]);
      expect(said).toMatch(words);
      expect(said.trim().split("\n")).toHaveLength(1);
    }
  });
  it("has defaults that take less than ten minutes", () => {
    const { minutes, rate } = parseOptions(["--baseline", "a", "--candidate", "b"]) as {
      minutes: number;
      rate: number;
    };
    expect([minutes, rate]).toEqual([7.5, 40]);
  });
  it("takes a folder or a commit, and names what is neither", async () => {
    expect(await checkOut(root, "unused")).toMatchObject({ folder: root, name: root });
    await expect(checkOut("no-such-branch", "unused")).rejects.toThrow(BrokenGate);
    await expect(checkOut("no-such-branch", "unused")).rejects.toThrow(
      '"no-such-branch" is neither a folder with a wrangler.toml nor a commit',
    );
    const bare = mkdtempSync(join(tmpdir(), "frontdesk-gate-"));
    writeFileSync(join(bare, "wrangler.toml"), "");
    await expect(checkOut(bare, "unused")).rejects.toThrow("run `npm ci` in it first");
    rmSync(bare, { recursive: true });
  });
});

it("A receiver outlives a sender that gives up in the middle, and hears the next one", async () => {
  const heard: object[] = [];
  const receiver = await openReceiver((traces) => heard.push(traces));
  const { hostname, port } = new URL(receiver.url);
  await new Promise<void>((done) => {
    const sender = connect(Number(port), hostname, () => {
      sender.write("POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{", () => {
        setTimeout(() => sender.resetAndDestroy(), 50);
      });
    });
    sender.on("close", () => done());
  });
  const { status } = await fetch(`${receiver.url}/v1/traces`, {
    method: "POST",
    body: '{"resourceSpans":[]}',
  });
  expect([status, heard]).toEqual([200, [{ resourceSpans: [] }]]);
  await receiver.close();
});

describe("windows", () => {
  it("hold what was answered in them on both sides, and the CPU time of the same seconds", () => {
    const start = 1_000_000;
    const asked = (shift: number) => ({
      answers: [-1, 0, 4_999, 5_000, 10_000].map((at) => ({ at: start + at, ms: at + shift })),
      failed: [start + 4_999],
      dropped: [start + 5_000, start + 5_000],
    });
    const clock = { between: (from: number, to: number) => (to - from) * from };
    const clocks = { baseline: clock, candidate: { between: () => undefined } };
    const sides = { baseline: asked(0), candidate: asked(0.5) };
    expect(pairsOf(sides, clocks, { from: start, count: 2, round: 3 })).toEqual([
      {
        round: 3,
        baseline: { latencies: [0, 4_999], requests: 2, errors: 1, cpuNs: 5_000 * start },
        candidate: { latencies: [0.5, 4_999.5], requests: 2, errors: 1, cpuNs: undefined },
      },
      {
        round: 3,
        baseline: { latencies: [5_000], requests: 3, errors: 2, cpuNs: 5_000 * (start + 5_000) },
        candidate: { latencies: [5_000.5], requests: 3, errors: 2, cpuNs: undefined },
      },
    ]);
  });
  it("of one start are drawn together, with its sides as they were or all exchanged", () => {
    const sampleOf = (requests: number) => ({ latencies: [], requests, errors: 0, cpuNs: 1 });
    const rounds = [0, 1, 2, 3].map((round) =>
      Array.from({ length: 5 }, () => ({
        round,
        baseline: sampleOf(round),
        candidate: sampleOf(round + 10),
      })),
    );
    const drawn = drawLike(rounds, 40, seededRandom(1));
    const starts = [...Map.groupBy(drawn, ({ round }) => round).values()];
    // No pair comes twice: a start has five.
    expect(starts.map((pairs) => pairs.length)).toEqual([5, 5, 5, 5]);
    expect(
      [...Map.groupBy(drawLike(rounds, 8, seededRandom(1)), ({ round }) => round).values()].map(
        (pairs) => pairs.length,
      ),
    ).toEqual([2, 2, 2, 2]);
    const kinds = starts.map((pairs) => [
      ...new Set(pairs.map((pair) => `${pair.baseline.requests}|${pair.candidate.requests}`)),
    ]);
    for (const kind of kinds) expect(kind).toHaveLength(1);
    const isExchanged = ([kind = ""]: string[]) => Number(kind.split("|")[0]) >= 10;
    expect(new Set(kinds.map(isExchanged)).size).toBe(2);
  });
  it("run on a core that their process may use", () => {
    expect(coresOf("Name:\tnode\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n")).toEqual([0, 1]);
    expect(coresOf("Cpus_allowed_list:\t0,2-4,9\n")).toEqual([0, 2, 3, 4, 9]);
    expect(coresOf("")).toEqual([]);
  });
  it("are cut from what k6 says of visits, and of nothing else", async () => {
    const point = (metric: string, value: number, scenario?: string) =>
      JSON.stringify({
        type: "Point",
        metric,
        data: { time: "2026-11-21T20:00:00.5Z", value, tags: scenario ? { scenario } : {} },
      }).replace(/^\{"type":"Point","metric":"(\w+)"/, '{"metric":"$1","type":"Point"');
    const at = Date.parse("2026-11-21T20:00:00.500Z");
    async function* lines() {
      yield point("http_req_duration", 5, "visits");
      yield point("http_req_duration", 99);
      yield point("http_req_duration", 98, "default");
      yield point("http_req_waiting", 4, "visits");
      yield point("checks", 1, "visits");
      yield point("checks", 0, "visits");
      yield point("checks", 0);
      yield point("dropped_iterations", 2, "visits");
      yield '{"type":"Metric","data":{"name":"http_req_duration"},"metric":"http_req_duration"}';
    }
    expect(await askedOf(lines())).toEqual({ answers: [{ at, ms: 5 }], failed: [at], dropped: [at, at] });
  });
  it("have the visits of both sides in turn, in whole visits of ten seconds", () => {
    // 9.52 visits a second are 95 in ten seconds.
    expect([20, 210, 0.01].map(visitsPerSecond)).toEqual([9.5, 100, 0.1]);
  });
  it("are over when the logins come: about five, in the last seconds, at any rate and length", () => {
    for (const rate of [2, 5, 10, 20, 37, 60, 250])
      for (const seconds of [14, 84, 609, 1209]) {
        const stretch = { visitsPerSecond: visitsPerSecond(rate), seconds, loginSeconds: 3 };
        const all = Array.from({ length: Math.floor(stretch.visitsPerSecond * seconds) }, (_, n) => n);
        const logins = all.filter((n) => isLogin(n, stretch)).map((n) => n / stretch.visitsPerSecond);
        expect(logins.length).toBeGreaterThanOrEqual(rate < 4 ? 2 : 5);
        expect(logins.length).toBeLessThanOrEqual(9);
        expect(Math.min(...logins)).toBeGreaterThanOrEqual(seconds - 3 - 1 / stretch.visitsPerSecond);
      }
    expect(isLogin(99, { visitsPerSecond: 10, seconds: 10, loginSeconds: 0 })).toBe(false);
  });
});
