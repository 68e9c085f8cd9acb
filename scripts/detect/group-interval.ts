import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Duration, seconds } from "../../telemetry/derive/windows.ts";

type Route = {
  readonly group_interval?: Duration;
  readonly matchers?: readonly string[];
  readonly routes?: readonly Route[];
};

const file = new URL("../../telemetry/stack/alertmanager.yaml", import.meta.url);
const { route } = parse(readFileSync(file, "utf8")) as { route: Route };
const ofPages = route.routes?.find(
  ({ matchers = [] }) => matchers.length === 1 && matchers[0] === 'severity="page"',
);

/** Alertmanager tells of what changed in a group of pages this often. */
export const groupIntervalSeconds = seconds(ofPages?.group_interval ?? route.group_interval ?? "5m");
