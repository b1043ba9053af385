/** SNAPT at home behind a router with Debian's miniupnpd, on the compiled programs. */
import { expectPrinted } from "../json_documents.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Asks, HomeRouter } from "./kit/home_router.ts";
import type { Host } from "./kit/host.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import type { LabProcess } from "./kit/lab_process.ts";
import { isConnected, readPairStatus } from "./kit/pair_status.ts";
import { productCommand } from "./kit/product.ts";

const ignore = await isLabMissing(["miniupnpd", "nft"]);
const LIMIT_MS = 30_000;
/** What a home has to be reachable within once its router answers. */
const BACK_WITHIN_MS = 5_000;

const limit = () => AbortSignal.timeout(LIMIT_MS);

/** A SNAPT at home. */
class Home {
  readonly asks: Asks;
  readonly host: Host;
  readonly #command: readonly string[];
  #process: LabProcess | null = null;

  constructor(lab: Lab, asks: Asks, host: Host) {
    this.asks = asks;
    this.host = host;
    this.#command = productCommand(lab.places, "snapt");
  }

  argv(...words: readonly string[]): readonly string[] {
    return [...this.#command, ...words, "--config", `${this.host.home}/snapt.yaml`];
  }

  async start(): Promise<void> {
    await this.host.run(this.argv("init", "--mapping", "auto"));
    this.#process = this.host.start(this.argv("run"));
  }

  get process(): LabProcess {
    assert(this.#process !== null);
    return this.#process;
  }

  /** Waits until the log says that it is mapped: the outer port. */
  async mapped(address: string): Promise<number> {
    const pattern = new RegExp(
      `mapping-(?:made|changed) router=\\S+ method=${this.asks} tcp=${address}:(\\d+)`,
    );
    return Number((await this.process.waitFor(pattern, limit()))[1]);
  }
}

/** Whether somebody answers there, as seen from the laptop. */
async function reaches(lab: Lab, host: string, port: number): Promise<boolean> {
  const script = `: <>/dev/tcp/${host}/${port}`;
  const { code } = await lab.laptop.run(["timeout", "5", "bash", "-c", script], { mayFail: true });
  return code === 0;
}

/** Invites the laptop as one does who says nothing of addresses, and waits until it is connected. */
async function join(lab: Lab, home: Home, outer: string): Promise<void> {
  const { stdout: code } = await home.host.run(home.argv("invite", "laptop"));
  assert(/^[^,/]+/.exec(code)?.[0] === outer, code); // the address in the LAN may come after it
  const cnapt = productCommand(lab.places, "cnapt");
  const config = ["--config", `${lab.laptop.home}/cnapt.yaml`];
  await lab.laptop.run([...cnapt, "join", "-", "--no-ssh", ...config], { input: code });
  lab.laptop.start([...cnapt, "run", ...config]);
  const end = limit();
  while (!end.aborted) {
    const words = [...cnapt, "status", "--json", ...config];
    const { code, stdout } = await lab.laptop.run(words, { mayFail: true });
    if (code === 0 && isConnected(readPairStatus(stdout))) return;
  }
  assert(false, `CNAPT was not connected within ${LIMIT_MS} ms`);
}

Deno.test(
  "a home behind a router is reached by PCP, NAT-PMP and UPnP, and again after a restart and another address",
  {
    ignore,
  },
  async () => {
    await using lab = await Lab.create();
    const router = await HomeRouter.create(lab);
    const homes: Home[] = [];
    for (const asks of ["pcp", "nat-pmp", "upnp"] as const) {
      homes.push(new Home(lab, asks, await router.addHome(asks, asks)));
    }
    const [first] = homes;
    assert(first !== undefined);
    const inside = async (outer: string) => {
      const answeredMs = performance.now();
      const each = await Promise.all(homes.map(async (home) => {
        const port = await home.mapped(outer);
        return { home, port, tookMs: Math.round(performance.now() - answeredMs) };
      }));
      const text = each.map(({ home, port, tookMs }) => `${home.asks}: ${port}, ${tookMs} ms`);
      console.log(`${outer}: ${text.join("; ")}`);
      for (const { port } of each) assert(await reaches(lab, outer, port), text.join("; "));
      return each;
    };

    const ipv6 = await router.addIpv6(first.host);

    // The first one gets the port, the others find it taken.
    await first.start();
    await first.process.waitFor(/mapping-made .* tcp=20\.30\.40\.5:7787 /, limit());
    await Promise.all([
      join(lab, first, router.outer),
      ...homes.slice(1).map((home) => home.start()),
    ]);
    const ports = await Promise.all(homes.slice(1).map((home) => home.mapped(router.outer)));
    assertEquals(new Set([7_787, ...ports]).size, 3, `${ports}`);
    for (const port of ports) assert(await reaches(lab, router.outer, port), `${port}`);
    assertEquals((await router.mapped()).length, 3);
    assert(await router.letsIn(ipv6), first.process.output);

    // Taken back when nobody wants it any longer, and asked for again.
    const set = async (mapping: "auto" | "off") => {
      const file = `${first.host.home}/snapt.yaml`;
      await first.host.run(["sed", "-i", `s/^mapping: .*/mapping: ${mapping}/`, file]);
      await first.host.run(first.argv("reload"));
    };
    await set("off");
    assertEquals([await router.mapped(), await router.letsIn(ipv6)], [
      ports.map(String).sort(),
      false,
    ]);
    await set("auto");
    assertEquals(await first.mapped(router.outer), 7_787);

    await router.cut();
    await router.restart();
    const again = await inside(router.outer);
    assert(again.every(({ tookMs }) => tookMs < BACK_WITHIN_MS), first.process.output);

    await router.move();
    const moved = await inside(router.outer);
    assert(moved.every(({ tookMs }) => tookMs < BACK_WITHIN_MS), first.process.output);
    expectPrinted((await first.host.run(first.argv("status", "--json"))).stdout);
    const { stdout } = await first.host.run(first.argv("status"));
    assert(stdout.includes("20.30.40.6:7787 (TCP) leads here, by PCP at 192.168.7.1"), stdout);

    await Promise.all(homes.map(({ process }) => process.stop()));
    assertEquals(await router.mapped(), []);
  },
);
