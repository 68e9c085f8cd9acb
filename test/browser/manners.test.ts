import { describe, expect, it } from "vitest";
import { visit } from "./chromium.ts";
import { served } from "./served.ts";

const { origin } = served();
const { page } = visit(origin);
const pages = [
  ...["/", "/traces", "/slo", "/alerts", "/requests", "/logs", "/metrics?q=up", "/runbooks/INDEX"],
  ...["/d/frontdesk-api-overview", "/d/frontdesk-slo"],
];

describe("Every page", () => {
  it("can be used by keyboard: the first stop skips to the page, and all that takes the focus has a name", async () => {
    for (const path of pages) {
      await page().goto(path);
      await page().getByRole("heading", { level: 1 }).waitFor();
      await page().keyboard.press("Tab");
      expect(await focused()).toBe("Skip to the page");
      await page().keyboard.press("Enter");
      expect(await page().evaluate(() => document.activeElement?.id)).toBe("main");
      expect(await nameless(), path).toEqual([]);
    }
  });

  it("shows where the focus is", async () => {
    await page().goto("/");
    await page().getByRole("link", { name: "Traces" }).first().waitFor();
    await page().keyboard.press("Tab");
    await page().keyboard.press("Tab");
    const outline = await page().evaluate(
      () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
    );
    expect(outline).toBe("solid");
  });

  it("never scrolls sideways, wide or narrow", async () => {
    for (const width of [1440, 390]) {
      await page().setViewportSize({ width, height: 900 });
      for (const path of pages) {
        await page().goto(path);
        await page().getByRole("heading", { level: 1 }).waitFor();
        const hidden = () =>
          page().evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        // Panels learn their width a moment after they are drawn.
        await expect.poll(hidden, { message: `${path} at ${width}`, timeout: 5_000 }).toBeLessThanOrEqual(0);
      }
    }
  });

  it("has a title of its own and takes the focus when it is opened by a link", async () => {
    await page().goto("/");
    await page().getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "SLOs" }).click();
    await page().getByRole("heading", { level: 1, name: "Promises and their error budgets" }).waitFor();
    expect(await page().title()).toBe("Promises and their error budgets · Frontdesk");
    expect(await page().evaluate(() => document.activeElement?.id)).toBe("main");
  });

  const focused = () => page().evaluate(() => document.activeElement?.textContent);
  /** Controls that a screen reader could not name. */
  const nameless = () =>
    page()
      .locator("a, button, input, select, textarea, summary")
      .evaluateAll((all) =>
        all
          .filter((one) => {
            const control = one as HTMLInputElement;
            const said = `${one.textContent ?? ""}${one.getAttribute("aria-label") ?? ""}${one.getAttribute("title") ?? ""}${one.getAttribute("aria-labelledby") ?? ""}`;
            const isHidden =
              control.tabIndex < 0 || one.getAttribute("aria-hidden") === "true" || control.type === "hidden";
            return !isHidden && said.trim() === "" && (control.labels?.length ?? 0) === 0;
          })
          .map((one) => one.outerHTML.slice(0, 120)),
      );
});

describe("Colours", () => {
  const paper = () => page().evaluate(() => getComputedStyle(document.body).backgroundColor);

  it("follow the system until one is chosen, and the choice is kept", async () => {
    await page().emulateMedia({ colorScheme: "dark" });
    await page().goto("/requests");
    await page().getByRole("heading", { level: 1 }).waitFor();
    const dark = await paper();
    await page().emulateMedia({ colorScheme: "light" });
    await expect.poll(paper).not.toBe(dark);
    await page()
      .getByRole("button", { name: /^Colours follow the system/ })
      .click();
    await page()
      .getByRole("button", { name: /^Light colours/ })
      .click();
    await expect.poll(paper).toBe(dark);
    await page().reload();
    await page()
      .getByRole("button", { name: /^Dark colours/ })
      .waitFor();
    expect(await paper()).toBe(dark);
  });
});
