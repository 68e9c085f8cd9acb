import { agreementCells, agreementHead } from "./agreement-table.ts";
import { callCells, callHead } from "./calls.ts";
import { distributionChart, errorsChart, latencyChart, routesChart, verdictChart } from "./charts.ts";
import { escaped } from "./escaped.ts";
import { levelCells, levelHead, whereItBroke } from "./level-table.ts";
import type { LoadResult } from "./result.ts";
import { grownCells, grownHead, verdictWords } from "./terminal.ts";
import { percent, shownLength, shownMs } from "./words.ts";

/** The run as one page that needs no network: text, tables and plots. */
export function html(result: LoadResult): string {
  const { run, verdict, reasons, notes, agreement } = result;
  const title = `Load test ${run.shape}: ${verdict}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style></head>
<body>
<header class="${verdict}"><h1>${escaped(verdict)}</h1>
<p>${escaped(reasons.join("; ") || allHeld[result.judges])}</p></header>
<p>${escaped(`${run.shape} against ${run.target} (${run.release}), ${run.began_at.slice(0, 16)}Z, run ${run.run_id}, seed ${run.seed}: ${run.rate} visits/s${run.peak_rate === run.rate ? "" : ` to ${run.peak_rate}`} ${shownLength(run)}, ${run.requests} requests.`)}</p>
${section("Verdict", `${verdictChart(result)}<p>${howToRead}</p>${promiseTable(result)}`)}
${section("Latency over time", latencyChart(result))}
${section("Requests and errors over time", errorsChart(result))}
${section("Distribution of latency", distributionChart(result))}
${section("Routes", `${routesChart(result)}${routeTable(result)}`)}
${result.levels.length > 0 ? section("Levels", `${tableOf(levelHead, levelCells(result.levels))}<p>${whereItBroke(result.levels)}</p>`) : ""}
${agreement ? section("Client, SLI and spans", `${tableOf(agreementHead, agreementCells(agreement))}${lines([...agreement.explanations, ...agreement.disagreements])}`) : ""}
${result.calls.length > 0 ? section("Calls", tableOf(callHead, callCells(result.calls))) : ""}
${result.grown.length > 0 ? section("Stack", tableOf(grownHead, grownCells(result))) : ""}
${section("Notes", lines([...notes, ...result.k6.failedChecks.map((line) => `check failed: ${line}`), ...result.k6.crossed.map((line) => `k6 threshold crossed: ${line}`)]))}
</body></html>
`;
}

const allHeld = {
  answers: "every answer was the expected one",
  promises: "every promise held, with 95 % confidence",
} as const;

const howToRead =
  "The bar is where the true share of bad requests lies. Wholly left of the mark: pass. Wholly right of it: fail. Across it: the run is too short to say.";

const section = (title: string, content: string) =>
  content === "" ? "" : `<section><h2>${title}</h2>${content}</section>`;

const lines = (texts: readonly string[]) =>
  texts.length === 0 ? "" : `<ul>${texts.map((text) => `<li>${escaped(text)}</li>`).join("")}</ul>`;

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  `<div class="wide" tabindex="0"><table><thead><tr>${head.map((text) => `<th>${escaped(text)}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((text) => `<td>${escaped(text)}</td>`).join("")}</tr>`)
    .join("")}</tbody></table></div>`;

const promiseTable = ({ promises, judges }: LoadResult) =>
  tableOf(
    ["promise", "bad", "valid", "share", "bounds", "allowed", "design effect", "verdict"],
    promises.map(({ title, objective, judged }) => [
      ...[title, String(judged.bad), String(judged.valid), percent(judged.ratio.value)],
      `${percent(judged.ratio.low)} to ${percent(judged.ratio.high)}`,
      `${percent(judged.allowed)} (${objective})`,
      Math.max(judged.effect.assumed, judged.effect.measured).toFixed(1),
      verdictWords(judged.verdict, judges, judged.valid),
    ]),
  );

const routeTable = ({ routes }: LoadResult) =>
  tableOf(
    ["route", "requests", "errors", "p50 ms", "p95 ms", "p99 ms", "95% interval of p99"],
    routes.map(({ route, count, errors, p50, p95, p99 }) => [
      ...[route, String(count), String(errors)],
      ...[p50, p95, p99].map((quantile) => shownMs(quantile?.value)),
      p99 ? `${shownMs(p99.low)} to ${shownMs(p99.high)}` : "–",
    ]),
  );

const style = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#656d76;--line:#d0d7de;--ground:#fff;--pass:#1a7f5a;--fail:#c0392b;--open:#9a6700;--one:#2266bb;--two:#8250df}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--ground:#0d1117;--pass:#3fb98a;--fail:#ff8d84;--open:#e3b341;--one:#79b8ff;--two:#d2a8ff}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:62rem;margin:0 auto;padding:1.5rem}
header{border-left:.5rem solid var(--open);padding:.1rem 1rem}header.pass{border-color:var(--pass)}header.fail{border-color:var(--fail)}
h1{margin:.2rem 0;text-transform:uppercase;font-size:1.6rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.wide{overflow-x:auto;margin:.5rem 0}table{border-collapse:collapse;font-size:.9rem}
th,td{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:right}th{vertical-align:bottom}
th:first-child,td:first-child,th:last-child,td:last-child{text-align:left}td:first-child{white-space:nowrap}
@media(max-width:60rem){th,td{padding:.25rem .4rem}}
svg{width:100%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg .soft{fill:var(--soft)}
.grid{stroke:var(--line);stroke-width:1}.mark{stroke:var(--ink);stroke-width:2}.one{stroke:var(--one);fill:none;stroke-width:1.8}.two{stroke:var(--two);fill:none;stroke-width:1.8}
.bar{fill:var(--one)}.bad{fill:var(--fail)}.pass-fill{fill:var(--pass)}.fail-fill{fill:var(--fail)}.open-fill{fill:var(--open)}.whisker{stroke:var(--ink);stroke-width:1.5}`;
