/** Idle conversations behind a proxy that ends what is idle, on the compiled programs. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing(["haproxy"]);
const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 50 } };
const ECHO = 7_002;
const PROXY = 7_790;
const LIMIT_MS = 30_000;
const IDLE_S = 10;
/** First it is learned how long an idle link lives there. */
const LEARN_MS = 35_000;
const MEASURED_MS = 60_000;
const HOUR_MS = 3_600_000;
const MOST_PER_HOUR = 1_000_000;

const run = (path: string, ...args: readonly (string | number)[]) => {
  const script = fileURLToPath(new URL(path, import.meta.url));
  return [Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args.map(String)];
};
const limit = () => AbortSignal.timeout(LIMIT_MS);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const HAPROXY = `defaults
  mode tcp
  timeout connect 5s
  timeout client ${IDLE_S}s
  timeout server ${IDLE_S}s
frontend links
  bind :${PROXY}
  default_backend snapt
backend snapt
  server snapt 127.0.0.1:7787
`;

async function bytesOn(lab: Lab, name: "eth0" | "wlan0"): Promise<number> {
  const counts = await lab.wire(name).count();
  return counts["a->b"].bytes + counts["b->a"].bytes;
}

Deno.test("seven idle conversations behind a proxy that ends what is idle cost little", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  await lab.server.start(run("./kit/echo_server.ts", ECHO)).waitFor(/ready/, limit());
  await lab.server.run(["tee", "haproxy.cfg"], { input: HAPROXY });
  lab.server.start(["haproxy", "-db", "-f", "haproxy.cfg"]);
  const pair = await Pair.start(lab, {
    services: { echo: ECHO },
    at: { listen: "0.0.0.0", address: lab.serverAddress, port: PROXY },
  });
  await pair.waitUntilOn("eth0");
  const client = lab.laptop.start(run("./programs/idle_words.ts", pair.target("echo").port, 7));
  await client.waitFor(/ready/, limit());
  await pause(LEARN_MS);
  const [eth, wlan] = [await bytesOn(lab, "eth0"), await bytesOn(lab, "wlan0")];
  await pause(MEASURED_MS);
  const perHour = (bytes: number) => bytes * HOUR_MS / MEASURED_MS;
  const used = perHour(await bytesOn(lab, "eth0") - eth);
  const other = perHour(await bytesOn(lab, "wlan0") - wlan);
  const words: number[] = [];
  for (let i = 0; i < 3; i++) {
    await client.write("say\n");
    const [, ms] = await client.waitFor(/answered after (\d+) ms/, limit());
    words.push(Number(ms));
    await pause(1_000);
  }
  const { switches } = await pair.status();
  console.log(`${used} B/h in use, ${other} B/h beside; first words after ${words.join(", ")} ms`);
  assertEquals(switches.length, 0);
  assert(used < MOST_PER_HOUR && other < MOST_PER_HOUR, `${used} and ${other} B/h`);
  // Two round trips, 100 ms, and what a busy machine adds.
  assert(Math.max(...words) < 2 * 2 * WIRES.a.delayMs + 100 + 250, `${words} ms`);
});
