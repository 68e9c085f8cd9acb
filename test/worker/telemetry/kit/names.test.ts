import { describe, expect, it } from "vitest";
import { annotate, capture, count, log, record, span } from "../../../../telemetry/kit/index.ts";
import { startRecording } from "../../../../telemetry/kit/recording.ts";
import { plants } from "../../support/plants.ts";

// What slips past the compiler on purpose; the live check must find each.
plants(
  "INTERNAL booking.crate",
  "user.email",
  "frontdesk.room.id",
  "url.scheme",
  "http.response.status_code",
  "client.address",
  "frontdesk.user",
  "error.type",
  "http.route",
);

// `tsc` is the judge here: a line below that compiles although it must not breaks `npm run check`.
describe("a name that is not in a table does not compile", () => {
  it("and what slips past the compiler does not leave", () => {
    const recording = startRecording();
    // @ts-expect-error not in telemetry/spans.ts
    span("booking.crate", {}, () => undefined);
    // @ts-expect-error not in telemetry/attributes.ts
    span("heartbeat", { "user.email": "a@b.example" }, () => undefined);
    // @ts-expect-error in the table, but not in this span's row
    span("auth.login", { "frontdesk.room.id": "room_1" }, () => undefined);
    // @ts-expect-error in the table, but not in the row of the span that is annotated
    const strayed = () => span("auth.login", {}, (active) => active.annotate({ "frontdesk.room.id": "r" }));
    expect(strayed).toBeTypeOf("function");
    // @ts-expect-error a closed set has no such value
    span("heartbeat", { "url.scheme": "gopher" }, () => undefined);
    // @ts-expect-error an int is no string
    span("heartbeat", { "http.response.status_code": "200" }, () => undefined);
    // @ts-expect-error listed to be refused by name
    span("heartbeat", { "client.address": "192.0.2.1" }, () => undefined);
    // @ts-expect-error not in telemetry/attributes.ts
    annotate({ "http.rout": "/" });
    // @ts-expect-error not in telemetry/log-events.ts
    const unknownEvent = () => log("info", "room.exploded", { "frontdesk.module": "telemetry" });
    expect(unknownEvent).toBeTypeOf("function");
    // @ts-expect-error not in telemetry/attributes.ts
    log("info", "http.request", { "frontdesk.module": "telemetry", "frontdesk.user": "u" });
    // @ts-expect-error not in the closed set of error.type
    capture(new Error("x"), { "frontdesk.module": "telemetry", "error.type": "bad_luck" });
    expect(recording.spans().map(({ attributes }) => attributes)).toEqual([
      {},
      {},
      { "frontdesk.room.id": "room_1" },
      {},
      {},
      {},
    ]);
    recording.stop();
  });

  it("nor does a metric, a label it does not declare, or one that the collector makes", () => {
    const recording = startRecording();
    // @ts-expect-error made at the collector, not by the Worker
    const madeElsewhere = () => count("frontdesk.events", 1);
    // @ts-expect-error not in telemetry/metrics.ts
    const unknown = () => count("frontdesk.bookings", 1);
    // @ts-expect-error a gauge is no counter
    const gauge = () => count("frontdesk.outbox.age", 1);
    // @ts-expect-error not a label of this metric
    record("frontdesk.outbox.age", 1, { "http.route": "/" });
    expect([madeElsewhere, unknown, gauge]).toHaveLength(3);
    expect(recording.points().map(({ metric }) => metric)).toEqual(["frontdesk.outbox.age"]);
    recording.stop();
  });
});
