import { optionsOf, type Stage, setUp, tearDown, visit } from "../lib/run.ts";
import { type Report, summary } from "../lib/summary.ts";

export const options = optionsOf("spike");
export const setup = (): Stage => setUp("spike");
export default (stage: Stage): void => visit("spike", stage);
export const teardown = tearDown;
export const handleSummary = (report: Report): Record<string, string> => summary("spike", report);
