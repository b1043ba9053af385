/** A laptop that was paired by a relay comes home, goes again, and finds shorter ways; as programs. */
import { assert, assertEquals } from "../assert.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import type { Pair } from "./kit/pair.ts";
import { ECHO_PORT, startCheckedEcho, startEchoServer } from "./programs/gap_client.ts";
import { OPEN_SSH_PROGRAMS, SSH_PORT, startSshServer, startSshShell } from "./programs/open_ssh.ts";
import { HOME_LINE, HOME_WIFI, RelayedHome } from "./scenarios/relayed_home.ts";

const ignore = await isLabMissing(["nft", ...OPEN_SSH_PROGRAMS]);
const WIRES = { a: { delayMs: 15, rateMbit: 50 }, b: { delayMs: 1, rateMbit: 200 } };
const LIMIT_MS = 20_000;

const limit = () => AbortSignal.timeout(LIMIT_MS);

/** Where the links of CNAPT lead to. */
async function way(pair: Pair): Promise<string> {
  const { stdout } = await pair.run("cnapt", ["status", "--json"]);
  const { sites }: {
    readonly sites: Readonly<Record<string, { readonly way: { readonly host: string } | null }>>;
  } = JSON.parse(stdout);
  return Object.values(sites)[0]?.way?.host ?? "";
}

/** A session that came to a network by a relay leaves it for a shorter way within seconds. */
async function leadsTo(pair: Pair, host: string): Promise<void> {
  const signal = limit();
  while (await way(pair) !== host) {
    assert(!signal.aborted, `links lead to ${await way(pair)} and not to ${host}`);
  }
}

Deno.test("connections go on from a relay to the home's own network and back", {
  ignore,
}, async () => {
  await using resources = new AsyncDisposableStack();
  const world = await RelayedHome.create(resources, { wires: WIRES });
  const { lab, home } = world;
  await world.wifiIsHome();
  await lab.laptop.unplug("wlan0");
  await Promise.all([startSshServer(home, lab.laptop), startEchoServer(lab, home)]);
  const pair = await world.startPair({ services: { ssh: SSH_PORT, echo: ECHO_PORT } });
  await pair.waitUntilOn("eth0");
  assertEquals(await way(pair), "198.18.0.10");
  const shell = startSshShell(lab.laptop, pair.target("ssh"));
  const bulk = await startCheckedEcho(lab, pair.target("echo"));
  let asked = 0;
  const goesOn = async (where: string) => {
    asked += 1;
    await shell.write(`echo shell $((${asked} * 7))\n`);
    await shell.waitFor(new RegExp(`shell ${asked * 7}\\b`), limit());
    await bulk.write("?\n");
    const [, ms] = await bulk.waitFor(/longest (\d+) ms/, limit());
    console.log(`${where}: by ${await way(pair)}, nothing came for ${ms} ms at most`);
  };
  await goesOn("on the road");

  await lab.laptop.plug("wlan0");
  await pair.switchTo("wlan0");
  await leadsTo(pair, HOME_WIFI);
  await goesOn("at home");

  await lab.laptop.unplug("wlan0");
  await pair.waitUntilOn("eth0");
  await leadsTo(pair, "198.18.0.10");
  await goesOn("gone again");

  const sinceUp = performance.now();
  await world.publicLine("up");
  await pair.cnapt.waitFor(/ switched .*SNAPT answers at 20\.30\.40\.5:7787/, limit());
  const tookMs = Math.round(performance.now() - sinceUp);
  await goesOn(`with a line of its own, found after ${tookMs} ms`);
  await leadsTo(pair, HOME_LINE);

  await world.publicLine("down");
  await pair.cnapt.waitFor(/ switched .*kind=sudden from=eth0 to=eth0 /, limit());
  await goesOn("without that line");

  await shell.write("exit\n");
  await shell.finish(limit());
  await bulk.closeInput();
  const [, bytes] = await bulk.waitFor(/whole (\d+)/, limit());
  assert(Number(bytes) > 0);
  await bulk.finish(limit());
  console.log(`${bytes} bytes there and back, all of them equal`);
});
