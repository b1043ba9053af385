/** WireGuard with full packets through a UDP service, over a network that loses long ones. */
import { assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { findLabAbility, isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { ECHO_PORT, startEchoServer, startGapClient } from "./programs/gap_client.ts";
import {
  startWireguard,
  TUNNEL_SERVER,
  WIREGUARD_PORT,
  WIREGUARD_PROGRAMS,
} from "./programs/wireguard.ts";

const ability = await findLabAbility();
const isRoot = ability.kind === "possible" && ability.modes.includes("root");
const ignore = await isLabMissing([...WIREGUARD_PROGRAMS, "nft"]) || !isRoot;
const LIMIT_MS = 60_000;
const SINK = 7_001;
const BYTES = 3_000_000;
/** What WireGuard takes by itself. */
const MTU = 1_420;
const MOST_BYTES = 1_358;

/** In a lab of root's, the programs of the tests are where its users reach them. */
const run = ({ places }: Lab, path: string, ...args: readonly (string | number)[]) => [
  ...[places.deno, "run", "-q", "--no-lock", "--no-config", "-A"],
  ...[`${places.project}/tests/lab/${path}`, ...args.map(String)],
];
const limit = () => AbortSignal.timeout(LIMIT_MS);

Deno.test("a tunnel of WireGuard carries full packets, also over a network that loses them", {
  ignore,
}, async () => {
  await using lab = await Lab.create({
    mode: "root",
    wires: { a: { delayMs: 5, rateMbit: 30 }, b: { delayMs: 10, rateMbit: 30 } },
  });
  await startEchoServer(lab);
  await lab.server.start(run(lab, "programs/upload.ts", "sink", SINK)).waitFor(/ready/, limit());
  await lab.hosts.providers.wlan0.configure(`nft add table ip narrow
nft add chain ip narrow forward '{ type filter hook forward priority 0; }'
nft add rule ip narrow forward meta length '>' ${MOST_BYTES} counter drop`);
  const pair = await Pair.start(lab, {
    services: {},
    datagramServices: { wireguard: WIREGUARD_PORT },
    cnaptYaml: "providers: [{ match: eth0 }, { match: wlan0 }]\n",
  });
  const { host, port } = pair.target("wireguard");
  await startWireguard(lab, `${host}:${port}`, MTU);
  const talk = await startGapClient(lab, { host: TUNNEL_SERVER, port: ECHO_PORT });
  const upload = async () => {
    const client = lab.laptop.start(
      run(lab, "programs/upload.ts", "to", TUNNEL_SERVER, SINK, BYTES),
    );
    const [, ms] = await client.waitFor(/"uploadedMs":(\d+)/, limit());
    return Number(ms);
  };
  const full = await upload();
  const { to } = await pair.switchTo("wlan0");
  assertEquals(to, "wlan0");
  const narrow = await upload();
  const gapMs = await talk.finish();
  console.log(
    `${BYTES} bytes in ${full} ms, over the narrow network in ${narrow}; gap ${gapMs} ms`,
  );
  const { switches } = await pair.status();
  assertEquals(switches.length, 1, JSON.stringify(switches));
});
