/** `npm start`: the API on workerd, and its observability stack beside it. */
import { bookingCommands } from "./seed.ts";
import { addressTable, consoleNotice, missedStack, stackNotice } from "./stack/addresses.ts";
import { parseFlags, type StartFlags, usage } from "./stack/flags.ts";
import { freePorts } from "./stack/free-ports.ts";
import { type Frontdesk, startFrontdesk } from "./stack/frontdesk.ts";
import { Lifeline } from "./stack/lifeline.ts";
import { defaultPorts, type Ports } from "./stack/ports.ts";
import { screenOn } from "./stack/screen.ts";
import { StartError } from "./stack/start-error.ts";

const began = Date.now() - process.uptime() * 1000;
const screen = screenOn();
const life = new Lifeline();
let ending = false;
// A reader that went away (`npm start | head`) must not take the API with it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
process.on("uncaughtException", (error) => {
  console.error(error);
  life.kill();
  process.exit(1);
});
endWithSignals();
await main();

async function main(): Promise<void> {
  try {
    const flags = parseFlags(process.argv.slice(2));
    if (flags.help) return console.log(usage);
    const frontdesk = await startFrontdesk({ ...flags, ports: await portsOf(flags), screen }, life);
    announce(frontdesk, flags);
  } catch (error) {
    if (ending) return;
    screen.clearStatus();
    await end(1, trouble(error));
  }
}

async function portsOf({ freePorts: takeFree, port }: StartFlags): Promise<Ports> {
  const ports = takeFree ? await freePorts() : defaultPorts;
  return port === undefined ? ports : { ...ports, api: port };
}

function announce(frontdesk: Frontdesk, flags: StartFlags): void {
  const { paint } = screen;
  const api = frontdesk.urls.api.replace("127.0.0.1", "localhost");
  screen.print(`${paint.green("The API answers")} on ${paint.bold(api)} after ${seconds(began)} s.`);
  screen.print(`  docs ${api}/docs · OpenAPI ${api}/openapi.json`);
  if (frontdesk.demo)
    screen.print(
      `\nLog in and book a room (paste it as it is):\n\n${bookingCommands(api, frontdesk.demo)}\n`,
    );
  void frontdesk.stackReady.then((outcome) => {
    if (life.signal.aborted) return;
    screen.print(stackNotice(outcome, flags.trace, paint));
    screen.print(`\n${addressTable(frontdesk, outcome, flags.trace, paint)}\n`);
    const missed = missedStack(flags.stack, outcome, paint);
    if (missed) screen.print(missed);
  });
  void frontdesk.consoleReady.then((outcome) => {
    const notice = life.signal.aborted ? undefined : consoleNotice(outcome, paint);
    if (notice) screen.print(notice);
  });
}

/** The terminal sends Ctrl-C to every process in front, and npm and bootstrap pass it on: one press may arrive twice. */
function endWithSignals(): void {
  let firstAt = 0;
  const onSignal = (signal: string) => {
    if (firstAt === 0) {
      firstAt = Date.now();
      void end(0, `Stopping (${signal}); Ctrl-C again ends everything at once.`);
    } else if (Date.now() - firstAt > 500) {
      life.kill();
      process.exit(130);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const)
    process.on(signal, () => onSignal(signal));
  // bootstrap.mjs was killed.
  process.on("disconnect", () => onSignal("parent gone"));
  process.channel?.unref();
}

async function end(code: number, message?: string): Promise<never> {
  ending = true;
  screen.clearStatus();
  if (message !== undefined && code === 0) screen.print(message);
  else if (message !== undefined) console.error(message);
  await life.stop();
  if (code === 0) screen.print("Stopped.");
  process.exit(code);
}

function trouble(error: unknown): string {
  const { code, stack } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return "The disk is full: free some space, then start again.";
  return error instanceof StartError ? screen.paint.red(error.message) : (stack ?? String(error));
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
