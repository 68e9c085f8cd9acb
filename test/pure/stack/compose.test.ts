import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { buildable } from "../../../scripts/stack/checkers.ts";
import { defaultPorts } from "../../../scripts/stack/ports.ts";
import { type Tool, tools } from "../../../scripts/stack/tools.ts";
import { composeProblems } from "./compose-problems.ts";

const text = readFileSync("compose.yaml", "utf8");

it("compose.yaml has the tools, images, arguments, ports, environment and mounts of the table", () => {
  expect(composeProblems(text)).toEqual([]);
});

const mistakes: Record<string, [from: string, to: string, says: RegExp]> = {
  "another version": ["prom/prometheus:v3.14.0", "prom/prometheus:v3.13.0", /^prometheus: image is/],
  "an argument that is missing": ["      - --web.enable-otlp-receiver\n", "", /^prometheus: command is/],
  "a folder mounted elsewhere": ["./alerts/generated:", "./alerts:", /^prometheus: mounts is/],
  "a file mounted writable": ["tempo.yaml:ro", "tempo.yaml", /^tempo: mounts is/],
  "a port published as another": ["127.0.0.1:9428:9428", "127.0.0.1:9429:9428", /^published ports is/],
  "a port published to everyone": ['"127.0.0.1:9090:9090"', '"9090:9090"', /^published ports is/],
  "another memory limit": ["GOMEMLIMIT: 180MiB", "GOMEMLIMIT: 2GiB", /^tempo: environment GOMEMLIMIT is/],
  "a network of its own": [
    "network_mode: service:network",
    "network_mode: bridge",
    /^pager: network_mode is/,
  ],
  "a tool that is missing": ["  alertmanager:\n    <<", "  another:\n    <<", /^alertmanager: is missing/],
};
describe("the comparison finds", () => {
  for (const [mistake, [from, to, says]] of Object.entries(mistakes)) {
    it(mistake, () => {
      expect(text).toContain(from);
      expect(composeProblems(text.replace(from, to))).toContainEqual(expect.stringMatching(says));
    });
  }
});

describe("compose.yaml", () => {
  const services = (
    parse(text, { merge: true }) as { services: Record<string, { image: string; volumes?: string[] }> }
  ).services;

  it("pins every image by its version", () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:v?\d+\.\d+\.\d+(-[a-z]+)?$/);
  });

  it("mounts only what the repository holds or generates", () => {
    const mounted = Object.values(services).flatMap(({ volumes }) =>
      (volumes ?? []).filter((volume) => volume.startsWith("./")),
    );
    expect(mounted.length).toBeGreaterThan(5);
    for (const volume of mounted) {
      const path = volume.split(":")[0] ?? "";
      if (!/^\.\/(alerts|dashboards)\/generated$/.test(path)) expect(existsSync(path), path).toBe(true);
    }
  });

  it("runs Node in the version that package.json pins", () => {
    const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      devDependencies: { node: string };
    };
    expect(tools.pager.image.ref).toBe(`node:${devDependencies.node}-alpine`);
    expect(services.network?.image).toBe(tools.pager.image.ref);
  });
});

describe("the table of tools", () => {
  const table = Object.entries<Tool>(tools);

  it("says why, wherever the image is of another version than the native build", () => {
    for (const [name, { native, image }] of table) {
      const same =
        native.kind === "node" ||
        image.ref.endsWith(`:${native.version}`) ||
        image.ref.endsWith(`:${native.version.slice(1)}`);
      expect(image.whyOther !== undefined, name).toBe(!same);
    }
  });

  it("pins in go.mod the module and version that it names", () => {
    for (const [name, { native }] of Object.entries<Pick<Tool, "native">>(buildable)) {
      if (native.kind === "node") continue;
      const folder = native.kind === "collector" ? "collector-builder" : name;
      const module = readFileSync(`scripts/stack/modules/${folder}/go.mod`, "utf8");
      expect(module).toContain(`${native.module} ${native.version}`);
      const packages = native.kind === "go" ? Object.values(native.packages) : [native.module];
      for (const path of packages)
        expect(module).toMatch(new RegExp(`^(tool )?\\s*${path.replaceAll(".", "\\.")}$`, "m"));
    }
  });

  it("gives every port to one owner, and asks for readiness on a port of the tool itself", () => {
    const owned = table.flatMap(([, { service }]) => service?.ports ?? []);
    expect(new Set(owned).size).toBe(owned.length);
    expect(new Set(Object.values(defaultPorts)).size).toBe(Object.keys(defaultPorts).length);
    for (const [, { service }] of table) if (service) expect(service.ports).toContain(service.ready.port);
  });

  it("keeps the whole stack under 500 MB of resident memory", () => {
    expect(table.reduce((sum, [, { service }]) => sum + (service?.residentMb ?? 0), 0)).toBeLessThanOrEqual(
      500,
    );
  });
});
