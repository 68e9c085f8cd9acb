import { optionsOf, type Stage, setUp, tearDown, visit } from "../lib/run.ts";
import { type Report, summary } from "../lib/summary.ts";

export const options = optionsOf("smoke");
export const setup = (): Stage => setUp("smoke");
export default (stage: Stage): void => visit("smoke", stage);
export const teardown = tearDown;
export const handleSummary = (report: Report): Record<string, string> => summary("smoke", report);
