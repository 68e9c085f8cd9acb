/**
 * `npm run pictures`: books a room on the running system (`npm start`), asks Tempo for what happened,
 * and draws it into docs/pictures. Every bar is a span that was really recorded.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readFlags, WrongFlag } from "./flags/read-flags.ts";
import { bookARoom, linkedTraces, traceById } from "./pictures/record-booking.ts";
import { treeOf } from "./pictures/trace.ts";
import { traceSvg } from "./pictures/trace-svg.ts";

const usage = `npm run pictures [-- flags]

  --api URL      address of the API (http://127.0.0.1:8787)
  --tempo URL    address of Tempo (http://127.0.0.1:3200)
  --help         this page`;
const folder = resolve(import.meta.dirname, "../docs/pictures");
process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const { values } = readFlags({
      args,
      options: {
        api: { type: "string", default: "http://127.0.0.1:8787" },
        tempo: { type: "string", default: "http://127.0.0.1:3200" },
        help: { type: "boolean" },
      },
    });
    if (values.help) console.log(usage);
    else await draw(values.api, values.tempo);
    return 0;
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : error}`);
    if (error instanceof WrongFlag) return 2;
    console.error("  Is the system running with its stack? Start it with `npm start`.");
    return 1;
  }
}

async function draw(api: string, tempo: string): Promise<void> {
  const traceId = await bookARoom(api);
  console.log(`booked a room; its trace is ${traceId}; waiting for Tempo`);
  const booking = await traceById(tempo, traceId);
  const caused = await linkedTraces(tempo, traceId);
  await mkdir(folder, { recursive: true });
  const groups = [booking, ...caused].map((trace, index) => ({
    title: index === 0 ? "One booking" : "… and what it caused, linked to it",
    spans: treeOf(trace),
  }));
  await writeFile(resolve(folder, "booking-trace.svg"), traceSvg(groups));
  console.log(`wrote docs/pictures/booking-trace.svg (${groups.length} traces)`);
}
