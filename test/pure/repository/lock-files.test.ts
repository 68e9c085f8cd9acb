import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

type Locked = {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
};

/** Folders in which Node, and so npm, looks for a package that one at `path` needs. */
function placesOf(name: string, path: string): string[] {
  const parents = path
    .split("/node_modules/")
    .map((_part, i, parts) => parts.slice(0, i + 1).join("/node_modules/"));
  return ["", ...parents.filter(Boolean)].map((parent) => `${parent}${parent && "/"}node_modules/${name}`);
}

// A registry that lacks the build of one system makes npm leave it out in silence; `npm ci` then refuses the whole file.
it.each(["package-lock.json", "dashboards/console/package-lock.json"])(
  "%s has the builds of every system, so that `npm ci` takes it",
  (file) => {
    const { packages } = JSON.parse(
      readFileSync(resolve(import.meta.dirname, "../../..", file), "utf8"),
    ) as Locked;
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !placesOf(name, path).some((place) => place in packages))
        .map((name) => `${path} wants ${name}`),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(packages).filter((path) => /darwin-arm64/.test(path)).length).toBeGreaterThan(1);
  },
);
