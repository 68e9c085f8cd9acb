/**
 * `npm run pictures`: books a room on the running system (`npm start`), asks Tempo for what happened,
 * and draws it into docs/pictures. Every bar is a span that was really recorded. Then it photographs the console.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { readFlags, WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { consoleShots } from "./pictures/console-shots.ts";
import { bookARoom, linkedTraces, traceById } from "./pictures/record-booking.ts";
import { treeOf } from "./pictures/trace.ts";
import { traceSvg } from "./pictures/trace-svg.ts";
import { dataFolder } from "./stack/data-folder.ts";
import { runningUrl } from "./stack/leftovers.ts";
import { defaultPorts } from "./stack/ports.ts";

const usage = `npm run pictures [-- flags]

  --api URL      address of the API (the system that runs here, else http://127.0.0.1:8787)
  --tempo URL    address of Tempo (the same, else http://127.0.0.1:3200)
  --console URL  address of the console (the same, else http://127.0.0.1:3300)
  --only-trace   draw the trace, take no pictures of the console
  --help         this page`;
const folder = resolve(import.meta.dirname, "../docs/pictures");
class NoPicture extends Error {}
process.exitCode = await runCommand(usage, [WrongFlag, NoPicture], main);

async function main(args: readonly string[]): Promise<number> {
  const { values } = readFlags({
    args: [...args],
    options: {
      api: { type: "string", default: running("api") },
      tempo: { type: "string", default: running("tempo") },
      console: { type: "string", default: running("console") },
      "only-trace": { type: "boolean" },
    },
  });
  try {
    const traceId = await draw(values.api, values.tempo);
    if (!values["only-trace"]) await photograph(values.console, traceId);
    return 0;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NoPicture(`${why}\n  Is the system running with its stack? Start it with \`npm start\`.`);
  }
}

async function draw(api: string, tempo: string): Promise<string> {
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
  return traceId;
}

async function photograph(origin: string, traceId: string): Promise<void> {
  const files = await consoleShots(origin.replace(/\/$/, ""), traceId, folder);
  for (const file of files) console.log(`wrote docs/pictures/${file}`);
}

/** Address in the Frontdesk that runs in the data folder, else the standard one. */
function running(name: "api" | "tempo" | "console"): string {
  const data = resolve(import.meta.dirname, "../.frontdesk");
  return runningUrl(dataFolder(data), name) ?? `http://127.0.0.1:${defaultPorts[name]}`;
}
