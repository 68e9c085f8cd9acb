import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { chromiumArguments, chromiumNames, findChromium } from "../../scripts/pictures/find-chromium.ts";

/** The browser of this machine: none is downloaded. */
export const chromiumPath = findChromium();
export const whySkipped = `no Chromium on the PATH (${chromiumNames.join(", ")}), e.g. \`apt-get install chromium\``;
const screenshots = resolve(import.meta.dirname, "screenshots");

export type Visit = {
  /** A page of its own for each test. */
  readonly page: () => Page;
  /** What the page did that no page may do: console errors, failed answers, requests to another host. */
  readonly troubles: string[];
};

/**
 * A browser for this file, and a fresh page with fresh storage for each test. After each: no trouble was seen;
 * of a failed one a screenshot is kept in test/browser/screenshots.
 */
export function visit(origin: () => string): Visit {
  let browser: Browser | undefined;
  let page: Page | undefined;
  const troubles: string[] = [];
  beforeAll(async () => {
    if (chromiumPath)
      browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
  });
  afterAll(() => browser?.close());
  beforeEach(async ({ skip }) => {
    if (!browser) return skip(whySkipped);
    troubles.length = 0;
    const context = await browser.newContext({ baseURL: origin(), viewport: { width: 1440, height: 1000 } });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    watch(page, troubles);
  });
  afterEach(async ({ task }) => {
    const seen = page;
    page = undefined;
    if (!seen) return;
    if (task.result?.state === "fail") {
      mkdirSync(screenshots, { recursive: true });
      const path = join(screenshots, `${task.name.replace(/\W+/g, "-").slice(0, 60)}.png`);
      await seen.screenshot({ path, fullPage: true }).catch(() => undefined);
      console.error(`Screenshot: ${path}`);
    }
    await seen.context().close();
    expect(troubles).toEqual([]);
  });
  return {
    troubles,
    page: () => {
      if (!page) throw new Error("there is a page only during a test");
      return page;
    },
  };
}

function watch(page: Page, troubles: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => troubles.push(`thrown: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (/^(data|blob):/.test(url)) return;
    const { host, hostname } = new URL(url);
    const isOwn = request.isNavigationRequest()
      ? /^(localhost|127\.0\.0\.1)$/.test(hostname)
      : host === new URL(page.url()).host;
    if (!isOwn) troubles.push(`another host: ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) troubles.push(`answered ${response.status()}: ${response.url()}`);
  });
}
