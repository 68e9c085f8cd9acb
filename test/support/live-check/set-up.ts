import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import type { Seen } from "./message.ts";
import { RunCheck } from "./run-check.ts";

declare module "vitest" {
  export interface ProvidedContext {
    liveCheck: string;
  }
}

type House = { readonly check: RunCheck; url: Promise<string>; users: number; close: () => void };
// Each project of a run loads this file for itself; the check is one for all of them.
const shared = globalThis as { frontdeskLiveCheck?: House };

/** The check of this run. */
export const houseOf = (): RunCheck => open().check;

/** Lets the isolates of a project tell what they emit: they have no memory in common, so this process adds it up. */
export default async function setUp(project: TestProject): Promise<() => void> {
  const house = open();
  house.users++;
  project.provide("liveCheck", await house.url);
  return () => {
    if (--house.users > 0) return;
    console.log(house.check.summary());
    house.close();
  };
}

function open(): House {
  shared.frontdeskLiveCheck ??= start();
  return shared.frontdeskLiveCheck;
}

function start(): House {
  const check = new RunCheck();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.end(JSON.stringify(check.take(JSON.parse(Buffer.concat(chunks).toString()) as Seen)));
  });
  const url = new Promise<string>((resolve) =>
    server.listen(0, "127.0.0.1", () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  );
  return { check, url, users: 0, close: () => void server.close() };
}
