/** A thousand connections at once, each in the middle of a conversation, across every switch. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing([]);
const STREAMS = 1_000;
const LIMIT_MS = 60_000;
const PORT = 7_000;

const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const run = (
  path: string,
  ...args: readonly number[]
) => [Deno.execPath(), "run", "-q", "--no-config", "-A", script(path), ...args.map(String)];
const limit = () => AbortSignal.timeout(LIMIT_MS);

for (const security of ["none", "tls"] as const) {
  Deno.test(`nothing is lost when a thousand streams are switched, security ${security}`, {
    ignore,
  }, async () => {
    await using lab = await Lab.create({ wires: { a: { delayMs: 5 }, b: { delayMs: 15 } } });
    const server = lab.server.start(run("./kit/echo_server.ts", PORT));
    await server.waitFor(/ready/, limit());
    const pair = await Pair.start(lab, { services: { load: PORT }, security });
    const client = lab.laptop.start(
      run("./programs/many_streams.ts", pair.target("load").port, STREAMS),
    );
    await client.waitFor(/ready/, limit());
    const kinds = [
      (await pair.switchTo("wlan0")).kind,
      (await pair.switchTo("eth0", { strict: true })).kind,
    ];
    await lab.laptop.unplug("eth0");
    kinds.push((await pair.waitUntilOn("wlan0")).switches.at(-1)?.kind ?? "");
    await lab.laptop.plug("eth0");
    await lab.wire("wlan0").silence();
    kinds.push((await pair.waitUntilOn("eth0")).switches.at(-1)?.kind ?? "");
    assertEquals(kinds, ["overlapped", "strict", "sudden", "sudden"]);
    await client.closeInput();
    const [, turns] = await client.waitFor(/(\d+) turns/, limit());
    await client.finish(limit());
    // Each went on after the last switch, whatever the speed of this machine.
    assert(Number(turns) >= STREAMS * 2, `${turns} turns`);
  });
}
