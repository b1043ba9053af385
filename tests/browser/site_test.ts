/** The site of the documents: whole, the same each time, and as people see it, from the disk. */
import { pathToFileURL } from "node:url";
import { makeSite, type SiteFiles, writeSite } from "../../scripts/site.ts";
import { assert, assertEquals } from "../assert.ts";
import { axeFindings } from "./kit/axe_findings.ts";
import { fileBrowser, type PageOptions } from "./kit/file_browser.ts";
import { keepPicture } from "./kit/page_picture.ts";
import { tabOrder } from "./kit/tab_order.ts";

const browser = fileBrowser("tests of the site of the documents, in a browser");

const LOOKS: readonly Required<Pick<PageOptions, "theme" | "viewport">>[] = [
  { theme: "light", viewport: "desktop" },
  { theme: "dark", viewport: "telephone" },
];

/** One of each kind, none of them long: the first page with its table, code, a man page, a list. */
const PAGES = [
  "index.html",
  "docs/over_ssh.html",
  "docs/man/snapt.yaml.5.html",
  "docs/decisions/index.html",
];

let folder = "";
Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir();
  await writeSite(await site(), folder);
});
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

Deno.test("every link, anchor and picture of the site is there", async () => {
  const files = await site();
  const anchors = new Map(
    [...files].flatMap(([path, content]) =>
      typeof content === "string" ? [[path, anchorsOf(content)] as const] : []
    ),
  );
  const broken: string[] = [];
  for (const [path, content] of files) {
    if (typeof content !== "string" || !path.endsWith(".html")) continue;
    for (const [, target = ""] of content.matchAll(/ (?:href|src|srcset|action)="([^"]*)"/g)) {
      if (/^(https?|data|mailto):/.test(target)) continue;
      const { pathname, hash } = new URL(target, `file:///${path}`);
      const file = pathname.slice(1);
      const isThere = files.has(file) &&
        (hash === "" || anchors.get(file)?.has(decodeURIComponent(hash.slice(1))) === true);
      if (!isThere) broken.push(`${path}: ${target}`);
    }
  }
  assertEquals(broken, []);
});

Deno.test("every page of the site is reached from the first one", async () => {
  const files = await site();
  const reached = new Set(["index.html"]);
  // Grows while it is walked through.
  for (const path of reached) {
    const content = files.get(path);
    if (typeof content !== "string") continue;
    for (const [, target = ""] of content.matchAll(/ (?:href|action)="([^"#:]+)[^"]*"/g)) {
      reached.add(new URL(target, `file:///${path}`).pathname.slice(1));
    }
  }
  const pages = [...files.keys()].filter((path) => path.endsWith(".html"));
  assertEquals(pages.filter((path) => !reached.has(path)), []);
});

Deno.test("the site is the same, byte for byte, when it is made again", async () => {
  assertEquals(await makeSite(), await site());
});

for (const look of LOOKS) {
  browserTest(
    `pages of the site are whole and keep nobody out (${look.theme}, ${look.viewport})`,
    () =>
      browser.withPage(look, async (page) => {
        for (const path of PAGES) {
          await page.goto(urlOf(path));
          assertEquals(await axeFindings(page), [], path);
          const [wide, screen] = [
            await page.evaluate("document.documentElement.scrollWidth"),
            await page.evaluate("innerWidth"),
          ];
          assertEquals(wide, screen, `${path} is wider than the screen`);
          await keepPicture(
            page,
            `site_${path.replaceAll("/", "_")}_${look.theme}_${look.viewport}`,
          );
        }
      }),
  );
}

browserTest(
  "the search finds beginnings and mistyped words, and leads to the section",
  () =>
    browser.withPage({ theme: "dark" }, async (page) => {
      await page.goto(urlOf("docs/udp.html"));
      await page.getByRole("searchbox").fill("xyzzyx");
      await page.getByRole("searchbox").press("Enter");
      await page.getByText("Nothing found").waitFor();
      await page.getByRole("searchbox").fill("relai invit");
      await page.getByText(/\d+ sections found/).waitFor();
      assertEquals(await axeFindings(page), []);
      await page.getByRole("searchbox").fill("several sites");
      const first = page.locator("#search-results a").first();
      await first.filter({ hasText: /several sites/i }).waitFor();
      await first.click();
      await page.waitForURL(/#/);
      assert(await page.evaluate("document.querySelector(':target') !== null"));
    }),
);

browserTest(
  "pages are read without JavaScript, and the search lists them",
  () =>
    browser.withPage({ hasScripts: false }, async (page) => {
      await page.goto(urlOf("index.html"));
      await page.getByRole("searchbox").fill("cable");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByText("The search needs JavaScript").waitFor();
      await page.getByRole("main").getByRole("link", { name: "UDP services" }).click();
      await page.getByRole("heading", { level: 1, name: "UDP services" }).waitFor();
    }),
);

browserTest(
  "the keyboard reaches everything on a page, under names, and is seen there",
  () =>
    browser.withPage({}, async (page) => {
      await page.goto(urlOf("docs/services.html"));
      const stops = await tabOrder(page);
      assertEquals(stops.slice(0, 4).map(({ name }) => name), [
        "To the text",
        "CNAPT and SNAPT",
        "Search the documents",
        "Search",
      ]);
      assertEquals(stops.filter(({ role, name }) => name === "" && role !== "generic"), []);
      assertEquals(stops.filter(({ isSeen }) => !isSeen), []);
    }),
);

browserTest(
  "a block of code is copied at a press of its button",
  () =>
    browser.withPage({ viewport: "telephone" }, async (page) => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.goto(urlOf("docs/over_ssh.html"));
      await page.getByRole("button", { name: "Copy" }).first().click();
      await page.getByRole("button", { name: "Copied" }).waitFor();
      const copied = await page.evaluate("navigator.clipboard.readText()");
      assertEquals(copied, await page.locator(".code code").first().textContent());
    }),
);

let made: Promise<SiteFiles> | null = null;

function site(): Promise<SiteFiles> {
  return made ??= makeSite();
}

function anchorsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id));
}

function urlOf(path: string): string {
  return pathToFileURL(`${folder}/${path}`).href;
}

function browserTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: browser.isMissing, fn });
}
