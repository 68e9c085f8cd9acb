import { beforeEach, describe, expect, it } from "vitest";
import { capture, span } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { freshExporter } from "./fixture/exporter.ts";
import { collectorUrl, eventually, inRequest, received } from "./fixture/run.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

/** A body of unknown length, in two pieces. */
function pieces(): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  const write = async () => {
    const writer = writable.getWriter();
    for (const piece of ["first", "second"]) await writer.write(new TextEncoder().encode(piece));
    await writer.close();
  };
  void write();
  return readable;
}

describe("streams are not buffered", () => {
  it("in the answer of a request: the first piece is out before the second is made", async () => {
    let made = false;
    const response = await inRequest((_env, ctx) => {
      const { readable, writable } = new IdentityTransformStream();
      const write = async () => {
        const writer = writable.getWriter();
        await writer.write(new TextEncoder().encode("first"));
        await new Promise((resolve) => setTimeout(resolve, 300));
        made = true;
        await writer.write(new TextEncoder().encode("second"));
        await writer.close();
      };
      ctx.waitUntil(write());
      return new Response(readable);
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("first");
    expect(made).toBe(false);
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("second");
  });

  it("and what is done while they are sent leaves too, although nobody asks anything more", async () => {
    await freshExporter();
    const response = await inRequest(() => {
      const { readable, writable } = new IdentityTransformStream();
      const write = async () => {
        const writer = writable.getWriter();
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await writer.write(span("auth.hash", {}, () => new TextEncoder().encode("late")));
        await writer.close();
      };
      void write();
      return new Response(readable);
    });
    expect(await response.text()).toBe("late");
    await eventually(async () => (JSON.stringify(await received()).includes("auth.hash") ? true : undefined));
  });

  it("on their way into R2 and KV, and out of them", async () => {
    await inRequest(async ({ BUCKET, STORE }) => {
      const fixed = () => {
        const { readable, writable } = new FixedLengthStream(4);
        const writer = writable.getWriter();
        void writer.write(new TextEncoder().encode("body")).then(() => writer.close());
        return readable;
      };
      const given = fixed();
      await BUCKET.put("stream", given);
      expect(given.locked).toBe(true);
      await STORE.put("stream", fixed());
      const object = await BUCKET.get("stream");
      expect(object?.bodyUsed).toBe(false);
      expect(object?.body).toBeInstanceOf(ReadableStream);
      expect(await object?.text()).toBe("body");
      const value = await STORE.get("stream", "stream");
      expect(value).toBeInstanceOf(ReadableStream);
      expect(await new Response(value).text()).toBe("body");
    });
    const names = recording.spans().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["put BUCKET", "put STORE", "get BUCKET", "get STORE"]));
  });

  it("on their way out by fetch, to a host on the list and to another", async () => {
    const answers: unknown[] = [];
    await inRequest(async () => {
      for (const host of ["127.0.0.1", "localhost"]) {
        const url = `${collectorUrl().replace("127.0.0.1", host)}/said`;
        answers.push(await (await fetch(url, { method: "POST", body: pieces() })).json());
      }
    });
    expect(answers).toEqual([
      ["POST", "firstsecond"],
      ["POST", "firstsecond"],
    ]);
  });

  it("in the values that KV gives: text, JSON, bytes, and several at once", async () => {
    await inRequest(async ({ STORE }) => {
      await STORE.put("json", '{"a":1}', { metadata: { m: 1 } });
      expect(await STORE.get("json", "json")).toEqual({ a: 1 });
      expect(await STORE.get("json", { type: "text" })).toBe('{"a":1}');
      expect(((await STORE.get("json", "arrayBuffer")) as ArrayBuffer).byteLength).toBe(7);
      expect(await STORE.get(["json"], "json")).toEqual(new Map([["json", { a: 1 }]]));
      expect(await STORE.getWithMetadata("json", "json")).toMatchObject({
        value: { a: 1 },
        metadata: { m: 1 },
      });
      expect(await STORE.getWithMetadata(["json"])).toBeInstanceOf(Map);
    });
  });
});

const module = { "frontdesk.module": "telemetry" };

describe("a URL in the message of an error", () => {
  it("leaves without user, password and query", async () => {
    await inRequest(async () => {
      for (const url of [
        "https://canary:canary@api.example/v1/canary-free?key=canary",
        "http://h/?a=canary&b=canary#canary",
      ])
        capture(new Error(`Could not reach ${url.replace("canary-free", "path")}, gave up`), module);
      // The platform rejects, its stand-in in these tests throws.
      const refused = async () => fetch("https://canary:canary@:1/?key=canary");
      await refused().catch((error) => capture(error, module));
    });
    const logs = JSON.stringify(recording.logs());
    expect(logs).toContain("api.example/v1/path");
    expect(logs).toContain("gave up");
    expect(logs).not.toContain("canary");
  });
});
