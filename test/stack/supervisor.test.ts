import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { answers, apiOf, ownFolder, processesOf, type Started, start, until } from "./started.ts";

const none = ["--stack=none"];
const run = promisify(execFile);

/** Pastes the printed commands into a shell, as a newcomer does. */
async function paste(
  text: string,
): Promise<{ status: number; body: { id: string; from: string }; headers: string }> {
  const commands = /paste it as it is\):\n\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? "";
  const { stdout } = await run("sh", ["-c", commands]);
  const [headers = "", body = ""] = stdout.split("\r\n\r\n");
  return { status: Number(headers.split(" ")[1]), body: JSON.parse(body), headers };
}

async function logIn(api: string): Promise<Record<string, string>> {
  const response = await fetch(`${api}/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-tenant": "demo" },
    body: JSON.stringify({ email: "owner@demo.example", password: "demo-password-1" }),
  });
  expect(response.status).toBe(200);
  const { token } = (await response.json()) as { token: string };
  return { authorization: `Bearer ${token}`, "x-tenant": "demo" };
}

async function bookingStatus(api: string, id: string): Promise<number> {
  return (await fetch(`${api}/v1/bookings/${id}`, { headers: await logIn(api) })).status;
}

const commandOf = async (pid: number) => (await run("ps", ["-ww", "-o", "args=", "-p", String(pid)])).stdout;

async function ended(started: Started, signal: NodeJS.Signals, folder: string): Promise<void> {
  started.child.kill(signal);
  expect(await started.ended).toBe(0);
  // Nothing of the end itself is shown, least of all its traces.
  expect(started.text()).toMatch(/\nStopping \(SIG\w+\); Ctrl-C again .*\nStopped\.\n$/);
  expect(processesOf(folder)).toEqual([]);
  expect(existsSync(join(folder, "run.json"))).toBe(false);
}

describe("One data folder, started again and again:", () => {
  const folder = ownFolder();
  let started: Started;
  let api = "";
  let bookingId = "";
  let secrets = "";
  beforeAll(async () => {
    started = start(folder, none);
    api = await apiOf(started);
    await started.says(/Ctrl-C stops everything/);
  });

  it("the printed commands book a room as pasted, and again show the same booking", async () => {
    const first = await paste(started.text());
    expect(first.status).toBe(201);
    bookingId = first.body.id;
    const again = await paste(started.text());
    expect([again.status, again.body.id]).toEqual([201, bookingId]);
    expect(again.headers).toMatch(/^idempotency-replayed: true\r?$/im);
  });

  it("a request is printed as a trace tree, without colours when there is no terminal", async () => {
    const [tree] = await started.says(
      /POST \/v1\/bookings server {2}[\d.]+ m?s {2}201.*\n(?:[│ ]*[├└]─ .*\n)+/,
    );
    expect(tree).not.toContain("\x1b");
    expect(started.text()).not.toMatch(/ heartbeat /);
  });

  it("a second start in it is refused and harms nothing", async () => {
    const second = start(folder, none);
    expect(await second.ended).toBe(1);
    expect(second.text()).toMatch(
      /^Frontdesk already runs in .* Stop it there with Ctrl-C .*--data DIR --free-ports\.\n$/,
    );
    expect(await bookingStatus(api, bookingId)).toBe(200);
  });

  it("a Worker that is killed is named, started again, and serves its data", async () => {
    const wrangler = processesOf(folder).find(({ pid, group, name }) => pid === group && name !== "workerd");
    process.kill(wrangler?.pid ?? 0, "SIGKILL");
    await started.says(/Worker died \(ended by SIGKILL\)\. It is started again in 0\.5 s\./);
    await until(() => answers(`${api}/v1/health`));
    await started.says(/✓ Worker is back after \d+\.\d s\./);
    expect(await bookingStatus(api, bookingId)).toBe(200);
  });

  it("a workerd that is killed while it holds the port is named, and the API answers again", async () => {
    const port = new URL(api).port;
    const workerds = processesOf(folder).filter(({ name }) => name === "workerd");
    const commands = await Promise.all(workerds.map(({ pid }) => commandOf(pid)));
    const listening = workerds[commands.findIndex((command) => command.includes(`=127.0.0.1:${port}`))];
    // Without one this throws: 0 would be this very group.
    process.kill(listening?.pid ?? Number.NaN, "SIGKILL");
    await started.says(
      /Worker died \(it said "The Workers runtime crashed.*"(, 2 times in a row)?\)\. It is started again in/,
    );
    await until(() => answers(`${api}/v1/health`));
    expect(await bookingStatus(api, bookingId)).toBe(200);
  });

  it("after SIGKILL of the supervisor the next start ends what was left, and the booking is there", async () => {
    started.child.kill("SIGKILL");
    await started.ended;
    const left = processesOf(folder).map(({ pid }) => pid);
    expect(left.length).toBeGreaterThan(0);
    secrets = readFileSync(join(folder, "secrets.json"), "utf8");

    started = start(folder, none);
    api = await apiOf(started);
    expect(started.text()).toMatch(/Ended what an earlier start had left: .*workerd \(\d+\)/);
    expect(processesOf(folder).filter(({ pid }) => left.includes(pid))).toEqual([]);
    expect(await bookingStatus(api, bookingId)).toBe(200);
  });

  it("SIGTERM ends every child and gives the folder back", () => ended(started, "SIGTERM", folder));

  it("--reset empties it, secrets too, and SIGINT ends every child", async () => {
    started = start(folder, ["--reset", ...none]);
    api = await apiOf(started);
    expect(await bookingStatus(api, bookingId)).toBe(404);
    expect(readFileSync(join(folder, "secrets.json"), "utf8")).not.toBe(secrets);
    await ended(started, "SIGINT", folder);
  });
});

it("A signal while it is still starting ends everything, too", async () => {
  const folder = ownFolder();
  const started = start(folder, none);
  await started.says(/Starting the Worker/);
  await ended(started, "SIGHUP", folder);
});

describe("A start that cannot go on says why in one message and leaves nothing running:", () => {
  it("the port of the API is in use", async () => {
    const server = createServer();
    const port = await new Promise<number>((done) =>
      server.listen(0, "127.0.0.1", () => done((server.address() as { port: number }).port)),
    );
    const folder = join(ownFolder(), "new");
    const started = start(folder, ["--port", String(port), ...none]);
    expect(await started.ended).toBe(1);
    expect(started.text()).toMatch(
      new RegExp(
        `^Port ${port} of the API is in use: process ${process.pid}.* choose another: --port N\\.\\n$`,
      ),
    );
    expect(processesOf(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    server.close();
  });

  it("a flag is wrong", async () => {
    const started = start(ownFolder(), ["--stak=none"]);
    expect(await started.ended).toBe(1);
    expect(started.text()).toMatch(/^Unknown flag "--stak=none"\. Valid: --port .*\n$/);
  });
});
