import { optionsOf, type Stage, setUp, tearDown, visit } from "../lib/run.ts";
import { type Report, summary } from "../lib/summary.ts";

export const options = optionsOf("breakpoint");
export const setup = (): Stage => setUp("breakpoint");
export default (stage: Stage): void => visit("breakpoint", stage);
export const teardown = tearDown;
export const handleSummary = (report: Report): Record<string, string> => summary("breakpoint", report);
