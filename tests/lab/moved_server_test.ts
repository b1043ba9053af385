/** SNAPT gets another address, and its name follows some time later; the compiled programs. */
import { assert } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { ECHO_PORT, startEchoServer, startGapClient } from "./programs/gap_client.ts";

const ignore = await isLabMissing([]);
const NAME = "home.lab";
const NEW_ADDRESS = "203.0.113.20";
/** For so long the name leads to where SNAPT was. */
const STALE_MS = 6_000;
/** Three seconds, a round trip, and what a busy machine adds. */
const BACK_WITHIN_MS = 5_000;

async function nameIs(lab: Lab, address: string): Promise<void> {
  await lab.laptop.configure(`printf '127.0.0.1 localhost\\n${address} ${NAME}\\n' > /etc/hosts`);
}

Deno.test("a session goes on when SNAPT has another address, and its name says so later", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: { a: { delayMs: 10 }, b: { delayMs: 30 } } });
  await startEchoServer(lab);
  await nameIs(lab, lab.serverAddress);
  const pair = await Pair.start(lab, {
    services: { echo: ECHO_PORT },
    at: { listen: "0.0.0.0", address: NAME },
  });
  const talk = await startGapClient(lab, pair.target("echo"));
  await lab.server.configure(`
ip addr flush dev eth0 scope global
ip addr add ${NEW_ADDRESS}/24 dev eth0
ip route replace default via 203.0.113.1`);
  await new Promise((resolve) => setTimeout(resolve, STALE_MS));
  await nameIs(lab, NEW_ADDRESS);
  const gapMs = await talk.finish();
  console.log(`stood for ${gapMs} ms, of which the name led elsewhere for ${STALE_MS}`);
  assert(gapMs > STALE_MS / 2 && gapMs <= STALE_MS + BACK_WITHIN_MS, `${gapMs} ms`);
});
