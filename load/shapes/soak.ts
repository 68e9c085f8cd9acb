import { optionsOf, type Stage, setUp, tearDown, visit } from "../lib/run.ts";
import { type Report, summary } from "../lib/summary.ts";

export const options = optionsOf("soak");
export const setup = (): Stage => setUp("soak");
export default (stage: Stage): void => visit("soak", stage);
export const teardown = tearDown;
export const handleSummary = (report: Report): Record<string, string> => summary("soak", report);
