/**
 * A CNAPT that changes its network all day. What each change leaves behind must go, at both ends,
 * and never keep a new connection out: links of networks that are gone cannot say their end.
 */
import { fileURLToPath } from "node:url";
import { assert } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import { isConnected } from "./kit/pair_status.ts";
import { LAPTOP_INTERFACES, type LaptopInterface } from "./kit/topology.ts";
import type { ProductProgram } from "./kit/product.ts";

const ignore = await isLabMissing([]);
const LIMIT_MS = 60_000;
const PORT = 7_000;
const ROUNDS = 8;
const BURST = 48;
/** The runtime takes memory as it likes; what each switch leaves behind would be more. */
const MOST_GROWTH = 1.25;

const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const run = (
  path: string,
  ...args: readonly number[]
) => [Deno.execPath(), "run", "-q", "--no-config", "-A", script(path), ...args.map(String)];
const limit = () => AbortSignal.timeout(LIMIT_MS);
const otherThan = (name: LaptopInterface) => name === "eth0" ? "wlan0" : "eth0";

async function startEcho(lab: Lab): Promise<void> {
  const server = lab.server.start(run("./kit/echo_server.ts", PORT));
  await server.waitFor(/ready/, limit());
}

/** What a program holds of what may pile up. */
interface Held {
  readonly descriptors: number;
  readonly memoryBytes: number;
}

async function heldBy(pair: Pair, program: ProductProgram): Promise<Held> {
  const { stdout } = await pair.run(program, ["status", "--json"]);
  return {
    descriptors: Number(/"descriptors":\{[^}]*"open":(\d+)/.exec(stdout)?.[1]),
    memoryBytes: Number(/"memoryBytes":(\d+)/.exec(stdout)?.[1]),
  };
}

function larger(one: Held, other: Held): Held {
  return {
    descriptors: Math.max(one.descriptors, other.descriptors),
    memoryBytes: Math.max(one.memoryBytes, other.memoryBytes),
  };
}

function checkGrowth(program: ProductProgram, early: Held, late: Held): void {
  const report = `${program}: ${JSON.stringify(late)} after ${JSON.stringify(early)}`;
  assert(late.descriptors <= 2 * early.descriptors, report);
  assert(late.memoryBytes <= MOST_GROWTH * early.memoryBytes, report);
}

/** One switch of each kind; returns where the laptop is afterwards. */
async function switchEachWay(lab: Lab, pair: Pair): Promise<void> {
  const { laptop } = lab;
  await pair.switchTo("wlan0");
  await pair.switchTo("eth0", { strict: true });
  for (const name of LAPTOP_INTERFACES) {
    await laptop.unplug(name);
    await pair.waitUntilOn(otherThan(name));
    laptop.takeNextAddress(name);
    await laptop.plug(name);
  }
  await lab.wire("eth0").silence();
  await pair.waitUntilOn("wlan0");
  await lab.wire("eth0").restore();
  await pair.switchTo("eth0");
}

Deno.test(
  "neither descriptors nor memory grow with the number of switches",
  { ignore },
  async () => {
    await using lab = await Lab.create({ wires: { a: { delayMs: 3 }, b: { delayMs: 5 } } });
    await startEcho(lab);
    const pair = await Pair.start(lab, { services: { load: PORT } });
    const port = pair.target("load").port;
    const client = lab.laptop.start(run("./programs/many_streams.ts", port, 6));
    await client.waitFor(/ready/, limit());
    const none = { descriptors: 0, memoryBytes: 0 };
    const early: Record<ProductProgram, Held> = { cnapt: none, snapt: none };
    for (let round = 1; round <= ROUNDS; round++) {
      await switchEachWay(lab, pair);
      for (const program of ["cnapt", "snapt"] as const) {
        const held = await heldBy(pair, program);
        if (round <= ROUNDS / 2) early[program] = larger(early[program], held);
        else checkGrowth(program, early[program], held);
      }
    }
    await client.closeInput();
    await client.finish(limit());
  },
);

Deno.test("connections open with few allowed, whatever the changes of address have left", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: { a: { delayMs: 3 }, b: { delayMs: 5 } } });
  await startEcho(lab);
  const snaptYaml = "limits: { streams: 50 }\n";
  const pair = await Pair.start(lab, { services: { load: PORT }, snaptYaml });
  const burst = run("./programs/burst.ts", pair.target("load").port, BURST);
  let on: LaptopInterface = "eth0";
  for (let change = 0; change < ROUNDS; change++) {
    // Links are parked for the next burst, and lost with the network.
    await lab.laptop.run(burst, { limitMs: LIMIT_MS });
    await lab.laptop.unplug(on);
    lab.laptop.takeNextAddress(on);
    await pair.waitUntilOn(otherThan(on));
    await lab.laptop.plug(on);
    on = otherThan(on);
    await pair.waitUntil(isConnected);
  }
  await lab.laptop.run(burst, { limitMs: LIMIT_MS });
});
