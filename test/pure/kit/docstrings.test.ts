import { resolve } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
/** What another Worker imports. */
const doors = ["index.ts", "recording.ts", "faults/sentry.ts"].map((name) =>
  resolve(root, "telemetry/kit", name),
);

const program = ts.createProgram(doors, {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
  types: ["@cloudflare/workers-types"],
});
const checker = program.getTypeChecker();
const isTold = (symbol: ts.Symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker)) !== "";

/** Exports of the doors, by name. */
const exported = doors.flatMap((door) => {
  const file = program.getSourceFile(door);
  const module = file && checker.getSymbolAtLocation(file);
  return (module ? checker.getExportsOfModule(module) : []).map((symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  );
});

it("everything that the kit exports has a docstring", () => {
  expect(exported.length).toBeGreaterThan(25);
  expect(exported.filter((symbol) => !isTold(symbol)).map(({ name }) => name)).toEqual([]);
});

it("and so has every field of its configuration", () => {
  const configuration = exported.find(({ name }) => name === "KitConfig");
  const fields = configuration ? checker.getDeclaredTypeOfSymbol(configuration).getProperties() : [];
  expect(fields.length).toBeGreaterThan(8);
  expect(fields.filter((field) => !isTold(field)).map(({ name }) => name)).toEqual([]);
});
