import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumArguments, chromiumNames, findChromium } from "./find-chromium.ts";

/** A page of the console as a picture: where, in which colours, and what must be seen before it is taken. */
type Shot = {
  readonly file: string;
  readonly path: string;
  readonly colours: "light" | "dark";
  readonly height: number;
  readonly until: (page: Page) => Promise<unknown>;
};

const shots = (traceId: string): readonly Shot[] => [
  {
    ...{ file: "console-now.png", path: "/", colours: "light", height: 640 },
    until: (page) => page.getByText(/rules watch/).waitFor(),
  },
  {
    ...{
      file: "console-dashboard.png",
      path: "/d/frontdesk-api-overview?start=30m",
      colours: "dark",
      height: 900,
    },
    until: (page) => page.locator("main canvas").nth(1).waitFor(),
  },
  {
    ...{ file: "console-trace.png", path: `/traces/${traceId}`, colours: "dark", height: 860 },
    until: (page) => page.getByRole("region", { name: "Logs" }).getByRole("listitem").first().waitFor(),
  },
  {
    ...{ file: "console-slo.png", path: "/slo", colours: "light", height: 720 },
    until: (page) => page.getByText("burn 1h").first().waitFor(),
  },
];

/**
 * Takes pictures of the running console.
 *
 * @param origin  of the console, e.g. `http://127.0.0.1:3300`
 * @returns names of the files written
 * @throws Error when there is no browser, or a page does not show what it must
 */
export async function consoleShots(origin: string, traceId: string, folder: string): Promise<string[]> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(`no Chromium on the PATH: looked for ${chromiumNames.join(", ")}`);
  const browser = await chromium.launch({ executablePath, args: chromiumArguments });
  try {
    const taken: string[] = [];
    for (const shot of shots(traceId)) taken.push(await take(browser, origin, shot, folder));
    return taken;
  } finally {
    await browser.close();
  }
}

async function take(browser: Browser, origin: string, shot: Shot, folder: string): Promise<string> {
  const { file, path, colours, height, until } = shot;
  const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme: colours });
  await page.goto(`${origin}${path}`);
  await until(page);
  // Charts are drawn a moment after their data is there.
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: join(folder, file) });
  await page.close();
  return file;
}
