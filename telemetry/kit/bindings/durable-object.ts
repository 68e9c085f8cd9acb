import { config, destinationOf } from "../config.ts";
import { overlay } from "./overlay.ts";
import { instrumentStub, type Remote } from "./stub.ts";

const own: ReadonlySet<string> = new Set(["id", "name", "connect", "dup", "then", "constructor"]);

/** Durable Object namespaces: every stub that they give is instrumented. */
export function instrumentNamespace(raw: DurableObjectNamespace, binding: string): DurableObjectNamespace {
  const remote: Remote = {
    name: destinationOf(binding) ?? pascalCase(binding),
    attributes: { "cloudflare.binding.type": "durable_object", "cloudflare.binding.name": binding },
    own,
    propagates: !config().foreignObjects?.includes(binding),
  };
  return overlay(raw, {
    get: (...args: Parameters<DurableObjectNamespace["get"]>) => instrumentStub(raw.get(...args), remote),
    getByName: (...args: Parameters<DurableObjectNamespace["getByName"]>) =>
      instrumentStub(raw.getByName(...args), remote),
    jurisdiction: (...args: Parameters<DurableObjectNamespace["jurisdiction"]>) =>
      instrumentNamespace(raw.jurisdiction(...args), binding),
  });
}

// The platform does not tell the class; ROOM_CALENDAR is RoomCalendar unless bindingNames says otherwise.
const pascalCase = (binding: string) =>
  binding.toLowerCase().replace(/(?:^|_)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
