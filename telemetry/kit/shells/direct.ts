import { openOwn } from "./own-entry.ts";
import type { Shell } from "./shell.ts";
import { standBehindApi, userTracer } from "./tracer.ts";

let installed = false;
const provider = { getTracer: () => userTracer };
// For tracers that are taken while modules load.
standBehindApi(provider);

export const install: Shell["install"] = () => {
  if (installed) return;
  installed = true;
  standBehindApi(provider);
};

/** The default shell opens every entry itself. */
export const open: Shell["open"] = openOwn;
