import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dashboard } from "../../panels.ts";
import { environments } from "../../queries.ts";

/** Which plugin answers, and the variable by which a reader chooses one of its datasources. */
export const sources = {
  prometheus: { type: "prometheus", variable: "prometheus_datasource" },
  tempo: { type: "tempo", variable: "tempo_datasource" },
  logs: { type: "victoriametrics-logs-datasource", variable: "logs_datasource" },
} as const;
export type Source = keyof typeof sources;

/** A datasource as panels name it: by its variable. */
export const ref = (source: Source): { type: string; uid: string } => ({
  type: sources[source].type,
  uid: `\${${sources[source].variable}}`,
});

/** uid of the log store in dashboards/provisioning; a variable of its plugin could not be called as dashboard-linter wants. */
export const logsUid = "victorialogs";

/** Where runbooks can be read: by default at the pager receiver of the local stack. */
export const runbooksVariable = "runbooks";
export const runbooksAddress = "http://127.0.0.1:9095/runbooks";

/** The variables of every dashboard. Tempo stands first: docs/adr/0025 says why. */
export const variables = ({ inputs = [] }: Pick<Dashboard, "inputs">) => [
  new DatasourceVariableBuilder(sources.tempo.variable).label("Tempo data source").type("tempo"),
  new DatasourceVariableBuilder(sources.prometheus.variable)
    .label("Prometheus data source")
    .type("prometheus"),
  new TextBoxVariableBuilder(sources.logs.variable).label("Logs data source").defaultValue(logsUid),
  new TextBoxVariableBuilder(runbooksVariable).label("Runbooks").defaultValue(runbooksAddress),
  environmentVariable(),
  ...inputs.map(({ name, label, value }) =>
    new TextBoxVariableBuilder(name).label(label).defaultValue(value),
  ),
];

/** One, some or all environments; all at first, as lines of their own. */
const environmentVariable = (): QueryVariableBuilder =>
  new QueryVariableBuilder("environment")
    .label("Environment")
    .datasource(ref("prometheus"))
    .query(`label_values(${environments.selector}, ${environments.label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allowCustomValue(false)
    .current({ selected: true, text: "All", value: "$__all" });
