import { type PluginImplementation, parseVariables, replaceVariables } from "@perses-dev/plugin-system";
import * as tempo from "@perses-dev/tempo-plugin";

type Asking = PluginImplementation<"TraceQuery">;
const given = (tempo as unknown as { TempoTraceQuery: Asking }).TempoTraceQuery;
const queryOf = (spec: unknown): string => (spec as { query?: string }).query ?? "";

export const { TempoDatasource } = tempo as unknown as Readonly<Record<string, unknown>>;

/** Perses' own asks Tempo with the names of variables, not their values, so that it finds nothing; this one waits for them. */
export const TempoTraceQuery: Asking = {
  ...given,
  dependsOn: (spec) => ({ variables: parseVariables(queryOf(spec)) }),
  getTraceData: (spec, context, ...rest) =>
    given.getTraceData(
      { ...spec, query: replaceVariables(queryOf(spec), context.variableState) },
      context,
      ...rest,
    ),
};
