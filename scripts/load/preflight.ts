import { BrokenRun } from "./options.ts";

const timeoutMs = 10_000;

/**
 * Asks the target once whether it is a Frontdesk that is up.
 *
 * @throws BrokenRun that says what is wrong with the target
 */
export async function preflight(target: string): Promise<void> {
  const response = await ask(`${target}/v1/health`);
  const type = response.headers.get("content-type") ?? "nothing";
  const body = await response.text();
  const health = parseJson(body);
  if (!health || !("service_id" in health) || health.service_id !== "frontdesk")
    throw new BrokenRun(
      `${target} is not a Frontdesk: /v1/health answered ${response.status} with ${type}. Check --target.`,
    );
  if (response.status !== 200 || health.status !== "pass")
    throw new BrokenRun(`${target} is up but not well: /v1/health says "${health.status}".`);
}

async function ask(url: string): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" });
  } catch (error) {
    const cause = (error as Error).cause;
    const why =
      cause instanceof Error
        ? ((cause as NodeJS.ErrnoException).code ?? cause.message)
        : (error as Error).message;
    throw new BrokenRun(
      `${url} cannot be reached (${why}). Start it with \`npm start\`, or name another --target.`,
    );
  }
}

function parseJson(text: string): { service_id?: unknown; status?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
