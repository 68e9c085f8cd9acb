/** `fetch` as it was before anything wrapped it: requests of telemetry itself are never traced. */
export const rawFetch = globalThis.fetch;
