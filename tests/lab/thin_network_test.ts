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
/** Six times as fast as with the settings that nobody has changed. */
const QUICK = "decision: { check: 200ms, search: 2s, stable: 5s }\n";
/** Ten times `stable`: without memory that would be ten switches. */
const SECONDS = Number(Deno.env.get("THIN_SECONDS") ?? 50);

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
    cnaptYaml: Deno.env.get("THIN_YAML") ?? QUICK,
  });
  await pair.waitUntilOn("eth0");
  const client = lab.laptop.start(
    run("./programs/download_and_shell.ts", pair.target("bulk").port, pair.target("shell").port),
  );
  for (let second = 0; second < 3; second++) await client.waitFor(/\d+ kB, \d+ ms/, limit());

  await lab.wire("eth0").set({ rateBits: 64_000, queueBytes: 64_000 });
  const left = await pair.waitUntilOn("wlan0");
  const seconds: { readonly kilobytes: number; readonly gapMs: number }[] = [];
  while (seconds.length < SECONDS) {
    const [, kilobytes, gapMs] = await client.waitFor(/(\d+) kB, (\d+) ms/, limit());
    seconds.push({ kilobytes: Number(kilobytes), gapMs: Number(gapMs) });
  }
  const { switches, provider } = await pair.status();
  const { stdout: why } = await pair.run("cnapt", ["why"]);
  console.log(
    switches.map(({ kind, from, to, stallMs, reason }) => ({ kind, from, to, stallMs, reason })),
    why,
    Math.max(...seconds.map((one) => one.gapMs)),
    seconds.map(({ kilobytes }) => kilobytes).join(" "),
    seconds.map(({ gapMs }) => gapMs).join(" "),
  );
  assertEquals(provider, "wlan0");
  assertEquals(switches.length, left.switches.length, "it was gone back to");
  assert(/eth0 .*on trial|on trial: it /s.test(why), why);
});
