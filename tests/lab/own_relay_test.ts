/** A home behind two NATs, reached by a relay of one's own, on the compiled programs. */
import { assert, assertEquals } from "../assert.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { isConnected } from "./kit/pair_status.ts";
import { ECHO_PORT, startCheckedEcho, startEchoServer } from "./programs/gap_client.ts";
import { OPEN_SSH_PROGRAMS, SSH_PORT, startSshServer, startSshShell } from "./programs/open_ssh.ts";
import { POSTGRES_PORT, POSTGRES_PROGRAMS, startPostgres, startPsql } from "./programs/postgres.ts";
import type { LabProcess } from "./kit/lab_process.ts";
import { RelayedHome } from "./scenarios/relayed_home.ts";

const ignore = await isLabMissing(["nft", "socat", ...OPEN_SSH_PROGRAMS, ...POSTGRES_PROGRAMS]);
const WIRES = { a: { delayMs: 5, rateMbit: 100 }, b: { delayMs: 15, rateMbit: 50 } };
const LIMIT_MS = 30_000;
/** Whatever is said there comes back, by UDP. */
const WORDS_PORT = 7_001;
const AWAY_MS = 2_000;

/** A datagram may be lost while a network changes, a conversation may not. */
async function answered(talk: LabProcess, word: string): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    await talk.write(`${word}\n`);
    const heard = talk.waitFor(new RegExp(`${word}\\b`), AbortSignal.timeout(500));
    if (await heard.then(() => true, () => false)) return;
  }
  throw new Error(`Nobody answered ${word}:\n${talk.output}`);
}

const limit = () => AbortSignal.timeout(LIMIT_MS);

Deno.test(
  "ssh, psql, UDP and a transfer to a home behind two NATs outlive all that moves or stops",
  {
    ignore,
  },
  async () => {
    await using resources = new AsyncDisposableStack();
    const world = await RelayedHome.create(resources, { wires: WIRES });
    const { lab, home } = world;
    await Promise.all([
      startSshServer(home, lab.laptop),
      startPostgres(home),
      startEchoServer(lab, home),
    ]);
    home.start(["socat", `UDP4-RECVFROM:${WORDS_PORT},fork`, "EXEC:cat"]);
    const pair = await world.startPair({
      services: { ssh: SSH_PORT, sql: POSTGRES_PORT, echo: ECHO_PORT },
      datagramServices: { words: WORDS_PORT },
    });
    await pair.waitUntilOn("eth0");

    const shell = startSshShell(lab.laptop, pair.target("ssh"));
    const psql = startPsql(lab.laptop, pair.target("sql"));
    const bulk = await startCheckedEcho(lab, pair.target("echo"));
    const words = pair.target("words");
    const conversation = `exec 3<>/dev/udp/${words.host}/${words.port}; cat <&3 & cat >&3`;
    const talk = lab.laptop.start(["bash", "-c", conversation]);
    let asked = 0;
    /** Whether all four are there and answer, and how long the transfer stood since the last time. */
    const paused = async (what: string) => {
      asked += 1;
      await shell.write(`echo shell $((${asked} * 7))\n`);
      await psql.write(`select 'row ' || ${asked} * 11;\n`);
      await shell.waitFor(new RegExp(`shell ${asked * 7}\\b`), limit());
      await psql.waitFor(new RegExp(`row ${asked * 11}\\b`), limit());
      await answered(talk, `word ${asked * 13}`);
      await bulk.write("?\n");
      const [, ms] = await bulk.waitFor(/longest (\d+) ms/, limit());
      console.log(`${what}: nothing came for ${ms} ms at most`);
    };
    await paused("at rest");

    assertEquals((await pair.switchTo("wlan0")).kind, "overlapped");
    await paused("planned switch");
    assertEquals((await pair.switchTo("eth0")).kind, "overlapped");
    await paused("planned switch back");

    await lab.laptop.unplug("eth0");
    await pair.waitUntilOn("wlan0");
    await paused("unplugged");
    await lab.laptop.plug("eth0");
    await pair.switchTo("eth0");
    await lab.wire("eth0").silence();
    await pair.waitUntilOn("wlan0");
    await paused("silent");
    await lab.wire("eth0").restore();

    await world.killRelay();
    await world.startRelay();
    await paused("relay killed and started again");

    // Frozen it accepts, and says nothing.
    world.relay.signal("SIGSTOP");
    await pair.waitUntil((status) => !isConnected(status));
    world.relay.signal("SIGCONT");
    await pair.waitUntil(isConnected);
    await paused("relay frozen until it was missed");

    await world.replaceHomeLine(AWAY_MS);
    await paused(`home line replaced, which took ${AWAY_MS} ms`);

    await shell.write("exit\n");
    await shell.finish(limit());
    await psql.write("\\q\n");
    await psql.finish(limit());
    await bulk.closeInput();
    const [, bytes] = await bulk.waitFor(/whole (\d+)/, limit());
    assert(Number(bytes) > 0);
    await bulk.finish(limit());
    console.log(`${bytes} bytes there and back, all of them equal`);
  },
);
