import { optionsOf, type Stage, setUp, tearDown, visit } from "../lib/run.ts";
import { type Report, summary } from "../lib/summary.ts";

export const options = optionsOf("stress");
export const setup = (): Stage => setUp("stress");
export default (stage: Stage): void => visit("stress", stage);
export const teardown = tearDown;
export const handleSummary = (report: Report): Record<string, string> => summary("stress", report);
