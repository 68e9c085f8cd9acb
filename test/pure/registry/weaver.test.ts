import { readFileSync } from "node:fs";
import { Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { generatedFiles } from "../../../scripts/generate/files.ts";
import { registry } from "../../../telemetry/registry/registry.ts";

type Group = {
  id: string;
  type: string;
  span_kind?: string;
  metric_name?: string;
  name?: string;
  attributes: { id?: string; ref?: string; type?: unknown }[];
};
const folder = "telemetry/generated/weaver/";
const files = Object.entries(generatedFiles()).filter(([path]) => path.startsWith(folder));
const groups = files.flatMap(([, text]) => (parse(text) as { groups?: Group[] }).groups ?? []);
const schema = JSON.parse(readFileSync("test/support/semconv/semconv.schema.json", "utf8"));
const validator = new Validator(schema, "2020-12", false);
const errors = (value: unknown) =>
  validator.validate(value).errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`);

describe("the registry for Weaver", () => {
  it.each(files.filter(([path]) => !path.endsWith("manifest.yaml")))(
    "is what Weaver's schema asks for: %s",
    (_path, text) => expect(errors(parse(text))).toEqual([]),
  );

  // Weaver's JSON Schema of manifests asks for an object where Weaver itself reads a URL as text.
  it("has a manifest that names its version", () => {
    const manifest = files.find(([path]) => path.endsWith("manifest.yaml"))?.[1] ?? "";
    expect(parse(manifest)).toMatchObject({
      schema_url: expect.stringMatching(/^https:\/\/.+\/\d+\.\d+\.\d+$/),
    });
  });

  it("is held against a schema that refuses", () => {
    const broken = { groups: [{ id: "span.x", type: "span", brief: "no kind", attributes: [] }] };
    expect(errors(broken)).not.toEqual([]);
  });

  it("refers to no attribute that it does not define, and defines each once", () => {
    const defined = groups.flatMap(({ attributes }) => attributes.flatMap(({ id }) => id ?? []));
    const used = groups.flatMap(({ attributes }) => attributes.flatMap(({ ref }) => ref ?? []));
    expect(used.filter((name) => !defined.includes(name))).toEqual([]);
    expect(defined).toHaveLength(new Set(defined).size);
  });

  it("has every span, metric and log event of the tables, and group ids of their own", () => {
    const ofType = (type: string) => groups.filter((group) => group.type === type);
    expect(ofType("span")).toHaveLength(Object.keys(registry.spans).length);
    expect(ofType("metric").map(({ metric_name }) => metric_name)).toEqual(Object.keys(registry.metrics));
    expect(ofType("event").map(({ name }) => name)).toEqual(Object.keys(registry.logEvents));
    expect(groups).toHaveLength(new Set(groups.map(({ id }) => id)).size);
  });

  it("gives the members of a closed set ids of their own", () => {
    for (const { type } of groups.flatMap(({ attributes }) => attributes)) {
      const { members = [] } = (typeof type === "object" ? type : {}) as { members?: { id: string }[] };
      expect(new Set(members.map(({ id }) => id)).size).toBe(members.length);
    }
  });
});
