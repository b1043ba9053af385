/**
 * One Chromium for the tests of a file, and pages in it that are watched. So a test looks:
 *
 *     const browser = fileBrowser("tests of CNAPT's page");
 *
 *     Deno.test({
 *       name: "the page says over which network CNAPT is connected",
 *       ignore: browser.isMissing,
 *       fn: () =>
 *         browser.withPage({ theme: "dark", viewport: "telephone" }, async (page) => {
 *           await page.goto(url);
 *           await page.getByRole("heading", { name: "Connected over wifi0" }).waitFor();
 *           await page.getByRole("button", { name: "Use this" }).click();
 *           assertEquals(await axeFindings(page), []);
 *         }),
 *     });
 *
 * - `page` is a page of Playwright. Find things as people do (`getByRole`, `getByLabel`, `getByText`),
 *   and wait for what must appear (`waitFor`), which ends by itself after `WAIT_LIMIT_MS`: no sleeps.
 * - A test fails in the end when its page logged an error, threw one, asked for something that did not
 *   come, asked any other origin for anything, or broke its content security policy or its trusted
 *   types. What a test provokes on purpose is said in `expected`, and then has to happen.
 * - `axe_findings.ts` finds what keeps people out, `tab_order.ts` tells what the keyboard reaches and
 *   under which names, `page_picture.ts` keeps pictures for you to look at.
 * - Code inside the page is given as text (`page.evaluate("document.title")`), as the types of
 *   the browser are not those of Deno. The strictest policy does not keep Playwright from it.
 * - A page that is open across a restart of its program: `expected: [/ERR_CONNECTION_REFUSED/]`.
 * - Tests that start the programs take them from `tests/compiled_product.ts`: they are compiled before
 *   this group runs.
 *
 * Deno looks for leaks in these tests as in all others: Chromium starts before the first test and ends
 * after the last one, and each test ends its own pages. (Where a wait ran into its limit, the test after
 * it may be told of a timer that ended: the fault is the wait's.) Chromium resolves no name but `localhost` and
 * reaches no address but loopback, keeps its files in a folder that is gone afterwards, and has no
 * sandbox, which neither root nor many containers could give it: show it pages of this project only.
 */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { lacksProgram, programPath } from "../../lacks_program.ts";
import { PageProblems } from "./page_problems.ts";

/** How long anything in a page is waited for. */
const WAIT_LIMIT_MS = 20_000;

const VIEWPORTS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  telephone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const;

export interface PageOptions {
  /** What the system of the reader prefers; "light" if left out. */
  readonly theme?: "light" | "dark";
  /** "desktop" (1280 × 800) if left out; "telephone" is 390 × 844 and touched. */
  readonly viewport?: keyof typeof VIEWPORTS;
  /** What the page is allowed to report; each has to be reported at least once. */
  readonly expected?: readonly RegExp[];
  /** False: as it is for readers who have switched scripts off. */
  readonly hasScripts?: boolean;
}

export interface FileBrowser {
  /** There is no Chromium here: the tests are to be ignored. */
  readonly isMissing: boolean;
  /** Gives `look` an empty page, and fails when that page reported what nobody expected. */
  withPage<T>(options: PageOptions, look: (page: Page) => Promise<T>): Promise<T>;
}

/** Called once, before the tests of a file are declared; says so when they have to be skipped. */
export function fileBrowser(tests: string): FileBrowser {
  const isMissing = lacksProgram("chromium", tests);
  let browser: Browser | null = null;
  let home = "";
  if (!isMissing) {
    Deno.test.beforeAll(async () => {
      home = await Deno.makeTempDir();
      browser = await launchChromium(home);
    });
    Deno.test.afterAll(async () => {
      await browser?.close();
      await Deno.remove(home, { recursive: true });
    });
  }
  return {
    isMissing,
    async withPage(options, look) {
      if (browser === null) throw new TypeError("Cannot open a page: no test of a file is running");
      const context = await browser.newContext({
        ...VIEWPORTS[options.viewport ?? "desktop"],
        colorScheme: options.theme ?? "light",
        javaScriptEnabled: options.hasScripts ?? true,
        reducedMotion: "reduce",
        locale: "en-GB",
        timezoneId: "UTC",
      });
      try {
        return await lookAt(context, options.expected ?? [], look);
      } finally {
        await context.close();
      }
    },
  };
}

/**
 * Starts a Chromium that reaches nothing but loopback, with `home` for all its files.
 *
 * @param program instead of the one on the path; started as it is
 */
export function launchChromium(home: string, program?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: program ?? programPath("chromium") ?? "chromium",
    args: [
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE 127.77.* , EXCLUDE localhost",
    ],
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: home,
      XDG_CONFIG_HOME: `${home}/config`,
      XDG_CACHE_HOME: `${home}/cache`,
    },
  });
}

async function lookAt<T>(
  context: BrowserContext,
  expected: readonly RegExp[],
  look: (page: Page) => Promise<T>,
): Promise<T> {
  context.setDefaultTimeout(WAIT_LIMIT_MS);
  const problems = await PageProblems.of(context);
  const page = await context.newPage();
  let looked: T;
  try {
    looked = await look(page);
  } catch (error) {
    const seen = problems.all();
    if (seen.length === 0) throw error;
    throw new Error([String(error), "The page reported:", ...seen].join("\n"), { cause: error });
  }
  // What the page reported before comes before this answer.
  await Promise.all(context.pages().map((open) => open.title()));
  const wrong = problems.unlike(expected);
  if (wrong.length > 0) throw new Error(["The page reported:", ...wrong].join("\n"));
  return looked;
}
