import type { LooseAttributes } from "../records.ts";
import { tracedCall } from "./client-call.ts";
import { overlay } from "./overlay.ts";

type Call = { readonly name: string; readonly attributes: LooseAttributes };

/** Puts a span around each of these methods, which all return promises. */
export function methodsTraced<T extends object>(
  raw: T,
  names: readonly (keyof T & string)[],
  callOf: (operation: string) => Call,
): T {
  const methods = names.map((operation) => {
    const method = raw[operation] as (...args: unknown[]) => Promise<unknown>;
    const traced = (...args: unknown[]) => {
      const { name, attributes } = callOf(operation);
      return tracedCall(name, attributes, () => method.apply(raw, args));
    };
    return [operation, traced] as const;
  });
  return overlay(raw, Object.fromEntries(methods) as Partial<Record<keyof T, unknown>>);
}
