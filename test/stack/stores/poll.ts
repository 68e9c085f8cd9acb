import { setTimeout as wait } from "node:timers/promises";

/**
 * Asks again until the answer is right, for at most `timeoutMs`.
 *
 * @returns the last answer, right or not: the caller asserts on it, so that a failure shows what was seen
 */
export async function poll<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  timeoutMs = 90_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isRight(answer) || Date.now() > until) return answer;
    await wait(500);
  }
}
