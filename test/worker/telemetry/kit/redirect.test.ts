import { beforeEach, describe, expect, it } from "vitest";
import { mayPropagate } from "../../../../telemetry/kit/bindings/fetch.ts";
import { useConfig } from "../../../../telemetry/kit/config.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { spansBelow } from "./fixture/recorded.ts";
import { collectorUrl } from "./fixture/run.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

// 127.0.0.1 is on the list of hosts that get our context; localhost is the same server under a name that is not.
const ours = () => collectorUrl();
const theirs = () => collectorUrl().replace("127.0.0.1", "localhost");
const redirect = (to: string, status = 302) =>
  `${ours()}/redirect?status=${status}&to=${encodeURIComponent(to)}`;

/** What came of a fetch inside a request, with the ids of its span. */
async function fetched<T>(
  read: (response: Response) => Promise<T>,
  input: string | (() => Request),
  init?: RequestInit,
) {
  let answer: T | undefined;
  let redirected = false;
  const [span] = await spansBelow(recording, async () => {
    const response = await fetch(typeof input === "string" ? input : input(), init);
    redirected = response.redirected;
    answer = await read(response);
  });
  return { answer, redirected, span, header: `00-${span?.traceId}-${span?.spanId}-01` };
}
const traceOf = (response: Response) => response.json<{ traceparent?: string; baggage?: string }>();
const said = (response: Response) => response.json<[method: string, body: string]>();

describe("a redirect", () => {
  it("takes the context along on the list", async () => {
    const { answer, redirected, header, span } = await fetched(traceOf, redirect("/trace"));
    expect(answer?.traceparent).toBe(header);
    expect(redirected).toBe(true);
    expect(span?.attributes["http.response.status_code"]).toBe(200);
  });

  it("takes it to no host that is off the list, in one hop or in two", async () => {
    for (const to of [`${theirs()}/trace`, redirect(`${theirs()}/trace`)]) {
      const { answer, redirected } = await fetched(traceOf, redirect(to));
      expect(answer).toEqual({});
      expect(redirected).toBe(true);
    }
  });

  it("that the caller wants to see is seen, with the context sent", async () => {
    const { answer } = await fetched(async ({ status }) => status, redirect("/trace"), {
      redirect: "manual",
    });
    expect(answer).toBe(302);
  });

  const bodies: Record<string, readonly [status: number, method: string, became: readonly [string, string]]> =
    {
      "303 makes a PUT a GET": [303, "PUT", ["GET", ""]],
      "302 makes a POST a GET": [302, "POST", ["GET", ""]],
      "302 leaves a PUT a PUT": [302, "PUT", ["PUT", "text"]],
      "307 leaves a POST a POST": [307, "POST", ["POST", "text"]],
      "308 leaves a POST a POST": [308, "POST", ["POST", "text"]],
    };
  for (const [what, [status, method, became]] of Object.entries(bodies))
    it(`of ${what}, as without the kit`, async () => {
      const init = { method, body: "text" };
      const { answer } = await fetched(said, redirect("/said", status), init);
      expect(answer).toEqual(became);
      expect(await said(await fetch(redirect("/said", status), init))).toEqual(became);
    });

  it("of a Request with a body works as without the kit, which sends no context then", async () => {
    const request = () => new Request(redirect("/said", 307), { method: "POST", body: "text" });
    expect((await fetched(said, request)).answer).toEqual(["POST", "text"]);
    const straight = () => new Request(`${ours()}/trace`, { method: "POST", body: "text" });
    expect((await fetched(traceOf, straight)).answer).toEqual({});
    const manual = () => new Request(`${ours()}/trace`, { method: "POST", body: "text", redirect: "manual" });
    const { answer, header } = await fetched(traceOf, manual);
    expect(answer?.traceparent).toBe(header);
  });

  it("loses credentials on the way to another origin", async () => {
    const headers = { authorization: "Bearer canary" };
    const ask = async (response: Response) => (await response.json<string[]>())[2];
    expect((await fetched(ask, redirect(`${theirs()}/ids`), { headers })).answer).toBeNull();
    expect((await fetched(ask, redirect("/ids"), { headers })).answer).toBe("Bearer canary");
  });

  it("that never ends is given up by the platform, with its own error", async () => {
    const loop = async () => {
      const path = `${ours()}/loop`;
      return fetch(path).then(String, (error: Error) => error.constructor.name);
    };
    let seen = "";
    await spansBelow(recording, async () => {
      seen = await loop();
    });
    expect(seen).toBe(await loop());
    expect(seen).toBe("TypeError");
  });
});

describe("what a fetch sends out", () => {
  it("is our context instead of what the caller copied, and never baggage", async () => {
    const copied = {
      traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
      tracestate: "x=1",
      baggage: "k=v",
    };
    const { answer, header } = await fetched(traceOf, `${ours()}/trace`, { headers: copied });
    expect(answer).toEqual({ traceparent: header });
  });

  it("shows no query, no credentials and no fragment in url.full", async () => {
    const url = `${ours().replace("//", "//user:pa$$canary@")}/trace?key=canary&key=canary&x=canary#canary`;
    const { span } = await fetched((response) => response.text(), url);
    expect(span?.attributes["url.full"]).toBe(`${ours()}/trace?key=REDACTED&key=REDACTED&x=REDACTED`);
    expect(JSON.stringify(recording.spans())).not.toContain("canary");
  });
});

describe("a fetch that does not end well", () => {
  const hang = () => `${ours()}/never`;
  const failures: Record<
    string,
    readonly [make: () => AbortSignal, name: string, type: string, failed: boolean]
  > = {
    "given up by its caller": [() => aborting(), "AbortError", "aborted", false],
    "out of time": [() => AbortSignal.timeout(50), "TimeoutError", "timeout", true],
  };
  const aborting = () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    return controller.signal;
  };
  for (const [what, [make, name, type, failed]] of Object.entries(failures))
    for (const host of [ours, theirs])
      it(`is ${what}, ${host === ours ? "on" : "off"} the list`, async () => {
        let reason: unknown;
        const signal = make();
        const [span] = await spansBelow(recording, async () => {
          reason = await fetch(hang().replace(ours(), host()), { signal }).catch((error: unknown) => error);
        });
        expect(reason).toMatchObject({ name });
        expect(span).toMatchObject({ failed, attributes: { "error.type": type } });
      });

  for (const [what, [make, name, type]] of Object.entries(failures))
    it(`of an object or a service is ${what}`, async () => {
      const seen: unknown[] = [];
      const spans = await spansBelow(recording, async ({ LOUNGE, FRIEND }) => {
        for (const target of [LOUNGE.getByName("slow"), FRIEND])
          seen.push(
            await target.fetch("https://x/never", { signal: make() }).catch((error: Error) => error.name),
          );
      });
      expect(seen).toEqual([name, name]);
      expect(spans.map(({ attributes }) => attributes["error.type"])).toEqual([type, type]);
    });
});

describe("a body that comes in pieces", () => {
  const first = async (response: Response) => {
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const piece = new TextDecoder().decode((await reader.read()).value);
    const firstAt = Date.now();
    const rest = new TextDecoder().decode((await reader.read()).value);
    return { piece, rest, apartMs: Date.now() - firstAt };
  };

  it("reaches the caller of fetch piece by piece", async () => {
    for (const host of [ours, theirs]) {
      const { answer } = await fetched(first, `${host()}/drip`);
      expect(answer).toMatchObject({ piece: "first", rest: "second" });
      expect(answer?.apartMs).toBeGreaterThan(100);
    }
  });
});

describe("trace context goes to", () => {
  const configured = (propagateTo?: readonly string[]) =>
    useConfig({
      environment: "local",
      release: "test",
      otlpEndpoint: "",
      ...(propagateTo && { propagateTo }),
    });
  const hosts: Record<string, boolean> = {
    "api.example": true,
    "sub.api.example": false,
    "xapi.example": false,
    "a.b.ours.example": true,
    "ours.example": false,
    "evilours.example": false,
    "a.ours.example.evil.test": false,
  };
  for (const [host, may] of Object.entries(hosts))
    it(`${host}: ${may ? "yes" : "no"}`, () => {
      configured(["api.example", "*.ours.example", "binding:FRIEND"]);
      expect(mayPropagate(host)).toBe(may);
    });

  it("nobody, unless a list says so", () => {
    configured();
    expect(mayPropagate("api.example")).toBe(false);
  });
});
