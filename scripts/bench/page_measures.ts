import { fileURLToPath } from "node:url";
import { processorMs } from "../../tests/integration/kit/processor_time.ts";
import { type Child, load, script } from "./child.ts";
import { type Figure, figure } from "./figures.ts";
import { OwnPair } from "./relays.ts";

const PAGES = 1_000;
const PAGE_LOAD = fileURLToPath(new URL("./page_load.ts", import.meta.url));
/** What one page costs is little: it takes that long until it can be seen. */
const WATCHED_MS = 20_000;
/** So many pages are watched at once where one alone costs less than can be counted. */
const WATCHED = 10;
const SETTLED_MS = 5_000;
const ECHOES = 2_000;

/** What the pages cost that are open at a CNAPT: processor, memory, the echo of a stream beside them. */
export async function openPages(runs: number): Promise<Figure[]> {
  await using echo = load("echo", 0);
  await using pair = await OwnPair.start("tls", Number(await echo.line()), "any");
  const { port, token } = await pair.page();
  const pages = (count: number) => pageLoad("pages", port, count, token);
  const idle = await processorShare(pair.cnapt);
  const watched = await (async () => {
    await using some = pages(WATCHED);
    await some.line();
    return await processorShare(pair.cnapt);
  })();
  const before = await settledMegabytes(pair.cnapt);
  const echoes: { readonly without: Echo[]; readonly beside: Echo[] } = { without: [], beside: [] };
  const memory: number[] = [];
  for (let run = 0; run < runs; run++) {
    echoes.without.push(await paceOver(pair.port));
    await using all = pages(PAGES);
    await all.line();
    memory.push(await settledMegabytes(pair.cnapt) - before);
    echoes.beside.push(await paceOver(pair.port));
    await all.write("how many?\n");
    console.error(`${PAGES} pages got ${await all.line()} events meanwhile`);
  }
  const alone = { peer: "", theirs: null };
  return [
    figure({ measure: "an open page, of a core", unit: "%" }, [(watched - idle) / WATCHED], alone, {
      ...{ kind: "below", value: 0.5 },
    }),
    figure({ measure: `${PAGES} open pages`, unit: "MB" }, memory, alone, {
      ...{ kind: "below", value: 30 },
    }),
    ...(["p50", "p99"] as const).map((share) =>
      figure(
        { measure: `echo beside ${PAGES} pages ${share}`, unit: "µs" },
        echoes.beside.map((one) => one[share]),
        { peer: "no page", theirs: echoes.without.map((one) => one[share]) },
        share === "p99" ? { kind: "atMost", ratio: 1.2 } : { kind: "none" },
      )
    ),
  ];
}

interface Echo {
  readonly p50: number;
  readonly p99: number;
}

function pageLoad(mode: string, ...args: readonly (string | number)[]): Child {
  return script(["--no-config", "-A", PAGE_LOAD, mode], args);
}

async function paceOver(port: number): Promise<Echo> {
  await using child = pageLoad("pace", port, ECHOES);
  return JSON.parse(await child.line());
}

/** In percent of one core. */
async function processorShare({ pid }: Child): Promise<number> {
  await pause(SETTLED_MS);
  const before = await processorMs(pid);
  await pause(WATCHED_MS);
  return (await processorMs(pid) - before) / WATCHED_MS * 100;
}

async function settledMegabytes(child: Child): Promise<number> {
  await pause(SETTLED_MS);
  return await child.residentKilobytes() / 1024;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
