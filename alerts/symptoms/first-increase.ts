/**
 * Growth of a counter that is not there before its first event, as those of a scraped program that says no start time.
 * A series that was not there ten minutes ago grew by all that it has.
 */
export const growth = (selector: string): string =>
  `(increase(${selector}[10m]) > 0 or ${selector} > 0 unless ${selector} offset 10m)`;
