import { WrongFlag } from "./flags/read-flags.ts";
import { runCommand } from "./flags/run-command.ts";
import { type MuteOptions, parseOptions, usage } from "./mute/options.ts";
import { activeMutes, beginMute, endMute, type Mute, NoAlertmanager } from "./mute/silences.ts";

// npm run mute -- --for 10m --why "deploy 1.2.3"
process.exitCode = await runCommand(usage, [WrongFlag, NoAlertmanager], main);

async function main(args: readonly string[]): Promise<number> {
  for (const line of await act(parseOptions(args))) console.log(line);
  return 0;
}

async function act(options: MuteOptions): Promise<string[]> {
  const { alertmanager, environment } = options;
  if (options.does === "begin")
    return [
      `${said(await beginMute(alertmanager, options))}\nPages still arrive. End it sooner: npm run mute -- --end`,
    ];
  const mutes = await activeMutes(alertmanager, environment);
  if (mutes.length === 0) return ["No mute holds now."];
  if (options.does === "list") return mutes.map(said);
  for (const mute of mutes) await endMute(alertmanager, mute);
  return mutes.map((mute) => `Ended: ${said(mute)}`);
}

function said({ environment = "all environments", by, why, until, id }: Mute): string {
  const end = `${until.toISOString().slice(0, 19)}Z`;
  return `Tickets of ${environment} are muted until ${end} by ${by}: ${why} (${id})`;
}
