/** Pictures of pages, and of screens of terminals, taken by Chromium. */
import type { Browser, Page } from "playwright-core";
import type { Host } from "../../tests/lab/kit/host.ts";
import { launchChromium } from "../../tests/browser/kit/file_browser.ts";

const READY_LIMIT_MS = 20_000;
/** What moves has come to rest, and the next sample of a chart is there. */
const REST_MS = 2_500;

/** Below the last section. */
const MARGIN = 24;

export interface PagePicture {
  /** The file, without its ending. */
  readonly name: string;
  readonly theme: "light" | "dark";
  readonly width: number;
  /** At most: it ends where a section does. */
  readonly height: number;
  readonly isTelephone: boolean;
}

/** Where the pictures are taken: Chromium in the network of a host, so that its loopback is meant. */
export async function withBrowserOn<T>(
  host: Host | null,
  use: (browser: Browser) => Promise<T>,
): Promise<T> {
  const home = await Deno.makeTempDir({ prefix: "pictures-" });
  try {
    const program = host === null ? undefined : await inNetworkOf(host, home);
    const browser = await launchChromium(home, program);
    try {
      return await use(browser);
    } finally {
      await browser.close();
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function inNetworkOf(host: Host, folder: string): Promise<string> {
  const path = `${folder}/chromium`;
  const enter = `nsenter -t ${host.namespace.pid} -n --`;
  await Deno.writeTextFile(path, `#!/bin/sh\nexec ${enter} chromium "$@"\n`, { mode: 0o755 });
  return path;
}

/** Opens a page and takes its picture; the page has said first how its program is. */
export async function pagePicture(
  browser: Browser,
  url: string,
  { theme, width, height, isTelephone }: PagePicture,
): Promise<Uint8Array> {
  const context = await browser.newContext({
    viewport: { width, height },
    isMobile: isTelephone,
    deviceScaleFactor: isTelephone ? 2 : 1,
    hasTouch: isTelephone,
    colorScheme: theme,
    reducedMotion: "reduce",
    locale: "en-GB",
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(READY_LIMIT_MS);
    await page.goto(url);
    await page.locator("h1, h2").first().waitFor();
    await page.waitForTimeout(REST_MS);
    const clip = { x: 0, y: 0, width, height: await wholeSections(page, height) };
    return await page.screenshot({ animations: "disabled", clip });
  } finally {
    await context.close();
  }
}

/** How much of a screen is filled by sections that end on it, if that is most of it. */
async function wholeSections(page: Page, height: number): Promise<number> {
  const ends = await page.evaluate(
    `[...document.querySelectorAll("section")].map((one) => one.getBoundingClientRect().bottom)`,
  );
  if (!Array.isArray(ends)) return height;
  const whole = ends.map((end) => Number(end) + MARGIN)
    .filter((end) => end <= height && end > height / 2);
  return whole.length === 0 ? height : Math.ceil(Math.max(...whole));
}

/** The picture of a page that is given as text, as large as its first figure. */
export async function figurePicture(browser: Browser, html: string): Promise<Uint8Array> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 1000 },
    deviceScaleFactor: 1.5,
  });
  try {
    const page = await context.newPage();
    await page.setContent(html);
    return await page.locator("figure").screenshot();
  } finally {
    await context.close();
  }
}
