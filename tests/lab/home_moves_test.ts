/** A SNAPT behind NATs that changes its own network, with warning and without; as programs. */
import { assert, assertEquals } from "../assert.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { ECHO_PORT, startCheckedEcho, startEchoServer } from "./programs/gap_client.ts";
import { OPEN_SSH_PROGRAMS, SSH_PORT, startSshServer, startSshShell } from "./programs/open_ssh.ts";
import { RelayedHome } from "./scenarios/relayed_home.ts";

const ignore = await isLabMissing(["nft", ...OPEN_SSH_PROGRAMS]);
const WIRES = { a: { delayMs: 5, rateMbit: 50 }, b: { delayMs: 15, rateMbit: 50 } };
const LIMIT_MS = 20_000;

const limit = () => AbortSignal.timeout(LIMIT_MS);

Deno.test("connections outlive that SNAPT, or both ends at once, change their networks", {
  ignore,
}, async () => {
  await using resources = new AsyncDisposableStack();
  const world = await RelayedHome.create(resources, { wires: WIRES });
  const { lab, home } = world;
  await world.mobileLine();
  await Promise.all([startSshServer(home, lab.laptop), startEchoServer(lab, home)]);
  const pair = await world.startPair({ services: { ssh: SSH_PORT, echo: ECHO_PORT } });
  await pair.waitUntilOn("eth0");
  const shell = startSshShell(lab.laptop, pair.target("ssh"));
  const bulk = await startCheckedEcho(lab, pair.target("echo"));
  let asked = 0;
  const goesOn = async (what: string) => {
    asked += 1;
    await shell.write(`echo shell $((${asked} * 7))\n`);
    await shell.waitFor(new RegExp(`shell ${asked * 7}\\b`), limit());
    await bulk.write("?\n");
    const [, ms] = await bulk.waitFor(/longest (\d+) ms/, limit());
    console.log(`${what}: nothing came for ${ms} ms at most`);
  };
  await goesOn("at rest");

  const { stdout } = await pair.run("snapt", ["switch", "lte0", "--json"]);
  const { network, clients } = JSON.parse(stdout);
  assertEquals([network, clients[0].outcome], ["lte0", "moved"]);
  await goesOn("home to another line, planned");
  await world.loseHomeLine();
  await goesOn("its first line cut after that");

  await world.restoreHomeLine();
  await pair.run("snapt", ["switch", "--all"]);
  await pair.run("snapt", ["switch", "eth0"]);
  await goesOn("home back to its first line");
  await pair.run("snapt", ["switch", "--all"]);

  await world.loseHomeLine();
  await goesOn("home to another line, without warning");

  await world.restoreHomeLine();
  await pair.run("snapt", ["switch", "eth0"]);
  await pair.run("snapt", ["switch", "--all"]);
  await world.unplugHome();
  await goesOn("the cable of the home pulled, its address kept");

  await world.plugHome();
  await pair.run("snapt", ["switch", "eth0"]);
  await pair.run("snapt", ["switch", "--all"]);
  await Promise.all([world.loseHomeLine(), lab.laptop.unplug("eth0")]);
  await pair.waitUntilOn("wlan0");
  await goesOn("both ends at once, without warning");

  await shell.write("exit\n");
  await shell.finish(limit());
  await bulk.closeInput();
  const [, bytes] = await bulk.waitFor(/whole (\d+)/, limit());
  assert(Number(bytes) > 0);
  await bulk.finish(limit());
  console.log(`${bytes} bytes there and back, all of them equal`);
});
