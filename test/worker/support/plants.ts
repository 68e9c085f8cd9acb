import type { LogEventName } from "../../../telemetry/log-events.ts";

const planted = new Set<string>();

/** Says that this file emits these names although the registry does not have them; the live check must find each of them. */
export function plants(...names: readonly string[]): void {
  for (const name of names) planted.add(name);
}

/** Takes this file out of the live check: it puts anything anywhere, and proves itself that none of it leaves. */
export const plantsAnything = (): void => plants("*");

/** A log event of a test's own, planted. */
export function invented(event: string): LogEventName {
  plants(event);
  return event as LogEventName;
}

/** What was planted since it was last asked. */
export function takePlants(): string[] {
  const taken = [...planted];
  planted.clear();
  return taken;
}
