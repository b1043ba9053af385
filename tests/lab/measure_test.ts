/** What networks carry: measured by the compiled programs, and what comes of it. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing([]);
const SOURCE = 7_001;
const ECHO = 7_002;
const LIMIT_MS = 30_000;
const QUICK = "check: 200ms, search: 1s, stable: 3s";

const run = (path: string, ...args: readonly number[]) => {
  const script = fileURLToPath(new URL(path, import.meta.url));
  return [Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args.map(String)];
};
const limit = () => AbortSignal.timeout(LIMIT_MS);

/** What `cnapt measure --json` says of each network, in bytes per second. */
async function measured(pair: Pair, ...networks: readonly string[]) {
  const { stdout } = await pair.run("cnapt", ["measure", ...networks, "--json"]);
  const { home }: { home: { provider: string; problem: string; down: number; up: number }[] } = JSON
    .parse(stdout).sites;
  return new Map(home.map((one) => [one.provider, one]));
}

Deno.test("a measurement tells a slow network from a fast one, in each direction", {
  ignore,
}, async () => {
  await using lab = await Lab.create({
    wires: { a: { delayMs: 10, rateMbit: 50 }, b: { delayMs: 10, rateMbit: 50 } },
  });
  const pair = await Pair.start(lab, {
    services: { nothing: 9 },
    cnaptYaml: `decision: { ${QUICK}, mode: manual }\n`,
  });
  await lab.wire("wlan0").set({ rateBits: 400_000 }, ["b->a"]);
  const rates = await measured(pair);
  const [eth0, wlan0] = [rates.get("eth0"), rates.get("wlan0")];
  assert(eth0 !== undefined && wlan0 !== undefined, [...rates.keys()].join());
  // 400 kbit/s are 50 kB/s; what a second of that can show is more or less that.
  assert(wlan0.down > 10_000 && wlan0.down < 80_000, `${wlan0.down}`);
  assert(wlan0.up > 4 * wlan0.down && eth0.down > 4 * wlan0.down, `${wlan0.up} ${eth0.down}`);
  assert((await pair.run("cnapt", ["measure", "wlan0"])).stdout.includes("wlan0 carries about"));
  const { code } = await pair.run("cnapt", ["measure", "lte"], { mayFail: true });
  assertEquals(code, 1);
});

Deno.test("who prefers speed is on the faster network by itself", { ignore }, async () => {
  await using lab = await Lab.create({
    wires: { a: { delayMs: 10, rateMbit: 0.5 }, b: { delayMs: 15, rateMbit: 50 } },
  });
  const pair = await Pair.start(lab, {
    services: { nothing: 9 },
    cnaptYaml: `decision: { ${QUICK}, prefer: speed }\n`,
  });
  const until = performance.now() + LIMIT_MS;
  let why = "";
  while (!/eth0 .*rate \d+/.test(why) && performance.now() < until) {
    why = (await pair.run("cnapt", ["why", "--verbose"])).stdout;
  }
  assert(/eth0 .*rate \d+/.test(why) && /carried .* down, .* up/.test(why), why);
  const { switches } = await pair.waitUntilOn("wlan0");
  // It may have been the first to connect; else it was gone to without haste.
  assertEquals(switches.at(-1)?.kind ?? "overlapped", "overlapped");
});

Deno.test("a measurement of the network in use holds up neither a download nor a shell on it", {
  ignore,
}, async () => {
  await using lab = await Lab.create({
    wires: { a: { delayMs: 10, rateMbit: 20 }, b: { delayMs: 10, rateMbit: 20 } },
  });
  const programs = [["./programs/endless.ts", SOURCE], ["./kit/echo_server.ts", ECHO]] as const;
  for (const [program, port] of programs) {
    await lab.server.start(run(program, port)).waitFor(/ready/, limit());
  }
  const pair = await Pair.start(lab, {
    services: { bulk: SOURCE, shell: ECHO },
    cnaptYaml: "decision: { mode: manual }\n",
  });
  const { provider } = await pair.status();
  const client = lab.laptop.start(
    run("./programs/download_and_shell.ts", pair.target("bulk").port, pair.target("shell").port),
  );
  const seconds = async (count: number) => {
    const looks: { readonly kilobytes: number; readonly gapMs: number }[] = [];
    for (let i = 0; i < count; i++) {
      const [, kilobytes, gapMs] = await client.waitFor(/(\d+) kB, (\d+) ms/, limit());
      looks.push({ kilobytes: Number(kilobytes), gapMs: Number(gapMs) });
    }
    return {
      kilobytes: looks.reduce((sum, one) => sum + one.kilobytes, 0) / count,
      gapMs: Math.max(...looks.map((one) => one.gapMs)),
    };
  };
  await seconds(2);
  const before = await seconds(4);
  const measuring = measured(pair, provider);
  const beside = await seconds(4);
  assertEquals((await measuring).get(provider)?.problem, null);
  assert(beside.kilobytes > before.kilobytes * 0.7, `${before.kilobytes} ${beside.kilobytes}`);
  assert(beside.gapMs < before.gapMs * 3 + 200, `${before.gapMs} ${beside.gapMs}`);
  assertEquals((await pair.status()).switches.length, 0);
});
