/**
 * `npm test`: runs every suite, says what was skipped and why, and ends with one plain line that adds them up.
 * `npm test -- worker bookings` runs one suite, or some of its files.
 */
import { runSuite, type SuiteName, suites } from "./testing/suites.ts";

const [first, ...filters] = process.argv.slice(2);
const names = Object.keys(suites) as SuiteName[];
if (process.argv.includes("--help")) {
  const about = names.map((name) => `  ${name.padEnd(8)} ${suites[name]}`);
  console.log(
    [
      "npm test [-- suite [part of a file name …]]",
      "",
      ...about,
      "",
      "Without a suite: all of them. Example: npm test -- worker bookings",
    ].join("\n"),
  );
  process.exit(0);
}
if (first !== undefined && !(names as string[]).includes(first)) {
  console.error(
    `npm test: there is no suite '${first}'. Suites: ${names.join(", ")}. Example: npm test -- worker bookings`,
  );
  process.exit(2);
}

let passed = 0;
const failures: string[] = [];
const skips: string[] = [];
const times: string[] = [];
for (const name of first === undefined ? names : [first as SuiteName]) {
  console.log(`\n── ${name}: ${suites[name]}`);
  const started = Date.now();
  const counts = await runSuite(name, filters);
  passed += counts.passed;
  failures.push(...counts.failures);
  skips.push(...counts.skips);
  times.push(`${name} ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

console.log(`\nTime: ${times.join(", ")}`);
for (const skip of skips) console.log(`Skipped: ${skip}`);
for (const failure of failures) console.log(`Failed: ${failure}`);
console.log(`\n${passed} passed, ${failures.length} failed, ${skips.length} skipped`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
