import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import packageJson from "../../../package.json" with { type: "json" };

/** One file as the rules see it. `path` is relative to the root; imports of files are resolved to paths. */
export type Source = {
  readonly path: string;
  readonly lines: number;
  readonly files: readonly string[];
  readonly packages: readonly string[];
  readonly functions: readonly { readonly name: string; readonly line: number; readonly lines: number }[];
};

/** `#name` of package.json, as a path from the root. */
const aliases: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<string>(packageJson.imports).map(([name, target]) => [name, posix.normalize(target)]),
);

/** Reads one source text: its imports (type imports included) and the length of each function. */
export function readSource(path: string, text: string): Source {
  const specifiers = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
  const local = (specifier: string) => /^[.#]/.test(specifier);
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return {
    path,
    lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
    files: specifiers.filter(local).map((s) => aliases[s] ?? posix.join(posix.dirname(path), s)),
    packages: specifiers.filter((s) => !local(s)).map(packageOf),
    functions: functionsOf(tree),
  };
}

/** All TypeScript and JavaScript that git tracks or would track, generated files and migrations aside. */
export function readTree(root: string): Source[] {
  const list = execFileSync(
    "git",
    ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx", "*.mjs", "*.js"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  return list
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(root, path)) && !isExempt(path))
    .map((path) => readSource(path, readFileSync(join(root, path), "utf8")));
}

const isExempt = (path: string) => /(^|\/)(generated|migrations)\//.test(path) || path.endsWith(".d.ts");

const packageOf = (specifier: string) =>
  specifier.includes(":")
    ? specifier
    : specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");

function functionsOf(tree: ts.SourceFile): Source["functions"] {
  const found: { name: string; line: number; lines: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body && !isOuterTestCallback(node)) {
      const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
      const last = tree.getLineAndCharacterOfPosition(node.getEnd()).line;
      found.push({ name: nameOf(node), line: first + 1, lines: last - first + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText();
  const parent = node.parent;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText()
    : "(anonymous)";
}

/** The callback of a `describe`, `it` or `test` that stands at the top of a test file, loops over cases aside. */
function isOuterTestCallback(node: ts.Node): boolean {
  const call = node.parent;
  if (!ts.isCallExpression(call) || !/^(describe|it|test)\b/.test(call.expression.getText())) return false;
  for (let up: ts.Node = call.parent; up; up = up.parent) if (ts.isFunctionLike(up)) return false;
  return true;
}
