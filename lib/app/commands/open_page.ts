import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PAGE_PASS_MS, passFor } from "../../config/status_token.ts";
import { nullUnlessSystem } from "../../config/system_failure.ts";
import { askCommand } from "../../net/ask_command.ts";
import { CommandBroken } from "../../net/command_broken.ts";
import { OWN_SURROUNDINGS } from "../places/surroundings.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { show, showAside } from "../program/show.ts";
import type { StatusClient } from "../program/status_client.ts";
import { pause } from "../program/until.ts";
import { PartingSignal } from "./parting_signal.ts";
import { browserHere } from "./browser_here.ts";

/** Where a page is, and what opens it. */
export interface PageDoor {
  readonly client: Pick<StatusClient, "get" | "url">;
  readonly token: string;
  /** Where browsers see it, when that is elsewhere. */
  readonly origin?: string | undefined;
}

/** xdg-open returns when the browser has taken the page, which it may have to start for it. */
const BROWSER_MS = 20_000;
/** So long a browser that says that it has taken the page may take to read it. */
const READ_MS = 2_000;

/**
 * `open`: shows the address of the page, and has the browser open it.
 *
 * @throws {CommandFailed} the program does not run, refuses this user, or is too old for a page
 */
export async function openPage(
  { client, token, origin }: PageDoor,
  wish: "open" | "print",
): Promise<void> {
  // Who is refused here would be refused there.
  checkServed(JSON.parse(await client.get("/status.json")));
  const page = `${origin ?? client.url}/#token=${passFor(token, Date.now() + PAGE_PASS_MS)}`;
  show(page);
  if (wish === "print") return;
  const { kind } = browserHere("", OWN_SURROUNDINGS);
  if (kind === "command") return await openInBrowser(page);
  if (origin !== undefined) return;
  const { port } = new URL(client.url);
  const way = `\`ssh -L ${port}:127.0.0.1:${port} ${Deno.hostname()}\` there`;
  showAside(
    kind === "ssh"
      ? `For the browser of the machine that you come from: ${way}, then this address.`
      : `There is no desktop here. For a browser elsewhere: ${way}, then this address.`,
  );
}

/** Who serves a page says in its document what that is; an older program that goes on does not. */
function checkServed({ schema, version }: { schema?: string; version?: string }): void {
  if (schema !== undefined) return;
  throw new CommandFailed(
    `Cannot open the page: what runs is version ${version ?? "unknown"} from before there was ` +
      "one; start it again to have the newer one",
  );
}

/**
 * `open --header`: what programs send.
 *
 * @throws {CommandFailed} the program does not run, or refuses this user
 */
export async function showHeader({ client, token }: PageDoor): Promise<void> {
  await client.get("/status.json");
  show(`Authorization: Bearer ${token}`);
}

/**
 * By a file that only this user may read: the list of processes shows an address to all. It is gone
 * afterwards, also when the command is ended meanwhile.
 */
async function openInBrowser(page: string): Promise<void> {
  const parting = new PartingSignal();
  const ending = new AbortController();
  const ended = () => ending.abort();
  Deno.addSignalListener("SIGINT", ended);
  parting.asked.then(ended);
  try {
    await handToBrowser(page, ending.signal);
  } finally {
    Deno.removeSignalListener("SIGINT", ended);
  }
  parting.dieIfAsked();
  if (ending.signal.aborted) parting.die("SIGINT");
}

async function handToBrowser(page: string, ending: AbortSignal): Promise<void> {
  const file = join(folderForPage(), `cnapt-page-${crypto.randomUUID()}.html`);
  try {
    await Deno.writeTextFile(file, redirection(page), { createNew: true, mode: 0o600 });
    const browser = browserHere(pathToFileURL(file).href, OWN_SURROUNDINGS);
    if (browser.kind !== "command") return;
    // Explorer ends with 1 whatever happens.
    const patience = AbortSignal.any([ending, AbortSignal.timeout(BROWSER_MS)]);
    const { code, err } = await askCommand(browser.argv, patience);
    if (code !== 0 && Deno.build.os !== "windows") return tellNoBrowser(err);
    await pause(READ_MS, ending);
  } catch (error) {
    if (!(error instanceof CommandBroken)) nullUnlessSystem(error);
    if (!ending.aborted) tellNoBrowser(error instanceof Error ? error.message : String(error));
  } finally {
    await Deno.remove(file).catch(nullUnlessSystem);
  }
}

function tellNoBrowser(reason: string): void {
  showAside(`No browser took it (${reason}): open this address yourself.`);
}

/** A browser in a box of its own (snap, flatpak) sees what lies open at home, and no other place. */
function folderForPage(): string {
  const { os, variable } = OWN_SURROUNDINGS;
  const home = os === "windows" ? "TEMP" : os === "darwin" ? "TMPDIR" : "HOME";
  return variable(home) ?? ".";
}

/** The characters of an address of ours mean nothing in HTML. */
function redirection(page: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">` +
    `<meta http-equiv="refresh" content="0;url=${page}"><title>CNAPT</title>`;
}
