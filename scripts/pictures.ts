/**
 * `deno task pictures [--output DIR]`: takes the pictures of README and docs anew, into `docs/pictures`.
 *
 * A real pair in a lab of network namespaces: a laptop with two networks (`eth0`, `wlan0`), on which
 * somebody works in a shell and watches a film, and a second laptop elsewhere. The laptop moves
 * twice as it is told to, then its cable is pulled. The pages are those that the programs serve, as
 * Chromium shows them in both themes and at the width of a telephone; the terminals are screens of
 * tmux, drawn as they were. Takes some three minutes, root, Chromium and tmux. Run by hand after a
 * change of what people see: look at each picture before it is committed.
 */
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import type { Host } from "../tests/lab/kit/host.ts";
import {
  figurePicture,
  type PagePicture,
  pagePicture,
  withBrowserOn,
} from "./pictures/page_pictures.ts";
import { screenHtml } from "./pictures/screen_html.ts";
import { inFewColours } from "./pictures/few_colours.ts";
import { Stage } from "./pictures/stage.ts";
import type { Terminal } from "./pictures/terminal.ts";

const READY_LIMIT_MS = 30_000;
/** Of the live views and what else is for people, and of a log, whose lines are long. */
const VIEW = { columns: 104, rows: 21 } as const;
const LOG = { columns: 132, rows: 18 } as const;
/** How long the pair stays where it is, so that charts show something. */
const STAY_MS = 40_000;
/** After the cable was plugged in again: both networks are measured. */
const SETTLE_MS = 15_000;
/** Without a network: until that is what the page says. */
const ABSENCE_MS = 12_000;

/** Each page: wide in both themes, and on a telephone. */
const LOOKS: readonly PagePicture[] = [
  { name: "light", theme: "light", width: 1200, height: 1000, isTelephone: false },
  { name: "dark", theme: "dark", width: 1200, height: 1000, isTelephone: false },
  { name: "telephone", theme: "light", width: 390, height: 844, isTelephone: true },
];

/** What is the matter, and what to do. */
const WAITING: PagePicture = {
  name: "waiting",
  theme: "dark",
  width: 1200,
  height: 700,
  isTelephone: false,
};

/** Where the pictures go. */
type Keep = (name: string, png: Uint8Array) => Promise<void>;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { output: { type: "string", default: "docs/pictures" } },
  });
  await Deno.mkdir(values.output, { recursive: true });
  await take(async (name, png) => {
    const small = inFewColours(png);
    await Deno.writeFile(`${values.output}/${name}.png`, small);
    console.log(`${name}.png: ${(small.length / 1e3).toFixed(0)} kB`);
  });
}

async function take(keep: Keep): Promise<void> {
  await using stage = await Stage.set();
  const { laptop, server } = stage;
  const ready = () => AbortSignal.timeout(READY_LIMIT_MS);

  const snapt = await stage.terminal(server, "snapt", LOG);
  await snapt.type("snapt run 2> snapt.log &");
  await snapt.type("tail -F snapt.log");
  await snapt.waitFor(/listening/, ready());
  await stage.join(laptop, "laptop");
  await stage.startDesk();
  await stage.run(server, "snapt", ["invite", "tablet", "--address", "203.0.113.10:7787"]);
  const cnapt = await stage.terminal(laptop, "cnapt", VIEW);
  await cnapt.type("cnapt run");
  await cnapt.waitFor(/connected/i, ready());
  await stage.work();
  const watch = await stage.terminal(laptop, "watch", VIEW);
  await watch.type("cnapt status --watch");
  const snaptWatch = await stage.terminal(server, "watch", VIEW);
  await snaptWatch.type("snapt status --watch");

  await live(stage);
  await withBrowserOn(null, async (browser) => {
    const screen = async (name: string, title: string, terminal: Terminal) =>
      await keep(name, await screenPicture(browser, title, terminal));
    await screen("terminal_cnapt_watch", "laptop: cnapt status --watch", watch);
    await screen("terminal_snapt_watch", "server: snapt status --watch", snaptWatch);
    await screen("terminal_cnapt_run", "laptop: cnapt run", cnapt);
    await screen("terminal_snapt_log", "server: the log of snapt", snapt);
  });
  await pages(stage, keep, { host: laptop, program: "cnapt", looks: LOOKS });
  await pages(stage, keep, { host: server, program: "snapt", looks: LOOKS });
  await Promise.all((["eth0", "wlan0"] as const).map((name) => stage.lab.laptop.unplug(name)));
  await pause(ABSENCE_MS);
  await pages(stage, keep, { host: laptop, program: "cnapt", looks: [WAITING] });
}

/** What happens to the laptop. */
async function live(stage: Stage): Promise<void> {
  const { laptop, lab } = stage;
  await pause(STAY_MS / 2);
  await stage.knock();
  await pause(STAY_MS / 2);
  await stage.run(laptop, "cnapt", ["switch", "wlan0"]);
  await pause(STAY_MS);
  await stage.run(laptop, "cnapt", ["switch", "eth0"]);
  await pause(STAY_MS);
  await lab.laptop.unplug("eth0");
  await pause(STAY_MS / 2);
  await lab.laptop.plug("eth0");
  await pause(SETTLE_MS);
}

async function screenPicture(
  browser: Browser,
  title: string,
  terminal: Terminal,
): Promise<Uint8Array> {
  return await figurePicture(browser, screenHtml(title, await terminal.screen(), terminal.size));
}

async function pages(
  stage: Stage,
  keep: Keep,
  { host, program, looks }: {
    readonly host: Host;
    readonly program: "cnapt" | "snapt";
    readonly looks: readonly PagePicture[];
  },
): Promise<void> {
  await withBrowserOn(host, async (browser) => {
    for (const look of looks) {
      const url = await openUrl(stage, host, program);
      await keep(`page_${program}_${look.name}`, await pagePicture(browser, url, look));
    }
  });
}

/** The address of a page, with what lets one reader in, soon. */
async function openUrl(stage: Stage, host: Host, program: "cnapt" | "snapt"): Promise<string> {
  const said = await stage.run(host, program, ["open", "--print"]);
  const [url] = /https?:\/\/[^\s"]+/.exec(said) ?? [];
  if (url === undefined) throw new Error(`Cannot open the page of ${program}: ${said}`);
  return url;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await main(Deno.args);
