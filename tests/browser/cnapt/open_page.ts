import type { Page } from "playwright-core";
import { assert } from "../../assert.ts";

/** Opens CNAPT's page at what `cnapt open` prints, and waits until all of it is there. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("heading", { name: "Services" }).first().waitFor();
  await page.getByText("as a table").first().waitFor();
  assert(!page.url().includes("token"), "the token stays in the address line");
}

export async function pressButton(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("button", { name, exact: true }).first().click();
}

/** Waits until the page says what came of it. */
export async function said(page: Page, text: string): Promise<void> {
  await page.getByRole("complementary", { name: "What was done" }).getByText(text).waitFor();
}
