import { beforeEach, describe, expect, it } from "vitest";
import { bindContext } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { collectorUrl, inRequest } from "./fixture/run.ts";
import type { Env } from "./fixture/worker.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const copied = { headers: { "x-request-id": "forged", "x-correlation-id": "forged" } };
const other = () => collectorUrl().replace("127.0.0.1", "localhost");

/** What a call inside a request with bound ids brings to the other side: [request id, correlation id]. */
async function brought(call: (env: Env) => Promise<unknown>, bound = true): Promise<unknown> {
  let ids: unknown;
  await inRequest(async (env) => {
    if (bound) bindContext({ "frontdesk.request.id": "req_9", "frontdesk.correlation.id": "story-7" });
    ids = (await ((await call(env)) as Response).json<unknown[]>()).slice(0, 2);
  });
  return ids;
}

describe("the ids of a request", () => {
  const calls: Record<string, (env: Env) => Promise<unknown>> = {
    "outbound fetch to a host of the list": () => fetch(`${collectorUrl()}/ids`, copied),
    "fetch of a trusted service": ({ FRIEND }) => FRIEND.fetch("https://friend/ids", copied),
    "fetch of an object": ({ COUNTER }) => COUNTER.getByName("ids").fetch("https://object/ids", copied),
  };
  for (const [name, call] of Object.entries(calls))
    it(`travel with ${name}, whatever the caller copied`, async () => {
      expect(await brought(call)).toEqual(["req_9", "story-7"]);
    });

  it("go to no other host and no other service", async () => {
    expect(await brought(() => fetch(`${other()}/ids`))).toEqual([null, null]);
    expect(await brought(({ NEIGHBOUR }) => NEIGHBOUR.fetch("https://n/ids"))).toEqual([null, null]);
  });

  it("are not made up where none are bound", async () => {
    expect(await brought(() => fetch(`${collectorUrl()}/ids`), false)).toEqual([null, null]);
  });
});

describe("an object that is fetched", () => {
  const fieldsOfObject = () => {
    const server = recording.spans().find(({ name }) => name === "BareCounter/fetch");
    return [server?.attributes["frontdesk.request.id"], server?.attributes["frontdesk.correlation.id"]];
  };

  it("has the ids on its own spans", async () => {
    await brought(({ COUNTER }) => COUNTER.getByName("taken").fetch("https://object/ids"));
    expect(fieldsOfObject()).toEqual(["req_9", "story-7"]);
  });

  it("does not believe an id that is too long or has a blank", async () => {
    const headers = { "x-request-id": "x".repeat(129), "x-correlation-id": "a b" };
    await brought(({ COUNTER }) => COUNTER.getByName("odd").fetch("https://object/ids", { headers }), false);
    expect(fieldsOfObject()).toEqual([undefined, undefined]);
  });
});
