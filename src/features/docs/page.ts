import { failures } from "../../platform/errors.ts";
import { beginCommand, curlOf, type Target } from "./curl.ts";
import {
  type ApiDocument,
  aboutOf,
  type Field,
  fieldsOf,
  type Operation,
  resolve,
  typeOf,
} from "./document.ts";
import { script, style } from "./page-assets.ts";

type Entry = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
};

/** The whole documentation as one HTML page that loads nothing. */
export function renderPage(document: ApiDocument, target: Target): string {
  const groups = byTag(document);
  const nav = [...groups]
    .map(([tag, entries]) => `<b>${esc(tag)}</b>${entries.map(navLink).join("")}`)
    .join("");
  const sections = [...groups].map(
    ([tag, entries]) =>
      `<section><h2>${esc(tag)}</h2>${entries.map((entry) => article(document, target, entry)).join("")}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${esc(document.info.title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<nav aria-label="Operations"><a class="home" href="#top">${esc(document.info.title)}</a><a href="#begin">Begin</a>${nav}<b>more</b><a href="#failures">Failures</a><a href="/openapi.json">OpenAPI 3.1</a></nav>
<main id="top">
<h1>${esc(document.info.title)} <small>${esc(document.info.version)}</small></h1>
${paragraphs(document.info.description ?? "")}
${begin(target)}
${sections.join("\n")}
${failureTable()}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function byTag(document: ApiDocument): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? "other";
      const id = `${method}${path}`.replaceAll(/[^a-z0-9]+/gi, "-");
      groups.set(tag, [...(groups.get(tag) ?? []), { id, method, path, operation }]);
    }
  }
  return new Map([...groups].map(([tag, entries]) => [tag, entries.toSorted(logoutLast)]));
}

const logoutLast = (a: Entry, b: Entry) => Number(isLogout(a)) - Number(isLogout(b));
const isLogout = ({ operation }: Entry) => operation.operationId === "postAuthLogout";

function begin(target: Target): string {
  const whose = target.isLocal
    ? "It logs in as the owner of the demo tenant"
    : "Put your own e-mail address and password into it. It logs in";
  return `<section id="begin"><h2>Begin</h2>
<p>Paste this first. ${whose}, keeps the token in <code>TOKEN</code> and the id of a room in <code>ROOM</code>. The commands below need both.</p>
<p>Then paste any command, or all of them from top to bottom. <code>Book a room</code> keeps its id in <code>BOOKING</code> for the commands after it.</p>
${command(beginCommand(target))}</section>`;
}

const navLink = ({ id, method, operation, path }: Entry) =>
  `<a href="#${id}"><i class="${esc(method)}">${esc(method)}</i>${esc(operation.summary ?? path)}</a>`;

function article(document: ApiDocument, target: Target, { id, method, path, operation }: Entry): string {
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const parameters = (operation.parameters ?? []).map((parameter): Field => {
    const schema = resolve(document, parameter.schema);
    const about = [parameter.description ?? "", aboutOf(schema)].filter(
      (text, i, all) => text && all.indexOf(text) === i,
    );
    const name = `${parameter.name} · ${parameter.in}`;
    return { name, type: typeOf(schema), required: parameter.required ?? false, about: about.join(" ") };
  });
  return `<article id="${id}">
<h3><i class="${esc(method)}">${esc(method)}</i><code>${esc(path)}</code>${operation.security?.length ? "<em>token</em>" : ""}</h3>
<p>${esc(operation.summary ?? "")}.</p>
${paragraphs(operation.description ?? "")}
${table("Parameters", parameters)}
${table("Body", fieldsOf(document, body))}
<h4>Answers</h4><ul>${answers(document, operation)}</ul>
${command(curlOf(document, target, method, path, operation))}
</article>`;
}

function answers(document: ApiDocument, operation: Operation): string {
  return Object.entries(operation.responses ?? {})
    .map(([status, { description, content }]) => {
      const [mediaType, media] = Object.entries(content ?? {})[0] ?? [];
      const fields = mediaType?.includes("problem") ? [] : fieldsOf(document, media?.schema);
      const shown = fields.length === 0 ? "" : `<details><summary>fields</summary>${rows(fields)}</details>`;
      return `<li><b class="s${esc(status.slice(0, 1))}">${esc(status)}</b> ${esc(description ?? "")}${shown}</li>`;
    })
    .join("");
}

const table = (title: string, fields: readonly Field[]) =>
  fields.length === 0 ? "" : `<h4>${title}</h4>${rows(fields)}`;

function rows(fields: readonly Field[]): string {
  const row = ({ name, type, required, about }: Field) =>
    `<tr><td><code>${esc(name)}</code>${required ? "" : " <small>optional</small>"}</td><td>${esc(type)}</td><td>${code(about)}</td></tr>`;
  return `<div class="wide"><table>${fields.map(row).join("")}</table></div>`;
}

function failureTable(): string {
  const row = ([name, { status, title }]: [string, { status: number; title: string }]) =>
    `<tr id="${esc(name)}"><td><code>${esc(name)}</code></td><td>${status}</td><td>${esc(title)}</td></tr>`;
  return `<section id="failures"><h2>failures</h2>
<p>Every failure is an <code>application/problem+json</code> document (RFC 9457). Its <code>code</code> is one of these.</p>
<div class="wide"><table>${Object.entries(failures).map(row).join("")}</table></div></section>`;
}

const command = (text: string) =>
  `<div class="try"><button type="button">Copy</button><pre><code>${esc(text)}</code></pre></div>`;

const paragraphs = (text: string) =>
  text
    .split("\n\n")
    .filter(Boolean)
    .map((part) => `<p>${code(part)}</p>`)
    .join("");

const code = (text: string) => esc(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");

const esc = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
