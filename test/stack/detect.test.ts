import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const script = resolve(import.meta.dirname, "../../scripts/detect.ts");

type Finished = { readonly code: number; readonly out: string; readonly err: string };
const detect = (...args: readonly string[]) =>
  new Promise<Finished>((done) =>
    execFile(process.execPath, [script, ...args], (error, out, err) =>
      done({ code: error ? Number(error.code ?? 130) : 0, out, err }),
    ),
  );

// The named short part of `npm run detect`: on systems of its own, the whole way from a fault to the pager.
it("a full outage is one page, as soon as predicted, and one failure in a quiet hour is none", async () => {
  const { code, out, err } = await detect("--short");
  process.stderr.write(out);
  expect([code, out], `${out}\n${err}`).toEqual([0, expect.stringMatching(/^full outage .* as predicted$/m)]);
  expect(out).toMatch(/^one failure in a quiet hour .* 0 +as predicted$/m);
}, 300_000);
