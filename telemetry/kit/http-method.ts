import { attributes } from "../attributes.ts";
import type { LooseAttributes } from "./records.ts";

const known: ReadonlySet<string> = new Set(
  attributes["http.request.method"].values.filter((method) => method !== "_OTHER"),
);

/** How a span tells the method of a request: a name that nobody knows is no label. */
export type ToldMethod = {
  /** First word of the span's name. */
  readonly name: string;
  readonly attributes: LooseAttributes;
};

/** @source https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name */
export function toldMethod(method: string): ToldMethod {
  if (known.has(method)) return { name: method, attributes: { "http.request.method": method } };
  const attributes = { "http.request.method": "_OTHER", "http.request.method_original": method };
  return { name: "HTTP", attributes };
}
