/** CNAPT's page while things happen: to its program, to its verdict, and over a real pair. */
import type { Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { besidePair } from "../integration/kit/reloaded_pair.ts";
import { Running } from "../integration/kit/program.ts";
import { siteSnapshot } from "../unit/status/kit/site_snapshot.ts";
import { openPage, pressButton, said } from "./cnapt/open_page.ts";
import { pretendCnapt } from "./cnapt/pretended_cnapt.ts";
import { sampleCnapt } from "./cnapt/sample_cnapt.ts";
import { axeFindings } from "./kit/axe_findings.ts";
import { fileBrowser } from "./kit/file_browser.ts";
import { keepPicture } from "./kit/page_picture.ts";

const browser = fileBrowser("tests of CNAPT's page while things happen");

/** What Chromium says of a program that is not there. */
const NOBODY = /ERR_CONNECTION_REFUSED/;
/** And of one that ends: whether its last answer has an end of its own is a matter of chance. */
const ENDED = new RegExp(`${NOBODY.source}|ERR_INCOMPLETE_CHUNKED_ENCODING`);

browserTest("a page whose program is away says so, and goes on when it is back", async () => {
  // What comes back ends after the page that asks it.
  await using later = new AsyncDisposableStack();
  const away = pretendCnapt();
  await browser.withPage({ expected: [NOBODY] }, async (page) => {
    await openPage(page, away.url);
    const missed = nobodyThere(page);
    await away[Symbol.asyncDispose]();
    await page.getByText(/No answer from CNAPT since \d\d:\d\d:\d\d; trying again/).waitFor();
    await keepPicture(page, "cnapt-away");
    assertEquals(await axeFindings(page), []);
    assertEquals(await page.locator("main.old").count(), 1);
    await page.getByRole("button", { name: "Use this: eth0", disabled: true }).waitFor();
    await missed;
    const site = siteSnapshot({ provider: "lte7", roundTripMs: 77 });
    later.use(pretendCnapt({ port: away.port, snapshot: sampleCnapt({ sites: [site] }) }));
    await page.getByRole("heading", { level: 1, name: /lte7, 77 ms/ }).waitFor();
    assertEquals(await page.locator("main.old").count(), 0);
  });
});

browserTest(
  "a page that was asleep takes its data for old until the program was heard",
  async () => {
    await using cnapt = pretendCnapt();
    await browser.withPage({}, async (page) => {
      await page.clock.install();
      await openPage(page, cnapt.url);
      const awake = Promise.withResolvers<void>();
      await page.route("**/live", async (route) => {
        await awake.promise;
        await route.continue();
      });
      await page.clock.fastForward("10:00");
      await page.getByText("No answer from CNAPT since").waitFor();
      assertEquals(await page.locator("main.old").count(), 1);
      awake.resolve();
      await page.getByText("No answer from CNAPT since").waitFor({ state: "detached" });
      assertEquals(await page.locator("main.old").count(), 0);
    });
  },
);

browserTest("a page loads the one of the version that its program has become", async () => {
  await using later = new AsyncDisposableStack();
  const old = pretendCnapt();
  await browser.withPage({}, async (page) => {
    await openPage(page, old.url);
    await page.evaluate("globalThis.isOld = true");
    const loaded = page.waitForEvent("load");
    await old[Symbol.asyncDispose]();
    later.use(pretendCnapt({ port: old.port, version: "1.3.0" }));
    await loaded;
    await page.getByText("CNAPT 1.3.0, running for").waitFor();
    assertEquals(await page.evaluate("globalThis.isOld ?? false"), false);
  });
});

browserTest("a page without the token says how it is opened", async () => {
  await using cnapt = pretendCnapt();
  await browser.withPage({ expected: [/401/] }, async (page) => {
    await page.goto(cnapt.url.replace(/#.*/, "#token=another"));
    await page.getByRole("status").getByText("cnapt open").waitFor();
  });
});

browserTest("an address with a pass is taken where the page is open already", async () => {
  await using cnapt = pretendCnapt();
  await browser.withPage({ expected: [/401/] }, async (page) => {
    await page.goto(cnapt.url.replace(/#.*/, "#token=another"));
    await page.getByRole("status").getByText("cnapt open").waitFor();
    await openPage(page, cnapt.url);
    assertEquals(new URL(page.url()).hash, "");
  });
});

browserTest(
  "a verdict is said to screen readers again when more than its numbers change",
  async () => {
    const site = (provider: string, roundTripMs: number) =>
      sampleCnapt({ sites: [siteSnapshot({ provider, roundTripMs })], emulators: [] });
    await using cnapt = pretendCnapt({ snapshot: site("wifi0", 21) });
    await browser.withPage({}, async (page) => {
      await openPage(page, cnapt.url);
      const spoken = page.locator("[aria-live=polite]");
      await spoken.filter({ hasText: "wifi0, 21 ms" }).waitFor();
      cnapt.show(site("wifi0", 35));
      await page.getByRole("heading", { level: 1, name: /35 ms/ }).waitFor();
      assert((await spoken.textContent())?.includes("21 ms"));
      cnapt.show(site("lte0", 60));
      await spoken.filter({ hasText: "lte0, 60 ms" }).waitFor();
      assertEquals(await page.title(), "Connected over lte0, 60 ms, nothing waits – CNAPT");
    });
  },
);

browserTest(
  "a switch of a real pair is asked for and seen, also after CNAPT was started anew",
  () =>
    besidePair(async ({ pair }) => {
      await using later = new AsyncDisposableStack();
      const { out: url } = await pair.command("cnapt", "open", "--print");
      await browser.withPage({ expected: [ENDED] }, async (page) => {
        await openPage(page, url.trim());
        const verdict = (text: string) =>
          page.getByRole("heading", { level: 1, name: new RegExp(`Connected over ${text}`) });
        await verdict("127.0.0.2").waitFor();
        await pressButton(page, "Use this: 127.0.0.3");
        await said(page, "Now over 127.0.0.3");
        await verdict("127.0.0.3").waitFor();
        await page.getByRole("row", { name: /127\.0\.0\.2 → 127\.0\.0\.3.*asked for/ }).waitFor();
        await page.getByRole("list", { name: "Which network was used when" })
          .getByText("127.0.0.3").first().waitFor();
        await keepPicture(page, "cnapt-pair");
        const missed = nobodyThere(page);
        await pair.cnapt.end();
        await page.getByText("No answer from CNAPT since").waitFor();
        await missed;
        later.use(new Running("cnapt", pair.cnaptFolder));
        await verdict("127.0.0.2").waitFor();
        await pressButton(page, "Use this: 127.0.0.3");
        await said(page, "Now over 127.0.0.3");
      });
    }),
);

/** Resolves when the page has asked a program that is not there. */
async function nobodyThere(page: Page): Promise<void> {
  await page.waitForEvent("requestfailed", {
    predicate: (request) => NOBODY.test(request.failure()?.errorText ?? ""),
  });
}

function browserTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: browser.isMissing, fn });
}
