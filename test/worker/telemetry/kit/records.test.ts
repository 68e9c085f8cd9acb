import { drizzle } from "drizzle-orm/d1";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bindContext, capture, log, span } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { invented } from "../../support/plants.ts";
import { collectorAnswers, eventually, inRequest, received } from "./fixture/run.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const kit = { "frontdesk.module": "telemetry" };
const canary = "canary-7f3a";
const canaries = [
  `${canary}@mail.example`,
  `Bearer ${canary}-0123456789`,
  `eyJ${canary}.eyJ${canary}.${canary}`,
];

/** Where the canary is, with a little around it. */
const around = (text: string) =>
  text.includes(canary) ? text.slice(text.indexOf(canary) - 80).slice(0, 160) : "";

describe("a log record", () => {
  it("is one JSON line on the console with the fields that everybody searches by", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "warn").mockImplementation((line: string) => lines.push(line));
    await inRequest(() => {
      bindContext({ "frontdesk.request.id": "req_1", "frontdesk.tenant.id": "tenant_1" });
      log(
        "warn",
        invented("room.full"),
        { "frontdesk.module": "bookings", "error.type": "slot_taken" },
        "two\nlines",
      );
    });
    expect(lines).toHaveLength(1);
    const [server] = recording.spans();
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      severity: "warn",
      service: "frontdesk",
      environment: "local",
      version: "test",
      event: "room.full",
      message: "two lines",
      trace_id: server?.traceId,
      span_id: server?.spanId,
      request_id: "req_1",
      tenant: "tenant_1",
      module: "bookings",
      code: "slot_taken",
    });
  });
});

it("has the code of the problem that was answered, before the reason of a failure", async () => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  await inRequest(() => {
    log("info", "http.request", { ...kit, "frontdesk.problem.code": "slot_taken" });
    log("info", "http.request", { ...kit, "frontdesk.problem.code": "unavailable", "error.type": "timeout" });
  });
  expect(lines.map((line) => JSON.parse(line).code)).toEqual(["slot_taken", "unavailable"]);
});

describe("a message", () => {
  it("that is cut through an address does not show the half of it", async () => {
    await inRequest(() => log("info", "http.request", kit, `${"-".repeat(2040)} ${canary}@mail.example`));
    const [record] = recording.logs();
    expect(record?.message).toHaveLength(2048);
    expect(record?.message).not.toContain("canary");
  });
});

describe("a captured error", () => {
  it("is one record on the span that failed, however many hands it passes", async () => {
    const fault = new TypeError("planted");
    await inRequest(() => {
      span("auth.hash", {}, () => {
        capture(fault, kit);
        capture(fault, kit);
      });
    });
    const [record, ...others] = recording.logs();
    expect(others).toEqual([]);
    const hash = recording.spans().find(({ name }) => name === "auth.hash");
    expect(record).toMatchObject({ event: "exception", spanId: hash?.spanId, severityText: "ERROR" });
    expect(record?.attributes).toMatchObject({ "exception.type": "TypeError", "error.type": "_OTHER" });
    expect(record?.attributes["exception.stacktrace"]).toContain("records.test.ts");
    expect(hash?.failed).toBe(true);
  });

  it("of Drizzle loses its bound values", async () => {
    await inRequest(async ({ DB }) => {
      const failing = drizzle(DB).run("select * from nowhere" as never);
      capture(await Promise.resolve(failing).catch((error: unknown) => error), kit);
      const withParams = new Error(`Failed query: select ?\nparams: ${canary},2`, {
        cause: new Error("no such table"),
      });
      capture(withParams, kit);
    });
    expect(recording.logs()).toHaveLength(2);
    expect(JSON.stringify(recording.logs())).not.toContain(canary);
    expect(JSON.stringify(recording.logs())).toContain("params: [redacted]");
  });
});

describe("a canary", () => {
  it("in path, query, header, body, bound value, message, cause and attribute is in nothing that leaves", async () => {
    await collectorAnswers();
    const printed: string[] = [];
    for (const method of ["log", "warn", "error", "debug"] as const)
      vi.spyOn(console, method).mockImplementation((line: string) => printed.push(line));
    for (const secret of canaries) {
      const url = `https://kit.test/u/${encodeURIComponent(secret)}?token=${encodeURIComponent(secret)}`;
      const init = {
        method: "POST",
        headers: { authorization: secret, cookie: `s=${secret}` },
        body: secret,
      };
      const job = async ({
        DB,
        STORE,
        JOBS,
      }: {
        DB: D1Database;
        STORE: KVNamespace;
        JOBS: Queue<unknown>;
      }) => {
        await DB.prepare("SELECT ? AS x").bind(secret).first();
        await DB.prepare(`SELECT '${secret}' AS x`).first();
        await STORE.put(secret, secret);
        await JOBS.send({ secret });
        await fetch(`http://127.0.0.1:1/?key=${encodeURIComponent(secret)}`).catch(() => undefined);
        log(
          "info",
          invented("canary.seen"),
          { ...kit, "frontdesk.correlation.id": secret },
          `message ${secret}`,
        );
        const fault = new Error(`outer ${secret}`, { cause: new Error(`inner ${secret}`) });
        await span("booking.create", { "frontdesk.room.id": secret }, () => Promise.reject(fault)).catch(
          (error: unknown) => capture(error, kit),
        );
      };
      await inRequest(job as never, url, init);
    }
    const sent = await eventually(async () => {
      const all = await received();
      const text = JSON.stringify(all);
      return text.match(/canary\.seen/g)?.length === canaries.length * 2 && text.includes("inner")
        ? text
        : undefined;
    });
    expect(sent).toContain("/u/[email]");
    expect(around(sent)).toBe("");
    expect(printed.join("\n")).toContain("canary.seen");
    expect(around(printed.join("\n"))).toBe("");
  });
});
