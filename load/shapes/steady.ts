import { optionsOf, type Stage, setUp, tearDown, visit } from "../lib/run.ts";
import { type Report, summary } from "../lib/summary.ts";

export const options = optionsOf("steady");
export const setup = (): Stage => setUp("steady");
export default (stage: Stage): void => visit("steady", stage);
export const teardown = tearDown;
export const handleSummary = (report: Report): Record<string, string> => summary("steady", report);
