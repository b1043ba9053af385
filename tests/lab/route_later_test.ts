/**
 * The only network of a laptop, whose interface is up, or has its address, some time before its route
 * is there: as with a network manager or a DHCP client. The compiled programs; a plain TCP connection
 * to the same server is the measure.
 */
import { assert } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { ECHO_PORT, startEchoServer, startGapClient } from "./programs/gap_client.ts";

const ignore = await isLabMissing([]);
/** How much longer than plain TCP a conversation may stand. */
const MOST_BESIDE_MS = 500;
const ROUTE = "ip route replace default via 10.1.0.1 dev";

const seconds = (ms: number) => (ms / 1_000).toFixed(3);

/** What happens to eth0, in shell; at the end everything is as before but for `name`. */
const EVENTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [0, 50, 500, 2_000].flatMap((ms) => [
      [
        `goes down and up, and its route comes ${ms} ms later`,
        `ip link set eth0 down; ip link set eth0 up; sleep ${seconds(ms)}; ${ROUTE} eth0`,
      ],
      [
        `gets its address ${ms} ms before its route`,
        `ip addr flush dev eth0; ip addr add 10.1.0.2/24 dev eth0; sleep ${
          seconds(ms)
        }; ${ROUTE} eth0`,
      ],
    ]),
  ),
  "is down for a second, and its route comes 50 ms after it":
    `ip link set eth0 down; sleep 1; ip link set eth0 up; sleep 0.05; ${ROUTE} eth0`,
  "loses its route for a second": `ip route del default dev eth0; sleep 1; ${ROUTE} eth0`,
  "gets another name and its own again":
    `ip link set eth0 down; ip link set eth0 name lan7; ip link set lan7 up; ${ROUTE} lan7; sleep 1
ip link set lan7 down; ip link set lan7 name eth0; ip link set eth0 up; ${ROUTE} eth0`,
};

Deno.test("a conversation stands hardly longer than plain TCP when the only interface", {
  ignore,
}, async (t) => {
  await using lab = await Lab.create();
  const { laptop } = lab;
  await laptop.unplug("wlan0");
  await startEchoServer(lab);
  const pair = await Pair.start(lab, { services: { echo: ECHO_PORT } });
  for (const [name, script] of Object.entries(EVENTS)) {
    await t.step(name, async () => {
      const [relayed, direct] = await Promise.all([
        startGapClient(lab, pair.target("echo")),
        startGapClient(lab, { host: lab.serverAddress, port: ECHO_PORT }),
      ]);
      await laptop.configure(`${script}\nsleep 1`);
      const [relayedMs, directMs] = await Promise.all([relayed.finish(), direct.finish()]);
      console.log(`${name}: ${relayedMs} ms, plain TCP ${directMs} ms`);
      assert(relayedMs <= directMs + MOST_BESIDE_MS, `${relayedMs} ms, plain TCP ${directMs} ms`);
    });
  }
});
