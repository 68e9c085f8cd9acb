import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { freePorts, takenPorts } from "../../../scripts/stack/free-ports.ts";
import { defaultPorts } from "../../../scripts/stack/ports.ts";
import { probePortTrouble } from "../../../scripts/stack/probe-child.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function listen(port: number, host: string): Promise<void> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
}

it("Free ports are one for each name, all different", async () => {
  const ports = await freePorts();
  expect(Object.keys(ports)).toEqual(Object.keys(defaultPorts));
  expect(new Set(Object.values(ports)).size).toBe(Object.keys(defaultPorts).length);
  expect(await takenPorts(ports, ["api", "tap", "tempo"])).toEqual([]);
});

it("A taken port is named with the process that has it", async () => {
  const ports = await freePorts();
  await listen(ports.tempo, "127.0.0.1");
  const taken = await takenPorts(ports, ["tempo", "pager"]);
  expect(taken).toEqual([
    { name: "tempo", port: ports.tempo, by: expect.stringContaining(String(process.pid)) },
  ]);
});

it("A port is taken, too, when somebody listens on every address", async () => {
  const ports = await freePorts();
  await listen(ports.api, "0.0.0.0");
  expect(await takenPorts(ports, ["api"])).toHaveLength(1);
});

it("A taken port of the probe says what to do, a free one nothing", async () => {
  const ports = await freePorts();
  expect(await probePortTrouble(ports)).toBeUndefined();
  await listen(ports.probe, "127.0.0.1");
  expect(await probePortTrouble(ports)).toMatch(
    new RegExp(`^Port ${ports.probe} of the probe is in use \\(.*${process.pid}.*--free-ports\\.$`),
  );
});
