import { environment } from "../telemetry/derive/series.ts";
import { chosenSeries, inEnvironment } from "./queries.ts";

/** A line across every graph: something happened at that time. `{{label}}` stands for a label of the series. */
export type Annotation = {
  readonly name: string;
  readonly expr: string;
  readonly title: string;
  readonly text: string;
  readonly labels: readonly string[];
  readonly colour: string;
};

const beats = chosenSeries("frontdesk.heartbeat");
const versions = `count by (${environment}, service_version)`;

export const annotations: readonly Annotation[] = [
  {
    name: "Alerts",
    expr: `ALERTS{alertstate="firing",severity=~"page|ticket",${inEnvironment}}`,
    title: "{{alertname}}",
    text: `{{severity}} for {{owner}} in {{${environment}}}`,
    labels: ["severity", "slo", "tier"],
    colour: "red",
  },
  {
    name: "Deploys",
    // The heartbeat says which release beats; a release that did not beat a minute ago is new.
    expr: `${versions} (last_over_time(${beats}[1m])) unless ${versions} (last_over_time(${beats}[1d] offset 1m))`,
    title: "Release {{service_version}}",
    text: `First heartbeat of it in {{${environment}}}`,
    labels: [environment],
    colour: "blue",
  },
];
