/**
 * `npm run pictures`: books a room on the running system (`npm start`), asks Tempo for what happened,
 * and draws it into docs/pictures. Every bar is a span that was really recorded.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bookARoom, linkedTraces, traceById } from "./pictures/record-booking.ts";
import { treeOf } from "./pictures/trace.ts";
import { traceSvg } from "./pictures/trace-svg.ts";

const { values } = parseArgs({
  options: {
    api: { type: "string", default: "http://127.0.0.1:8787" },
    tempo: { type: "string", default: "http://127.0.0.1:3200" },
  },
});
const folder = resolve(import.meta.dirname, "../docs/pictures");

try {
  const traceId = await bookARoom(values.api);
  console.log(`booked a room; its trace is ${traceId}; waiting for Tempo`);
  const booking = await traceById(values.tempo, traceId);
  const caused = await linkedTraces(values.tempo, traceId);
  await mkdir(folder, { recursive: true });
  const groups = [booking, ...caused].map((trace, index) => ({
    title: index === 0 ? "One booking" : "… and what it caused, linked to it",
    spans: treeOf(trace),
  }));
  await writeFile(resolve(folder, "booking-trace.svg"), traceSvg(groups));
  console.log(`wrote docs/pictures/booking-trace.svg (${groups.length} traces)`);
} catch (error) {
  console.error(
    `✗ ${error instanceof Error ? error.message : error}\n  Is the system running with its stack? Start it with \`npm start\`.`,
  );
  process.exitCode = 1;
}
