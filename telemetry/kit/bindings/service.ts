import { config, destinationOf } from "../config.ts";
import { instrumentStub } from "./stub.ts";

const own: ReadonlySet<string> = new Set(["connect", "dup", "then", "constructor"]);

/** Service bindings: fetch and RPC are CLIENT spans; context travels only where `propagateTo` has `binding:NAME`. */
export const instrumentService = (raw: Fetcher, binding: string): Fetcher =>
  instrumentStub(raw, {
    name: destinationOf(binding) ?? binding,
    attributes: { "cloudflare.binding.type": "service", "cloudflare.binding.name": binding },
    own,
    propagates: config().propagateTo?.includes(`binding:${binding}`) ?? false,
  });
