/** A database that is reached by Unix sockets at both ends, while the networks change. */
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
const PGBENCH_SECONDS = 10;
const ROWS = 300_000;
const QUERY = `SELECT i, i * 7919 % 1000 FROM generate_series(1, ${ROWS}) i`;
const SHELL = 'psql -X -A -t -h "$0" -c "$1" postgres | md5sum && echo whole';

Deno.test("psql and pgbench by Unix sockets survive planned and sudden switches", {
  ignore,
}, async () => {
  await using lab = await Lab.create();
  const { laptop, server } = lab;
  await startPostgres(server);
  // PostgreSQL and its programs want this name in the folder that they are told.
  const socket = (home: string) => `unix:${home}/.s.PGSQL.${POSTGRES_PORT}`;
  const pair = await Pair.start(lab, {
    services: { unused: 9 },
    snaptYaml: `  db: { to: "${socket(server.home)}", port: ${POSTGRES_PORT} }`,
    cnaptYaml: `      db: { listen: "${socket(laptop.home)}" }\n`,
  });
  const target = { host: laptop.home, port: POSTGRES_PORT };
  const limit = AbortSignal.timeout(LIMIT_MS);
  const pgbench = await startPgbench(laptop, target, 4, PGBENCH_SECONDS);
  const psql = laptop.start(["sh", "-c", SHELL, laptop.home, QUERY]);
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
  const direct = await server.run(["sh", "-c", SHELL, server.home, QUERY]);
  assert(psql.output.includes(direct.stdout.split("\n")[0] ?? "?"), "the rows are not the same");
  assert(await checkTransfers(server) > 0);
});
