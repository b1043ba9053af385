/** What people see and do on SNAPT's page, over a SNAPT that the tests make up. */
import type { Page } from "playwright-core";
import { assert, assertEquals } from "../assert.ts";
import { axeFindings } from "./kit/axe_findings.ts";
import { fileBrowser, type PageOptions } from "./kit/file_browser.ts";
import { keepPicture } from "./kit/page_picture.ts";
import { tabOrder } from "./kit/tab_order.ts";
import { hostileSnapt } from "./snapt/hostile_snapt.ts";
import { type PretendedSnapt, pretendSnapt } from "./snapt/pretended_snapt.ts";
import { crowdedSnapt, knownClient, sampleSnapt } from "./snapt/sample_snapt.ts";

const browser = fileBrowser("tests of SNAPT's page");

function pageTest(
  name: string,
  options: PageOptions,
  look: (page: Page, snapt: PretendedSnapt) => Promise<void>,
  snapshot = sampleSnapt(),
): void {
  Deno.test({
    name,
    ignore: browser.isMissing,
    fn: async () => {
      await using snapt = pretendSnapt(snapshot);
      await browser.withPage(options, async (page) => {
        await page.goto(snapt.url);
        await page.getByRole("heading", { name: /Site/ }).waitFor();
        await look(page, snapt);
      });
    },
  });
}

async function expectInBounds(page: Page): Promise<void> {
  assertEquals(
    await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
    true,
    "nothing is wider than the window",
  );
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const said = (page: Page, text: string) => page.locator(".said").getByText(text).waitFor();

const DESKTOP = { width: 1280, height: 800 };
const TELEPHONE = { width: 390, height: 844 };

/** In both themes, and as wide as a telephone: nothing is beyond the screen, and axe finds nothing. */
async function expectFit(page: Page, name: string): Promise<void> {
  for (
    const [colorScheme, what, size] of [
      ["light", "desktop", DESKTOP],
      ["light", "telephone", TELEPHONE],
      ["dark", "telephone", TELEPHONE],
      ["dark", "desktop", DESKTOP],
    ] as const
  ) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    await expectInBounds(page);
    assertEquals(await axeFindings(page), []);
    await keepPicture(page, `${name}-${colorScheme}-${what}`);
  }
}

pageTest("all is there, in both themes and on a telephone", {}, async (page) => {
  const laptop = page.getByRole("row", { name: /laptop connected/ });
  for (const text of ["wifi0", "1.2 GB to it", "3 connections, 1 by UDP", "7 switches"]) {
    await laptop.getByText(text).waitFor();
  }
  for (
    const text of [
      "kept until",
      "by the relay",
      "not since SNAPT was started",
      "1 wrong try",
      "10.77.0.4",
      "A browser or another program that speaks HTTP",
      "912 of 1024",
      "raise the limit of open files",
      "61 GB of 100 GB this month",
      "leads here, by PCP",
      "the cable was pulled",
    ]
  ) await page.getByText(text).first().waitFor();
  await expectFit(page, "snapt");
});

pageTest("names of others stay in their boxes", {}, async (page) => {
  await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
  await page.getByText("<img src=x").first().waitFor();
  assertEquals(await page.locator("img").count(), 0);
  await expectFit(page, "snapt-hostile");
  await page.getByRole("button", { name: /^Change what <img/ }).first().click();
  await expectInBounds(page);
  assertEquals(await axeFindings(page), []);
}, hostileSnapt());

pageTest("what is asked again is done at the second press only", {}, async (page, snapt) => {
  await button(page, "End session of laptop").click();
  const question = page.getByRole("group", { name: /End the session of laptop/ });
  await question.getByRole("button", { name: "Cancel" }).click();
  assertEquals(snapt.asked, []);
  for (
    const [name, yes, answer] of [
      ["End session of laptop", "End session", "The session of laptop was ended."],
      ["Revoke phone", "Revoke", "phone is revoked. Its session was ended."],
      ["Revoke office", "Revoke", "office is revoked."],
      ["Take back the code for new-laptop", "Take back", "new-laptop is revoked."],
    ] as const
  ) {
    await button(page, name).click();
    await page.getByRole("group").getByRole("button", { name: yes, exact: true }).click();
    await said(page, answer);
  }
  assertEquals(snapt.asked, [
    ["end", "laptop"],
    ["revoke", "phone"],
    ["revoke", "office"],
    ["revoke", "new-laptop"],
  ]);
});

pageTest("what a CNAPT may use is chosen from what there is", {}, async (page, snapt) => {
  await button(page, "Change what phone may use").click();
  const dialog = page.getByRole("dialog", { name: "What phone may use" });
  assertEquals(await dialog.getByLabel("ssh").isChecked(), true);
  assertEquals(await dialog.getByLabel("files").isChecked(), false);
  assertEquals(await axeFindings(page), []);
  await dialog.getByLabel("ssh").uncheck();
  await button(page, "Save").click(); // of nothing: the dialogue stays, and nobody is asked
  await dialog.locator(":invalid").first().waitFor();
  await dialog.getByLabel("files").check();
  await button(page, "Save").click();
  await said(page, "phone may use files from now on.");
  await button(page, "Change what phone may use").click();
  await dialog.getByLabel("all services").check();
  await button(page, "Save").click();
  await said(page, "phone may use all services from now on.");
  await button(page, "Change what grandma may use").click();
  await button(page, "Cancel").click();
  assertEquals(snapt.asked, [["allow", "phone", ["files"]], ["allow", "phone", "all"]]);
  assertEquals(await button(page, "Change what grandma may use").isVisible(), true);
});

pageTest(
  "an invitation shows its code, the command and a QR code, and when it was redeemed",
  {},
  async (page, snapt) => {
    await page.getByLabel("Name").fill("boat");
    await page.getByLabel("The code is good for").selectOption("an hour");
    const choice = page.locator("#invite");
    await choice.getByLabel("only these:").check();
    await choice.getByLabel("dns").uncheck();
    await button(page, "Make a code").click();
    await page.getByRole("heading", { name: "A code for boat" }).waitFor();
    await choice.getByText("Nobody has redeemed it yet.").waitFor();
    const command = await choice.locator("code").first().textContent();
    assert(command?.startsWith("cnapt join home.example.org,"), String(command));
    await page.getByRole("img", { name: "QR code of the code for boat" }).waitFor();
    assertEquals(await axeFindings(page), []);
    await keepPicture(page, "snapt-invited");
    assertEquals(snapt.asked, [["invite", {
      ...{ name: "boat", services: ["ssh", "files"], expiresMs: 3_600_000, addresses: [] },
    }]]);
    const sample = sampleSnapt();
    snapt.show({ ...sample, clients: [...sample.clients, knownClient("boat")] });
    await choice.getByText("not connected yet.").waitFor();
    await button(page, "Invite another one").click();
    await button(page, "Make a code").waitFor();
  },
);

pageTest(
  "what SNAPT refuses is said in its words, and a name that cannot be never leaves the page",
  { expected: [/409/] },
  async (page, snapt) => {
    await page.getByLabel("Name").fill("two words");
    await button(page, "Make a code").click();
    assertEquals(snapt.asked, []);
    snapt.refuse("Cannot invite boat: a code for it is open");
    await page.getByLabel("Name").fill("boat");
    await button(page, "Make a code").click();
    await said(page, "Cannot invite boat: a code for it is open");
    await button(page, "Close this message").click();
  },
);

pageTest("of a thousand CNAPTs a hundred are shown, and each is found", {}, async (page) => {
  await page.getByText("The first 100 of 1000 are shown").waitFor();
  const rows = page.locator("#clients tbody tr");
  assertEquals(await rows.count(), 100);
  await page.getByRole("searchbox").fill("laptop-987");
  await page.getByText("1 of 1000").waitFor();
  assertEquals(await rows.count(), 1);
  await button(page, "Revoke laptop-987").waitFor();
  await page.getByRole("searchbox").fill("nobody");
  await page.getByText("None of 1000 has that.").waitFor();
}, crowdedSnapt(1_000));

pageTest("all of it works by the keyboard", {}, async (page, snapt) => {
  const stops = await tabOrder(page);
  assertEquals(stops.filter(({ name, isSeen }) => name === "" || !isSeen), []);
  const names = stops.map(({ name }) => name);
  for (const name of ["End session of laptop", "Revoke tablet", "Make a code"]) {
    assert(names.includes(name), `${name} is reached: ${names.join(", ")}`);
  }
  await button(page, "Change what phone may use").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.getByRole("dialog").getByLabel("files").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await said(page, "phone may use ssh, files from now on.");
  await page.locator('button:focus[aria-label="Change what phone may use"]').waitFor();
  await button(page, "Revoke laptop").focus();
  await page.keyboard.press("Enter");
  await page.locator("button:focus", { hasText: "Cancel" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator('button:focus[aria-label="Revoke laptop"]').waitFor();
  assertEquals(snapt.asked, [["allow", "phone", ["ssh", "files"]]]);
});

pageTest("rows come and go as it happens, and none jumps", {}, async (page, snapt) => {
  const [first] = sampleSnapt().sessions;
  assert(first !== undefined);
  const before = await page.locator("#clients tbody tr").first().boundingBox();
  const sample = sampleSnapt();
  snapt.show({ ...sample, sessions: [...sample.sessions, { ...first, client: "zebra" }] });
  await page.getByRole("row", { name: /zebra connected/ }).waitFor();
  assertEquals(await page.locator("#clients tbody tr").first().boundingBox(), before);
  snapt.show(sampleSnapt({ sessions: [] }));
  await page.getByText("No CNAPT is connected. Invite one below.").waitFor();
});
