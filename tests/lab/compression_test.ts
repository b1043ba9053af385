/** A database over packed streams, while the networks change. */
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import {
  checkTransfers,
  POSTGRES_PORT,
  POSTGRES_PROGRAMS,
  startPgbench,
  startPostgres,
} from "./programs/postgres.ts";

const ignore = await isLabMissing(POSTGRES_PROGRAMS);
const LIMIT_MS = 60_000;
const PGBENCH_SECONDS = 12;
/** 30 MB of rows that shrink well; the sum of their lines tells whether any is missing. */
const ROWS = 400_000;
const QUERY =
  `SELECT i, i * 7919 % 1000 AS value, repeat('abc', 20) FROM generate_series(1, ${ROWS}) i`;

for (const compress of ["zstd", "deflate"] as const) {
  Deno.test(`psql and pgbench packed with ${compress} survive planned and sudden switches`, {
    ignore,
  }, async () => {
    await using lab = await Lab.create();
    const { laptop, server } = lab;
    await startPostgres(server);
    const pair = await Pair.start(lab, {
      services: { db: POSTGRES_PORT },
      settings: { db: `compress: ${compress}` },
    });
    const target = pair.target("db");
    const limit = AbortSignal.timeout(LIMIT_MS);
    const pgbench = await startPgbench(laptop, target, 4, PGBENCH_SECONDS);
    const psql = laptop.start([
      ...["sh", "-c", 'psql -X -A -t -h "$0" -p "$1" -c "$2" postgres | md5sum && echo whole'],
      ...[target.host, `${target.port}`, QUERY],
    ]);
    // On a busy machine a path may seem dead and be left before it is asked.
    const other = async () => (await pair.status()).provider === "eth0" ? "wlan0" : "eth0";
    assertEquals((await pair.switchTo(await other())).kind, "overlapped");
    assertEquals((await pair.switchTo(await other(), { strict: true })).kind, "strict");
    const [from, to] = await other() === "wlan0"
      ? ["eth0", "wlan0"] as const
      : ["wlan0", "eth0"] as const;
    await laptop.unplug(from);
    assertEquals((await pair.waitUntilOn(to)).switches.at(-1)?.kind, "sudden");
    await psql.waitFor(/whole/, limit);
    await pgbench.finish(limit);
    const direct = await server.run([
      ...["sh", "-c", 'psql -X -A -t -h "$0" -p "$1" -c "$2" postgres | md5sum'],
      ...[server.home, `${POSTGRES_PORT}`, QUERY],
    ]);
    assert(psql.output.includes(direct.stdout.trim()), "the rows are not the same");
    assert(await checkTransfers(server) > 0);

    const status = JSON.parse((await pair.run("cnapt", ["status", "--json"])).stdout);
    const packing = status.sites.home.packing.db;
    assert(packing.ratio > 2, `it hardly shrank: ${JSON.stringify(packing)}`);
    assert(packing.receivedPlainBytes > ROWS * 50, JSON.stringify(packing));
    assertEquals(packing.broken, 0);
    const there = JSON.parse((await pair.run("snapt", ["status", "--json"])).stdout);
    assertEquals(there.packing.db.sentPlainBytes, packing.receivedPlainBytes);
  });
}
