/** One connection that leads nowhere while the network is well, on the compiled programs. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { LabFailure } from "./kit/lab_failure.ts";
import { Pair } from "./kit/pair.ts";

const ignore = await isLabMissing([]);
const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 50 } };
const ECHO = 7_002;
const LINKS = 7_787;
const LIMIT_MS = 30_000;
/** A second, and what a busy machine adds. */
const GAP_LIMIT_MS = 1_500;
const SAMPLE_MS = 1_000;
const SECONDS_AFTER = 5;
/** A link that was idle for so long is not used unasked. */
const IDLE_MS = 25_000;

const run = (path: string, ...args: readonly (string | number)[]) => {
  const script = fileURLToPath(new URL(path, import.meta.url));
  return [Deno.execPath(), "run", "-q", "--no-config", "-A", script, ...args.map(String)];
};
const limit = () => AbortSignal.timeout(LIMIT_MS);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Bytes that were confirmed on each link of the laptop, by its port there. */
async function linkBytes({ laptop, serverAddress }: Lab): Promise<ReadonlyMap<number, number>> {
  const ss = ["ss", "-tinH", "state", "established", "dst", `${serverAddress}:${LINKS}`];
  const { stdout } = await laptop.run(ss, { user: "admin" });
  const found = [...stdout.matchAll(/:(\d+)\s+\S+:7787[^\n]*\n\s([^\n]*)/g)];
  return new Map(found.map(([, port, info = ""]) => [
    Number(port),
    Number(/bytes_acked:(\d+)/.exec(info)?.[1] ?? 0),
  ]));
}

/** The link on which most goes at the moment. */
async function busiestLink(lab: Lab): Promise<number> {
  const before = await linkBytes(lab);
  await pause(SAMPLE_MS);
  const grown = [...await linkBytes(lab)]
    .map(([port, bytes]) => ({ port, bytes: bytes - (before.get(port) ?? 0) }))
    .sort((a, b) => b.bytes - a.bytes);
  const [busiest] = grown;
  if (busiest === undefined) throw new LabFailure("Cannot find a link that carries anything");
  return busiest.port;
}

for (const mode of ["words", "bulk"] as const) {
  for (const direction of ["sport", "dport"] as const) {
    const way = direction === "sport" ? "to SNAPT" : "to CNAPT";
    Deno.test(
      `${mode} go on within a second when their link alone is swallowed on the way ${way}`,
      {
        ignore,
      },
      async () => {
        await using lab = await Lab.create({ wires: WIRES });
        await lab.server.start(run("./kit/echo_server.ts", ECHO)).waitFor(/ready/, limit());
        const pair = await Pair.start(lab, { services: { echo: ECHO } });
        await pair.waitUntilOn("eth0");
        const client = lab.laptop.start(
          run("./programs/steady_echo.ts", pair.target("echo").port, mode),
        );
        for (let i = 0; i < 3; i++) await client.waitFor(/gap \d+ ms/, limit());
        const port = await busiestLink(lab);
        await lab.hosts.providers.eth0.configure(
          `ip rule add ipproto tcp ${direction} ${port} blackhole`,
        );
        const gaps: number[] = [];
        while (gaps.length < SECONDS_AFTER) {
          const [, gap] = await client.waitFor(/gap (\d+) ms/, limit());
          gaps.push(Number(gap));
        }
        console.log(`${mode} ${way}: ${gaps.join(", ")} ms`);
        const { switches, provider } = await pair.status();
        assertEquals([switches.length, provider], [0, "eth0"]);
        assert(Math.max(...gaps) > 100, `link ${port} was not the stream's: ${gaps}`);
        assert(Math.max(...gaps) < GAP_LIMIT_MS, `${gaps} ms\n${pair.cnapt.output}`);
      },
    );
  }
}

/** All links of the laptop but the one on which something was said meanwhile: the control link. */
async function idleLinks(lab: Lab): Promise<readonly number[]> {
  const before = await linkBytes(lab);
  await pause(IDLE_MS);
  const after = await linkBytes(lab);
  return [...after].filter(([port, bytes]) => bytes === before.get(port)).map(([port]) => port);
}

Deno.test("what is forgotten on the way while it is idle costs less than a second", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: WIRES });
  await lab.server.start(run("./kit/echo_server.ts", ECHO)).waitFor(/ready/, limit());
  const pair = await Pair.start(lab, { services: { echo: ECHO } });
  await pair.waitUntilOn("eth0");
  const { port } = pair.target("echo");
  const client = lab.laptop.start(run("./programs/idle_words.ts", port, 1));
  await client.waitFor(/ready/, limit());
  const idle = await idleLinks(lab);
  const rules = idle.flatMap((link) => [
    `ip rule add ipproto tcp sport ${link} blackhole`,
    `ip rule add ipproto tcp dport ${link} blackhole`,
  ]);
  await lab.hosts.providers.eth0.configure(rules.join("\n"));
  const opened = lab.laptop.start(run("./programs/idle_words.ts", port, 1));
  const [, anew] = await opened.waitFor(/ready after (\d+) ms/, limit());
  await client.write("say\n");
  const [, word] = await client.waitFor(/answered after (\d+) ms/, limit());
  console.log(`${idle.length} links forgotten: new ${anew} ms, first word ${word} ms`);
  const { switches } = await pair.status();
  assertEquals(switches.length, 0);
  assert(Number(anew) < GAP_LIMIT_MS && Number(word) < GAP_LIMIT_MS, `${anew} and ${word} ms`);
});
