import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { compareViews, readSli, type SliReading, storedSpans } from "../../../scripts/load/agreement.ts";
import { shownAgreement } from "../../../scripts/load/agreement-table.ts";
import { untold } from "../../../scripts/load/calls.ts";
import { crowdedWords } from "../../../scripts/load/crowded.ts";
import { readStanding } from "../../../scripts/load/endurance.ts";
import { Recording } from "../../../scripts/load/recording.ts";
import { cutOffIn } from "../../../scripts/load/result.ts";

describe("client, SLI and spans", () => {
  it("know what the Worker says it lost meanwhile, under the name that it gives, though its series ended", async () => {
    const began = Date.now() - 900_000;
    const at = (seconds: number, value: number) => [(began + seconds * 1000) / 1000, String(value)];
    const known: Record<string, [number, string][][]> = {
      // Lost before the run and a little more in it; another reason is new, and told again after it was forgotten.
      dropped: [
        [at(-60, 40), at(30, 45)],
        [at(100, 0), at(101, 3), at(700, 3)],
      ] as [number, string][][],
      uncertain: [[at(-200, 9)], [at(300, 2)]] as [number, string][][],
    };
    const server = createServer((request, response) => {
      const asked = new URL(request.url ?? "", "http://x").searchParams.get("query") ?? "";
      const name =
        /telemetry_(dropped|uncertain)_total\{.*frontdesk_signal="traces".*\}\[11\d\ds\]/.exec(asked)?.[1] ??
        "";
      const result = (known[name] ?? []).map((values) => ({ metric: {}, values }));
      response.end(JSON.stringify({ data: { result } }));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const prometheus = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const before = { ...(await readSli(prometheus)), atMs: began };
    expect(before.lost, "nothing is lost before the run begins").toBe(0);
    expect((await readSli(prometheus, before)).lost).toBe(5 + 3 + 3 + 2);
    expect((await readStanding(prometheus, began)).get("spans dropped by the Worker")?.value).toBe(11);
    server.close();
  });
  it("are not held against a budget unseen: a route that was answered and left no trace is named", () => {
    const row = { route: "GET /v1/bookings", kind: "d1", most: 2, allowed: 2, traceId: "a" } as const;
    const answered = ["GET /v1/bookings", "POST /v1/bookings", "POST /v1/rooms"];
    expect(untold([row], answered)).toEqual([
      "Tempo holds no trace of POST /v1/bookings, so its calls cannot be held against load/budgets.ts",
    ]);
  });
  const reading = (counted: number, seconds: number, lost = 0): SliReading => ({
    counts: new Map([["GET /v1/x", { count: counted, seconds }]]),
    atMs: 0,
    lost,
  });
  const sent = (unanswered = 0) => new Map([["GET /v1/x", { count: 100, unanswered, meanMs: 30 }]]);
  const compared = (after: SliReading, spans: number, unanswered = 0, cutOff = 0) =>
    compareViews(sent(unanswered), reading(40, 1), after, new Map([["GET /v1/x", spans]]), cutOff);

  it("agree when their differences do", () => {
    const { rows, disagreements } = compared(reading(140, 3.5), 100);
    expect(disagreements).toEqual([]);
    expect(rows[0]).toMatchObject({ client: 100, sli: 100, spans: 100, sliMeanMs: 25, difference: "" });
  });
  it("say that requests waited for their turn, and not for a network", () => {
    const waited = (clientMs: number, sliSeconds: number) =>
      crowdedWords(
        compareViews(
          new Map([["GET /v1/x", { count: 100, unanswered: 0, meanMs: clientMs }]]),
          reading(40, 1),
          reading(140, 1 + sliSeconds),
          undefined,
        ),
      );
    expect(waited(2_030, 3)).toMatch(/^requests waited 2000 ms on average .* --rate/);
    expect(waited(180, 3)).toBeUndefined();
    expect(crowdedWords(undefined)).toBeUndefined();
  });
  it("break the run where nothing explains a difference", () => {
    expect(compared(reading(137, 3.5), 100).disagreements).toEqual([
      "the SLI never counted 3 requests, and only 0 are explained",
    ]);
    expect(compared(reading(140, 3.5), 98).disagreements).toEqual([
      "2 requests left no span, and only 0 are explained",
    ]);
    expect(compared(reading(140, 3.5), 101).disagreements).toEqual(["1 span stored that no request made"]);
    expect(compared(reading(140, 6), 100).disagreements[0]).toMatch(
      /took 50\.0 ms by the SLI and 30\.0 ms for the client/,
    );
  });
  it("agree when k6 broke off as many requests as are stored too many, and no more", async () => {
    const counted = (count: number) => ({ type: "counter", values: { count } }) as const;
    const metrics = { requests_begun: counted(103), http_reqs: counted(102) };
    expect(cutOffIn({ metrics })).toBe(1);
    const { rows, ...one } = compared(reading(141, 3.5), 101, 0, 1);
    expect([one.disagreements, one.explanations, rows[0]?.difference]).toEqual([
      [],
      ["k6 broke off 1 request under way and told nothing of it"],
      "1 cut off or of somebody else, 1 cut off",
    ]);
    // How long the way took cannot be told from a mean of other requests.
    expect(shownAgreement({ rows, ...one })[1]).toMatch(/ 30\.0 +24\.8 +– +1 cut off/);
    const two = compared(reading(142, 3.5), 102, 0, 1);
    expect(two.disagreements).toEqual(["1 span stored that no request made"]);
    expect(two.explanations).toContain("the SLI counted 1 request of somebody else in the same time");
  });
  it("are not waited for when a request was cut off, or for longer than was said", async () => {
    const tempo = createServer((_request, response) => {
      response.end(JSON.stringify({ traces: [{ traceID: "a", spanSet: { matched: 2 } }] }));
    });
    await new Promise<void>((done) => tempo.listen(0, "127.0.0.1", done));
    const recording = new Recording();
    recording.add({ startMs: 1e12, durationMs: 5, route: "GET /v1/x", status: 200, isWarmUp: false });
    const pauses = async (cutOff: number, isOver: boolean) => {
      let paused = 0;
      const patience = { pause: async () => void paused++, isOver: () => isOver };
      const url = `http://127.0.0.1:${(tempo.address() as AddressInfo).port}`;
      expect((await storedSpans(url, { runId: "r", recording, cutOff }, patience)).get("GET /v1/x")).toBe(2);
      return paused;
    };
    expect([await pauses(0, false), await pauses(1, false), await pauses(0, true)]).toEqual([4, 0, 0]);
    tempo.close();
  });
  it("say what explains one: no answer, spans that are known to be lost, other callers", () => {
    const lost = compared(reading(138, 3.5, 2), 98);
    expect([lost.disagreements, lost.explanations]).toEqual([[], ["the Worker says that it lost 2 spans"]]);
    expect(compared(reading(139, 3.5), 99, 1).disagreements).toEqual([]);
    // However slow theirs were: they are not ours.
    const { explanations, disagreements } = compared(reading(190, 90), 100);
    expect([explanations, disagreements]).toEqual([
      ["the SLI counted 50 requests of somebody else in the same time"],
      [],
    ]);
  });
});
