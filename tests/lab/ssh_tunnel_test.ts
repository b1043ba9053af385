/** A home behind two NATs, reached by a port that `ssh -R` keeps open, as docs/home.md has it. */
import { assert, assertEquals } from "../assert.ts";
import { pageOf } from "../documented_commands.ts";
import { type Host, LAB_USER } from "./kit/host.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import type { LabProcess } from "./kit/lab_process.ts";
import { Pair } from "./kit/pair.ts";
import { ECHO_PORT, startEchoServer, startGapClient } from "./programs/gap_client.ts";
import { keyOf, OPEN_SSH_PROGRAMS, SSH_PORT, startSshServer } from "./programs/open_ssh.ts";
import { RELAY_HOST, RelayedHome } from "./scenarios/relayed_home.ts";

const ignore = await isLabMissing(["nft", "pkill", ...OPEN_SSH_PROGRAMS]);
const WIRES = { a: { delayMs: 5, rateMbit: 100 }, b: { delayMs: 15, rateMbit: 50 } };
const LIMIT_MS = 20_000;
const AWAY_MS = 500;
/** Names of the page that are others here. */
const USER = "tunnel";
const SERVER = `${USER}@vps.example.org`;

const page = await pageOf("docs/home.md");
const limit = () => AbortSignal.timeout(LIMIT_MS);

/** What the page has behind `start` on a line. */
function lineOf(start: string): string {
  const line = page.split("\n").find((one) => one.startsWith(start));
  assert(line !== undefined, `docs/home.md has no line ${start}`);
  return line.slice(start.length);
}

/** A line of the page's unit, as a shell takes it on this host. */
function commandOf(setting: string, home: Host): string {
  const options = `-F none -i ${keyOf(home)} -p ${SSH_PORT} ` +
    "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null";
  return lineOf(`${setting}=`).replace(/^-/, "").replace("ssh ", `ssh ${options} `)
    .replace("-R *", "-R '*'").replace(SERVER, `${LAB_USER}@${RELAY_HOST}`)
    // Hosts of a lab share their processes with all others.
    .replace("pkill", "pkill --ns \\$\\$ --nslist net").replace(`: ${USER}'`, `: ${LAB_USER}'`);
}

/** Does at home what the unit has systemd do, and says each start; SIGHUP ends the ssh that runs. */
function startUnit(home: Host): LabProcess {
  const [before, run] = [commandOf("ExecStartPre", home), commandOf("ExecStart", home)];
  const start = `${before}; ${run} & ssh=$!; echo started; wait $ssh; wait $ssh`;
  const pause = `sleep ${lineOf("RestartSec=")}`;
  return home.start(["sh", "-c", `trap 'kill -9 $ssh' HUP; while :; do ${start}; ${pause}; done`]);
}

Deno.test(
  "a port that ssh -R keeps open leads to a home that nobody reaches, and outlives what ends ssh",
  {
    ignore,
  },
  async () => {
    await using resources = new AsyncDisposableStack();
    const world = await RelayedHome.create(resources, { wires: WIRES });
    const { lab, home, vps } = world;
    await startEchoServer(lab, home);
    const keyOptions = /^restrict\S+/m.exec(page)?.[0] ?? "";
    const settings = /^GatewayPorts .*/m.exec(page)?.[0] ?? "";
    await startSshServer(vps, home, SSH_PORT, { settings, keyOptions });
    const unit = startUnit(home);
    const started = () => unit.waitFor(/started/, limit());
    await started();
    const pair = await Pair.start(lab, {
      home,
      services: { echo: ECHO_PORT },
      at: { listen: "0.0.0.0", address: RELAY_HOST },
    });
    await pair.waitUntilOn("eth0");
    const words = async (what: string, during: () => Promise<void>) => {
      const client = await startGapClient(lab, pair.target("echo"));
      await during();
      console.log(`${what}: nothing came for ${await client.finish()} ms at most`);
    };
    /** The connection has gone on over a port that was opened anew. */
    const comeBack = async () => {
      await started();
      await pair.cnapt.waitFor(/ switched .*kind=sudden/, limit());
    };
    await words("all of it", async () => {
      await words("planned switch", async () => {
        assertEquals((await pair.switchTo("wlan0")).kind, "overlapped");
      });
      await words("ssh killed", async () => {
        unit.signal("SIGHUP");
        await comeBack();
      });
      await words(`home line replaced, which took ${AWAY_MS} ms`, async () => {
        await world.replaceHomeLine(AWAY_MS);
        await comeBack();
      });
    });
  },
);
