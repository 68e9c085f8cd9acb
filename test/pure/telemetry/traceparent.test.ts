import { describe, expect, it } from "vitest";
import { formatTraceparent, parseTraceparent, parseTracestate } from "../../../telemetry/kit/propagate.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";
const span = "b7ad6b7169203331";
const good = `00-${trace}-${span}-01`;

const accepted: Record<string, string> = {
  "version 00": good,
  "not sampled": `00-${trace}-${span}-00`,
  "unknown flags of version 00": `00-${trace}-${span}-ff`,
  "a future version": `cc-${trace}-${span}-01`,
  "a future version with more fields": `cc-${trace}-${span}-01-what-the-future-will-be-like`,
  "a future version with an empty field": `cc-${trace}-${span}-01-`,
  "spaces around it": ` ${good}\t`,
};

const refused: Record<string, string> = {
  nothing: "",
  "two headers joined by a comma": `${good},${good}`,
  "two headers joined by a comma and a space": `${good}, ${good}`,
  "upper case": good.toUpperCase(),
  "version ff": `ff-${trace}-${span}-01`,
  "version 00 with more fields": `${good}-what-the-future-will-be-like`,
  "version 00 with a trailing dash": `${good}-`,
  "a future version that is glued to more": `cc-${trace}-${span}-01.what`,
  "a version of one digit": `0-${trace}-${span}-01`,
  "a version of three digits": `000-${trace}-${span}-01`,
  "a version that is not hexadecimal": `.0-${trace}-${span}-01`,
  "a zero trace id": `00-${"0".repeat(32)}-${span}-01`,
  "a short trace id": `00-${trace.slice(1)}-${span}-01`,
  "a long trace id": `00-${trace}0-${span}-01`,
  "a trace id with a dot": `00-.${trace.slice(1)}-${span}-01`,
  "a zero span id": `00-${trace}-${"0".repeat(16)}-01`,
  "a short span id": `00-${trace}-${span.slice(1)}-01`,
  "a long span id": `00-${trace}-${span}0-01`,
  "a span id with a dot": `00-${trace}-.${span.slice(1)}-01`,
  "flags of one digit": `00-${trace}-${span}-1`,
  "flags of three digits": `00-${trace}-${span}-001`,
  "flags that are not hexadecimal": `00-${trace}-${span}-.0`,
  "missing flags": `00-${trace}-${span}`,
  "two headers of a future version": `cc-${trace}-${span}-01-more, ${good}`,
  "other separators": good.replaceAll("-", "_"),
};

describe("traceparent", () => {
  for (const [what, header] of Object.entries(accepted))
    it(`accepts ${what}`, () =>
      expect(parseTraceparent(header)).toMatchObject({ traceId: trace, spanId: span }));
  for (const [what, header] of Object.entries(refused))
    it(`refuses ${what}`, () => expect(parseTraceparent(header)).toBeUndefined());
  it("is written as sampled, because every span is recorded", () =>
    expect(formatTraceparent(trace, span)).toBe(good));
});

const many = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=v`).join(",");
const states: Record<string, readonly [string, string | undefined]> = {
  "one member": ["foo=1", "foo=1"],
  "several members with blanks and empty ones": ["foo=1 , bar=2,,\tbaz=3", "foo=1,bar=2,baz=3"],
  "all characters of a key": ["a0_-*/=1", "a0_-*/=1"],
  "a tenant key": ["0tenant@system=1", "0tenant@system=1"],
  "32 members": [many(32), many(32)],
  "33 members": [many(33), undefined],
  "a doubled key, which is the sender's business": ["foo=1,foo=2", "foo=1,foo=2"],
  "an upper-case key": ["FOO=1", undefined],
  "a key that begins with a digit": ["0foo=1", "0foo=1"],
  "a key that begins with an at sign": ["@foo=1", undefined],
  "an empty key": ["=1", undefined],
  "an empty value": ["foo=", undefined],
  "an equals sign in a value": ["foo=a=b", undefined],
  "a space inside a key": ["foo bar=1", undefined],
  "at signs": ["a@b@c=1,foo@=2", "a@b@c=1,foo@=2"],
  "a long member": [`foo=${"x".repeat(256)},bar=1`, `foo=${"x".repeat(256)},bar=1`],
  "short members before long ones": [
    `a=1,foo=${"x".repeat(256)},bar=${"x".repeat(256)},b=2`,
    `a=1,foo=${"x".repeat(256)},b=2`,
  ],
  "the first of too many short members": [
    Array.from({ length: 6 }, (_, index) => `k${index}=${"v".repeat(97)}`).join(","),
    Array.from({ length: 5 }, (_, index) => `k${index}=${"v".repeat(97)}`).join(","),
  ],
  "a value of 257 characters": [`foo=${"x".repeat(257)}`, undefined],
};

describe("tracestate", () => {
  for (const [what, [header, kept]] of Object.entries(states))
    it(`${kept === undefined ? "drops" : "keeps"} ${what}`, () => expect(parseTracestate(header)).toBe(kept));
  it("never costs the traceparent", () =>
    expect(parseTraceparent(good, "FOO=1")).toEqual({ traceId: trace, spanId: span, traceState: undefined }));
});
