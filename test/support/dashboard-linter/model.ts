/** As much of a classic Grafana dashboard as the rules look at. */
export type Target = { readonly expr?: string; readonly interval?: string; readonly exemplar?: boolean };
export type LintedPanel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string };
    readonly overrides?: readonly { readonly properties: readonly { id: string; value: unknown }[] }[];
  };
};
export type Template = {
  readonly type: string;
  readonly name: string;
  readonly label?: string;
  readonly query?: string;
  readonly refresh?: number;
  readonly multi?: boolean;
  readonly allValue?: string;
  readonly datasource?: { readonly uid: string };
};
export type LintedDashboard = {
  readonly title: string;
  readonly editable?: boolean;
  readonly panels: readonly LintedPanel[];
  readonly templating: { readonly list: readonly Template[] };
};
