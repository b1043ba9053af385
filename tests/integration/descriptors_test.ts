/** The compiled programs with few descriptors, and more connections than they have room for. */
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { ProcessPair, PROVIDERS } from "./kit/process_pair.ts";
import { type Launch, Running, whyNotCompiled, withDescriptors } from "./kit/program.ts";
import { echo, writeAll } from "./kit/server_application.ts";

const LIMIT = 1_024;
/** Nothing here takes longer unless it hangs. */
const PATIENCE_MS = 60_000;
/** What a program has open for itself, parked links too, is not quite the same each time. */
const SLACK = 60;
const HELLO = new TextEncoder().encode("a keystroke");

const missing = Deno.build.os === "linux"
  ? whyNotCompiled() ?? await whyTooFew()
  : "descriptors are counted on Linux only";
if (missing !== null) console.log(`SKIPPED descriptors_test: ${missing}`);

/** Runs `test` with a pair of programs that are connected, both with few descriptors. */
function scenario(name: string, test: (pair: ProcessPair, launch: Launch) => Promise<void>): void {
  Deno.test({
    name,
    ignore: missing !== null,
    fn: () =>
      inFolder(async (folder) => {
        const launch = withDescriptors(LIMIT);
        await using server = echo();
        // A busy machine would move the session by itself, to where a command is to move it.
        const cnaptYaml = "decision: { mode: off }\n";
        await using pair = await ProcessPair.start(folder, server.port, { launch, cnaptYaml });
        await test(pair, launch);
        for (const program of [pair.cnapt, pair.snapt]) {
          assertEquals(await program.end(), 0);
          assert(!/internal-error|Uncaught/.test(program.log), program.log);
          assert((program.log.match(/ descriptors-short /g)?.length ?? 0) <= 3, program.log);
        }
      }),
  });
}

scenario(
  "silent connections do not use SNAPT up: it shows its status and serves whom it knows",
  async (pair, launch) => {
    const [, port] = /listening address=\S+:(\d+)/.exec(pair.snapt.log) ?? [];
    const silent: Deno.TcpConn[] = [];
    using live = await pair.connect();
    await expectAnswer(live);
    try {
      for (let i = 0; i < 1_500; i++) {
        silent.push(await Deno.connect({ hostname: "127.0.0.1", port: Number(port) }));
      }
      const status = await pair.command("snapt", "status");
      assertEquals([status.code, status.err], [0, ""]);
      assert(status.out.includes("1 connected"), status.out);
      const { out } = await pair.command("cnapt", "status");
      const [, now = ""] = /^Connected over ([^\s,]+)/.exec(out) ?? [];
      const other = PROVIDERS.find((one) => one !== now) ?? "";
      const moved = await pair.command("cnapt", "switch", other);
      assertEquals(moved.code, 0, moved.err);
      await expectAnswer(live);
      await expectNewConnection(pair.servicePort);
      assertEquals(await pair.cnapt.end(), 0);
      await using again = new Running("cnapt", pair.cnaptFolder, [], launch);
      await again.line(/ connected .*services=echo/);
      await expectNewConnection(await again.line(/service=echo .*at=127\.0\.0\.1:(\d+)/));
      assertEquals(await again.end(), 0);
    } finally {
      for (const conn of silent) conn.close();
    }
  },
);

scenario(
  "of connections that are too many at once those that fit are served, and the others then",
  async (pair) => {
    const room = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let served = 0;
    const one = async () => {
      using conn = await pair.connect();
      await expectAnswer(conn);
      if (++served === LIMIT / 4) room.resolve();
      await release.promise;
    };
    const all = Array.from({ length: 1_100 }, one);
    await Promise.race([room.promise, Promise.all(all)]);
    for (const name of ["cnapt", "snapt"] as const) {
      const status = await pair.command(name, "status");
      assertEquals([status.code, status.err], [0, ""], name);
    }
    assert(served < LIMIT / 2, `${served} connections, each with two descriptors`);
    release.resolve();
    await Promise.all(all);
    assertEquals(served, 1_100);
    await expectAtRest(pair);
  },
);

scenario("all connections that are accepted can be switched", async (pair) => {
  const [, said] = /few-descriptors .*connections=(\d+)/.exec(pair.cnapt.log) ?? [];
  const full = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let served = 0;
  const all = Array.from({ length: LIMIT / 2 }, async () => {
    using conn = await pair.connect();
    await expectAnswer(conn);
    if (++served >= Number(said) - SLACK) full.resolve();
    await release.promise;
    await expectAnswer(conn);
  });
  await Promise.race([full.promise, Promise.all(all)]);
  await pair.cnapt.line(/descriptors-short/);
  const { out } = await pair.command("cnapt", "status", "--json");
  const now: string = JSON.parse(out).provider;
  const other = PROVIDERS.find((one) => one !== now) ?? "";
  const moved = await pair.command("cnapt", "switch", other);
  assertEquals([moved.code, moved.err], [0, ""]);
  assert(moved.out.startsWith(`overlapped switch ${now} -> ${other}`), moved.out);
  assert(served < Number(said) + SLACK, `${served} served, ${said} were said`);
  release.resolve();
  await Promise.all(all);
});

scenario("connections whose clients leave at once leave nothing behind", async (pair) => {
  const all = await Promise.all(Array.from({ length: 1_100 }, async () => {
    const conn = await pair.connect();
    await writeAll(conn, HELLO);
    return conn;
  }));
  for (const conn of all) conn.close();
  await expectAtRest(pair);
});

/** Descriptors fall back to what parked links need, and a new connection works. */
async function expectAtRest(pair: ProcessPair): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  for (const { pid } of [pair.cnapt, pair.snapt]) {
    // Links that are parked, on the network in use and on the other one.
    while (await descriptorsOf(pid) > LIMIT / 4) signal.throwIfAborted();
  }
  await expectNewConnection(pair.servicePort);
}

async function expectNewConnection(port: number | string): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await expectAnswer(conn);
}

/** What is written to the service comes back. */
async function expectAnswer(conn: Deno.TcpConn): Promise<void> {
  const late = setTimeout(() => conn.close(), PATIENCE_MS);
  try {
    await writeAll(conn, HELLO);
    const answer = new Uint8Array(HELLO.length);
    for (let done = 0; done < answer.length;) {
      const count = await conn.read(answer.subarray(done));
      assert(count !== null, "the connection ended");
      done += count;
    }
    assertEquals(answer, HELLO);
  } finally {
    clearTimeout(late);
  }
}

async function descriptorsOf(pid: number): Promise<number> {
  let count = 0;
  for await (const _ of Deno.readDir(`/proc/${pid}/fd`)) count += 1;
  return count;
}

/** The test itself, with server and clients in one process, needs more than the programs get. */
async function whyTooFew(): Promise<string | null> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "ulimit -Hn"] }).output();
  const limit = new TextDecoder().decode(stdout).trim();
  const isEnough = limit === "unlimited" || Number(limit) >= 4 * LIMIT;
  return isEnough ? null : `a process may have ${limit} descriptors here`;
}
