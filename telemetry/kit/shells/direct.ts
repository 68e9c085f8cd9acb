import { openOwn } from "./own-entry.ts";
import type { Shell } from "./shell.ts";
import { standBehindApi, userTracer } from "./tracer.ts";

let installed = false;

export const install: Shell["install"] = () => {
  if (installed) return;
  installed = true;
  standBehindApi({ getTracer: () => userTracer });
};

/** The default shell opens every entry itself. */
export const open: Shell["open"] = openOwn;
