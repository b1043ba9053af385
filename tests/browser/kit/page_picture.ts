import type { Page } from "playwright-core";

/**
 * Keeps a picture of the whole page as `NAME.png` in the folder that `BROWSER_PICTURES` names in the
 * environment, for somebody to look at; without it, keeps none.
 */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("BROWSER_PICTURES");
  if (folder === undefined || folder === "") return;
  await Deno.mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true, animations: "disabled" });
}
