import { createServer } from "node:http";
import { afterEach, expect, it, vi } from "vitest";
import { callCron } from "../../../scripts/stack/cron.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A dev server whose scheduled handler answers in turn; the last answer stays. */
async function devServer(...answers: [number, string][]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const [status, text] = answers[Math.min(asked.length, answers.length - 1)] ?? [200, "ok"];
    asked.push(request.url ?? "");
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const troubles: string[] = [];
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const cron = callCron(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, (told) =>
    troubles.push(told),
  );
  cleanUps.push(() => {
    cron.stop();
    server.closeAllConnections();
    server.close();
  });
  return { asked, troubles, cron };
}

it("The scheduled handler is called at once, every minute, and no more after the stop", async () => {
  const { asked, cron } = await devServer([200, "ok"]);
  await vi.waitUntil(() => asked.length === 1);
  expect(asked[0]).toBe("/cdn-cgi/local/scheduled?cron=*+*+*+*+*");
  vi.advanceTimersByTime(60_000);
  await vi.waitUntil(() => asked.length === 2);
  cron.stop();
  vi.advanceTimersByTime(120_000);
  expect(asked.length).toBe(2);
});

it("A handler that fails is told once, and again after it had worked", async () => {
  const { asked, troubles } = await devServer(
    [500, "exception"],
    [500, "exception"],
    [200, "ok"],
    [500, "exception"],
  );
  for (const count of [1, 2, 3, 4]) {
    await vi.waitUntil(() => asked.length === count);
    await vi.waitUntil(() => troubles.length === (count === 4 ? 2 : 1));
    vi.advanceTimersByTime(60_000);
  }
  expect(troubles[0]).toBe("The cron handler failed (500 exception). It is called again every minute.");
});
