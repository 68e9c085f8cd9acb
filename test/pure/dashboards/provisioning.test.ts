import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isOverRequests } from "../../../alerts/honeycomb.ts";
import { dashboards } from "../../../dashboards/dashboards.ts";
import { slos } from "../../../telemetry/slo.ts";

const root = resolve(import.meta.dirname, "../../..");
const text = (path: string) => readFileSync(resolve(root, path), "utf8");
type Source = {
  uid: string;
  type: string;
  url: string;
  jsonData: Record<string, { datasourceUid?: string; query?: string } & { datasourceUid?: string }[]>;
};
const { datasources } = parse(text("dashboards/provisioning/datasources/frontdesk.yaml")) as {
  datasources: Source[];
};
const source = (uid: string) => datasources.find((one) => one.uid === uid) as Source;

describe("the datasources of Grafana", () => {
  it("lead from samples to traces, from traces to logs and metrics, from logs to traces", () => {
    const uids = datasources.map(({ uid }) => uid);
    const [exemplar] = source("prometheus").jsonData.exemplarTraceIdDestinations ?? [];
    const [record] = source("victorialogs").jsonData.derivedFields ?? [];
    const { tracesToLogsV2, tracesToMetrics } = source("tempo").jsonData;
    const targets = [exemplar, tracesToLogsV2, tracesToMetrics, record].map((one) => one?.datasourceUid);
    expect(targets).toEqual(["tempo", "victorialogs", "prometheus", "tempo"]);
    expect(uids).toEqual(expect.arrayContaining(targets));
    expect(tracesToLogsV2?.query).toBe(`trace_id:"$$\{__trace.traceId}"`);
  });
  it("are what compose gives them, and the dashboards lie where it looks", () => {
    const { services } = parse(text("compose.yaml")) as {
      services: Record<string, { environment: Record<string, string>; volumes: string[] }>;
    };
    const { environment, volumes } = services.grafana as (typeof services)[string];
    for (const { type } of datasources)
      if (type.endsWith("-datasource"))
        expect(environment.GF_PLUGINS_PREINSTALL_SYNC).toMatch(new RegExp(`^${type}@\\d`));
    expect(environment.FRONTDESK_DASHBOARDS).toBe("/etc/frontdesk/dashboards/generated/grafana");
    expect(volumes).toContain("./dashboards/generated:/etc/frontdesk/dashboards/generated:ro");
    expect(parse(text("dashboards/provisioning/dashboards/frontdesk.yaml"))).toMatchObject({
      providers: [{ folderUid: "frontdesk", allowUiUpdates: false }],
    });
  });
});

type Terraform = Record<string, Record<string, Record<string, Record<string, unknown>>>>;
/** Every `${kind.name.…}` of a module must be there. */
function dangling(...files: Terraform[]): string[] {
  const named = files.flatMap(({ resource = {}, data = {} }) => [
    ...Object.entries(resource).flatMap(([kind, all]) => Object.keys(all).map((name) => `${kind}.${name}`)),
    ...Object.entries(data).flatMap(([kind, all]) => Object.keys(all).map((name) => `data.${kind}.${name}`)),
  ]);
  const asked = JSON.stringify(files).matchAll(/(?<!\$)\$\{((?:data\.)?(?:grafana|honeycombio)_\w+\.\w+)/g);
  return [...asked].map(([, name = ""]) => name).filter((name) => !named.includes(name));
}

describe("Terraform for Grafana", () => {
  const file = JSON.parse(text("dashboards/generated/grafana.tf.json")) as Terraform;
  it("brings every dashboard from its file into the folder", () => {
    const all = Object.values(file.resource?.grafana_dashboard ?? {});
    expect(all).toHaveLength(dashboards.length);
    for (const { config_json, folder } of all) {
      const [, path = ""] = /^\$\{file\("\$\{path\.module\}\/(.+)"\)\}$/.exec(String(config_json)) ?? [];
      expect(JSON.parse(text(`dashboards/generated/${path}`))).toHaveProperty("uid");
      expect(folder).toBe("$" + "{grafana_folder.frontdesk.uid}");
    }
    expect(dangling(file)).toEqual([]);
  });
  it("gives datasources their links, with the dollar signs of Terraform", () => {
    const tempo = String(file.resource?.grafana_data_source?.tempo?.json_data_encoded);
    expect(tempo).toContain("$$" + "{__trace.traceId}");
    expect(tempo).toContain("{$__tags}");
  });
});

describe("Terraform for Honeycomb", () => {
  const [boards, promises] = ["honeycomb-boards", "honeycomb"].map(
    (name) => JSON.parse(text(`alerts/generated/${name}.tf.json`)) as Terraform,
  ) as [Terraform, Terraform];
  it("asks the dashboards' questions", () => {
    const questions = dashboards.flatMap(({ rows }) =>
      rows.flatMap(({ panels }) => panels.map(({ question }) => question)),
    );
    const asked = Object.values(boards.resource?.honeycombio_query_annotation ?? {}).map(
      (one) => one.description,
    );
    expect(asked.length).toBeGreaterThan(5);
    expect(questions).toEqual(expect.arrayContaining(asked));
    expect(dangling(boards, promises)).toEqual([]);
  });
  it("shows every promise that it keeps", () => {
    const shown = JSON.stringify(boards.resource?.honeycombio_flexible_board).match(/honeycombio_slo\.\w+/g);
    expect(shown).toHaveLength(Object.values(slos).filter(isOverRequests).length);
  });
  it("reads classes of status codes as numbers", () =>
    expect(boards.data?.honeycombio_query_specification?.api_overview_failed_share_by_route).toMatchObject({
      filter: expect.arrayContaining([
        { column: "http.response.status_code", op: ">=", value: "500" },
        { column: "http.response.status_code", op: "<", value: "600" },
      ]),
      breakdowns: ["http.request.method", "http.route"],
    }));
});
