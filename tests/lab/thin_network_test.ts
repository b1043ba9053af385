/**
 * The preferred network falls to 64 kbit/s while there is a download and a shell, and looks well
 * again as soon as nothing is on it; the other one is good all the time.
 */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing([]);
const SOURCE = 7_001;
const ECHO = 7_002;
const LIMIT_MS = 30_000;
/** Ten times as fast as with the settings that nobody has changed. */
const QUICK = "decision: { check: 200ms, search: 1s, stable: 3s }\n";
/** A whole time of trial after the first probe: without memory there would be a dozen switches. */
const SECONDS = 40;

const run = (path: string, ...args: readonly number[]) => {
  const script = fileURLToPath(new URL(path, import.meta.url));
  return [Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args.map(String)];
};
const limit = (ms = LIMIT_MS) => AbortSignal.timeout(ms);

Deno.test("a network that falls to 64 kbit/s under load is left, and not gone back to", {
  ignore,
}, async () => {
  await using lab = await Lab.create({
    wires: { a: { delayMs: 10, rateMbit: 20 }, b: { delayMs: 20, rateMbit: 20 } },
  });
  for (
    const [program, port] of [["./programs/endless.ts", SOURCE], [
      "./kit/echo_server.ts",
      ECHO,
    ]] as const
  ) {
    await lab.server.start(run(program, port)).waitFor(/ready/, limit());
  }
  const pair = await Pair.start(lab, {
    services: { bulk: SOURCE, shell: ECHO },
    cnaptYaml: QUICK,
  });
  await pair.waitUntilOn("eth0");
  const client = lab.laptop.start(
    run("./programs/download_and_shell.ts", pair.target("bulk").port, pair.target("shell").port),
  );
  for (let second = 0; second < 3; second++) await client.waitFor(/\d+ kB, \d+ ms/, limit());

  await lab.wire("eth0").set({ rateBits: 64_000, queueBytes: 64_000 });
  const left = await pair.waitUntilOn("wlan0");
  const kilobytes: number[] = [];
  while (kilobytes.length < SECONDS) {
    const [, inSecond] = await client.waitFor(/(\d+) kB, \d+ ms/, limit());
    kilobytes.push(Number(inSecond));
  }
  const { switches, provider } = await pair.status();
  const { stdout: why } = await pair.run("cnapt", ["why"]);
  assertEquals(provider, "wlan0");
  assertEquals(switches.length, left.switches.length, `it was gone back to:\n${why}`);
  assert(/on trial: it carried .* down where .* flow in a probe/.test(why), why);
  const median = kilobytes.sort((a, b) => a - b)[SECONDS / 2] ?? 0;
  // 20 Mbit/s are 2,500 kB/s.
  assert(median > 1_500, `${median} kB/s`);
});
