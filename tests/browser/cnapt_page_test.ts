/** CNAPT's page in a real browser, over a CNAPT that the test makes up. */
import type { Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { hostileCnapt, hostileHistory } from "./cnapt/hostile_cnapt.ts";
import { openPage, pressButton, said } from "./cnapt/open_page.ts";
import { pretendCnapt } from "./cnapt/pretended_cnapt.ts";
import { question, sampleCnapt } from "./cnapt/sample_cnapt.ts";
import { decision, networks } from "./cnapt/sample_networks.ts";
import { axeFindings } from "./kit/axe_findings.ts";
import { fileBrowser } from "./kit/file_browser.ts";
import { keepPicture } from "./kit/page_picture.ts";
import { tabOrder } from "./kit/tab_order.ts";
import { receipt, siteSnapshot } from "../unit/status/kit/site_snapshot.ts";

const browser = fileBrowser("tests of CNAPT's page");

for (const theme of ["light", "dark"] as const) {
  for (const viewport of ["desktop", "telephone"] as const) {
    browserTest(`the page keeps nobody out on a ${viewport}, ${theme}`, async () => {
      const snapshot = sampleCnapt({ questions: [question("lte0")] });
      await using cnapt = pretendCnapt({ snapshot });
      await browser.withPage({ theme, viewport }, async (page) => {
        await openPage(page, cnapt.url);
        await keepPicture(page, `cnapt-${theme}-${viewport}`);
        assertEquals(await axeFindings(page), []);
        assertEquals(await beyondScreen(page), []);
      });
    });
  }
}

browserTest("every button does what it says, and says what came of it", async () => {
  const decisions = { home: decision(networks(), { chosen: "wifi0" }) };
  const snapshot = sampleCnapt({ decisions, questions: [question("lte0"), question("vpn0")] });
  await using cnapt = pretendCnapt({ snapshot });
  await browser.withPage({}, async (page) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await openPage(page, cnapt.url);
    await pressButton(page, "Use this: eth0");
    await said(page, "Now over eth0: 1 connection moved, the longest gap was 12 ms");
    await pressButton(page, "Let CNAPT decide again");
    await said(page, "CNAPT decides by itself again");
    await pressButton(page, "Probe now");
    await said(page, "Every network was asked");
    await pressButton(page, "Measure rates");
    await pressButton(page, "Cancel");
    await pressButton(page, "Measure rates");
    await page.getByRole("group", { name: /256 kB/ })
      .getByRole("button", { name: "Measure rates" }).click();
    await said(page, "wifi0 carries 5.2 MB/s down, 1.1 MB/s up");
    await pressButton(page, "Yes, use lte0");
    await said(page, "CNAPT uses lte0");
    await pressButton(page, "No, do not use vpn0");
    await said(page, "CNAPT stays without vpn0");
    await pressButton(page, "Copy the ssh command for ssh");
    await said(page, "Copied the ssh command for ssh");
    assertEquals(
      await page.evaluate("navigator.clipboard.readText()"),
      "ssh -o HostKeyAlias=ssh.home.cnapt -p 2222 127.0.0.1",
    );
    await keepPicture(page, "cnapt-said");
    await pressButton(page, "Close this message");
    await page.getByText("Copied the ssh command").waitFor({ state: "detached" });
  });
  assertEquals(cnapt.asked, [
    ["switch", { to: "eth0", mode: "overlapped" }],
    ["release", {}],
    ["probe", {}],
    ["measure", {}],
    ["confirm", { provider: "lte0", answer: "yes" }],
    ["confirm", { provider: "vpn0", answer: "no" }],
  ]);
});

browserTest("what the program refuses is said in its words", async () => {
  await using cnapt = pretendCnapt({
    answers: {
      switchTo: () =>
        Promise.resolve({
          outcome: "failed",
          error: "Cannot switch home: lte0 has no address",
          receipts: [],
        }),
    },
  });
  await browser.withPage({ expected: [/409/] }, async (page) => {
    await openPage(page, cnapt.url);
    await pressButton(page, "Use this: lte0");
    await said(page, "Cannot switch home: lte0 has no address");
  });
});

browserTest(
  "a chart tells what was where the pointer is, and the table says it in numbers",
  async () => {
    await using cnapt = pretendCnapt();
    await browser.withPage({}, async (page) => {
      await openPage(page, cnapt.url);
      const captions = page.locator("figcaption > .quiet");
      assertEquals(await captions.allTextContents(), ["now", "now"]);
      await page.locator(".u-over").first().hover();
      await captions.filter({ hasText: /^\d\d:\d\d:\d\d$/ }).nth(1).waitFor();
      await page.getByText("Rate of applications as a table").click();
      const table = page.getByRole("table", { name: "Rate of applications: medians" });
      assertEquals(await table.getByRole("columnheader").allTextContents(), [
        "From",
        "wifi0",
        "eth0",
        "lte0",
      ]);
      assertEquals(await table.getByRole("row").count(), 13);
    });
  },
);

browserTest("everything is reached and done with the keyboard", async () => {
  const decisions = { home: decision(networks(), { chosen: "wifi0" }) };
  const questions = [question("lte0"), question("vpn0")];
  await using cnapt = pretendCnapt({ snapshot: sampleCnapt({ decisions, questions }) });
  await browser.withPage({}, async (page) => {
    await page.context().grantPermissions(["clipboard-write"]);
    await openPage(page, cnapt.url);
    const stops = await tabOrder(page);
    assertEquals(stops.filter(({ name, isSeen }) => name === "" || !isSeen), []);
    const press = async (name: string, key: "Enter" | "Space") => {
      await tabTo(page, name);
      await page.keyboard.press(key);
    };
    await press("Yes, use lte0", "Enter");
    await said(page, "CNAPT uses lte0");
    await press("No, do not use vpn0", "Space");
    await said(page, "CNAPT stays without vpn0");
    await press("Let CNAPT decide again", "Space");
    await said(page, "CNAPT decides by itself again");
    await press("Probe now", "Enter");
    await said(page, "Every network was asked");
    await press("Measure rates", "Enter");
    // The focus is where nothing is done, and comes back to the button.
    await page.locator("button:focus", { hasText: "Cancel" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("button:focus", { hasText: "Measure rates" }).waitFor();
    await press("Use this: eth0", "Space");
    await said(page, "Now over eth0");
    await press("Round trip as a table", "Enter");
    await page.getByRole("table", { name: "Round trip: medians" }).waitFor();
    await press("Copy the ssh command for ssh", "Enter");
    await said(page, "Copied the ssh command");
    assertEquals(await axeFindings(page), []);
    await press("Close this message", "Enter");
    await page.getByText("Copied the ssh command").waitFor({ state: "detached" });
  });
  assertEquals(cnapt.asked.map(([path]) => path), [
    "confirm",
    "confirm",
    "release",
    "probe",
    "switch",
  ]);
});

for (const viewport of ["desktop", "telephone"] as const) {
  browserTest(`names that belong on no screen break nothing on a ${viewport}`, async () => {
    await using cnapt = pretendCnapt({ snapshot: hostileCnapt(), history: hostileHistory() });
    await browser.withPage({ viewport }, async (page) => {
      await openPage(page, cnapt.url);
      await page.evaluate(
        "for (const one of document.querySelectorAll('details')) one.open = true",
      );
      await keepPicture(page, `cnapt-hostile-${viewport}`);
      assertEquals(await beyondScreen(page), []);
      assertEquals(await page.locator("main img, main script").count(), 0);
      const text = String(await page.evaluate("document.body.textContent"));
      // deno-lint-ignore no-control-regex
      assertEquals(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/.exec(text), null);
      assert(text.includes("<script>"), "names are shown as they are written");
      // Whatever a name has in it, it stands alone.
      assertEquals(await strayNames(page), []);
      assertEquals(await axeFindings(page), []);
      await pressButton(page, new RegExp(`^Use this: .*`));
    });
    assertEquals(cnapt.asked[0]?.[0], "switch");
  });
}

browserTest("several sites stand under their names, and each is switched by itself", async () => {
  const [home] = sampleCnapt().sites;
  const office = siteSnapshot({ name: "office", provider: "eth0", switches: [receipt()] });
  const snapshot = sampleCnapt({
    sites: [...(home === undefined ? [] : [home]), office],
    decisions: { home: decision(networks()), office: decision(networks()) },
  });
  await using cnapt = pretendCnapt({ snapshot });
  await browser.withPage({}, async (page) => {
    await openPage(page, cnapt.url);
    await keepPicture(page, "cnapt-sites");
    assertEquals(await axeFindings(page), []);
    await page.getByRole("region", { name: "Site office" })
      .getByRole("button", { name: "Use this: lte0" }).click();
    await said(page, "Now over lte0");
  });
  assertEquals(cnapt.asked, [["switch", { to: "lte0", mode: "overlapped", site: "office" }]]);
});

function browserTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: browser.isMissing, fn });
}

async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 100; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(
      "document.activeElement.ariaLabel ?? document.activeElement.textContent",
    );
    if (focused === name) return;
  }
  throw new Error(`Tab never comes to ${name}`);
}

/** Elements that reach beyond the screen, the outermost first. */
async function beyondScreen(page: Page): Promise<unknown> {
  return await page.evaluate(`(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > innerWidth)
      .slice(0, 5).map((one) => one.tagName + "." + one.className);
  })()`);
}

/** Texts of others that are in no element that isolates their direction. */
async function strayNames(page: Page): Promise<unknown> {
  const mark = JSON.stringify(["عربي", "<img", "xxxxxxxx", "👩"]);
  return await page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const stray = [];
    while (walker.nextNode()) {
      const { nodeValue, parentElement } = walker.currentNode;
      const isForeign = ${mark}.some((text) => nodeValue.includes(text));
      if (isForeign && !parentElement.closest("bdi, [aria-live]")) stray.push(nodeValue);
    }
    return stray;
  })()`);
}
