import type { Dashboard } from "../panels.ts";
import { drawings } from "./files.ts";
import { folderUid } from "./grafana/resource.ts";

/** A datasource as dashboards/provisioning has it, with `$$` for a dollar sign. */
export type Provisioned = {
  readonly name: string;
  readonly uid: string;
  readonly type: string;
  readonly isDefault?: boolean;
  readonly jsonData?: object;
};

/**
 * Folder, datasources and dashboards for a Grafana that exists already: Terraform in its JSON syntax.
 * Addresses of the stores are variables; where no address is given, that datasource is the team's own.
 *
 * @source https://registry.terraform.io/providers/grafana/grafana/latest/docs
 */
export function grafanaTerraform(
  header: string,
  dashboards: readonly Dashboard[],
  datasources: readonly Provisioned[],
): object {
  const address = ({ uid }: Provisioned) => `${uid}_url`;
  return {
    "//": header,
    terraform: { required_providers: { grafana: { source: "grafana/grafana", version: ">= 4.0.0" } } },
    variable: Object.fromEntries(
      datasources.map((one) => [
        address(one),
        {
          type: "string",
          default: "",
          description: `Address of ${one.name}; empty: a datasource with the uid ${one.uid} exists.`,
        },
      ]),
    ),
    resource: {
      grafana_folder: { frontdesk: { uid: folderUid, title: "Frontdesk" } },
      grafana_data_source: Object.fromEntries(
        datasources.map((one) => [
          one.uid,
          {
            count: `\${var.${address(one)} == "" ? 0 : 1}`,
            ...{ name: one.name, uid: one.uid, type: one.type, is_default: one.isDefault === true },
            url: `\${var.${address(one)}}`,
            json_data_encoded: inTerraform(JSON.stringify(one.jsonData ?? {})),
          },
        ]),
      ),
      grafana_dashboard: Object.fromEntries(
        dashboards.map(({ uid }) => [
          uid.replaceAll("-", "_"),
          {
            // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
            folder: "${grafana_folder.frontdesk.uid}",
            overwrite: true,
            config_json: `\${file("\${path.module}/${drawings.classic}/${uid}.json")}`,
          },
        ]),
      ),
    },
  };
}

/** Grafana's files double a dollar sign, Terraform's double the one before a brace. */
const inTerraform = (text: string) => text.replaceAll("$$", () => "$").replaceAll("${", () => "$${");
