import type { Host } from "../kit/host.ts";
import { LabFailure } from "../kit/lab_failure.ts";
import { findProgram } from "../kit/lab_mode.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import { START_LIMIT_MS, type Target } from "./target.ts";

/** What has to be installed. */
export const POSTGRES_PROGRAMS: readonly string[] = ["initdb", "postgres", "pgbench", "psql"];
export const POSTGRES_PORT = 5432;
const DATABASE = "postgres";

/**
 * Starts PostgreSQL as the ordinary user, with pgbench's tables in it. Everybody is trusted: nobody
 * but the lab can reach it.
 */
export async function startPostgres(server: Host): Promise<LabProcess> {
  const data = `${server.home}/postgres`;
  const initdb = await pathOf("initdb");
  await server.run([initdb, "-D", data, "-A", "trust", "--no-sync", "--locale=C", "-E", "UTF8"]);
  await server.run(["tee", "-a", `${data}/pg_hba.conf`], {
    input: "host all all 0.0.0.0/0 trust\n",
  });
  const settings = ["listen_addresses=0.0.0.0", `port=${POSTGRES_PORT}`, "fsync=off"];
  const places = [`unix_socket_directories=${server.home}`];
  const flags = [...settings, ...places].flatMap((setting) => ["-c", setting]);
  const process = server.start([await pathOf("postgres"), "-D", data, ...flags]);
  await process.waitFor(/ready to accept connections/, AbortSignal.timeout(START_LIMIT_MS));
  const initialize = ["-i", "-q", "-h", server.home, "-p", `${POSTGRES_PORT}`, DATABASE];
  await server.run([await pathOf("pgbench"), ...initialize]);
  return process;
}

/**
 * Starts pgbench: `clients` connections of its bank transfers for `seconds`. It fails when one of
 * them is cut off.
 */
export async function startPgbench(
  client: Host,
  target: Target,
  clients: number,
  seconds: number,
): Promise<LabProcess> {
  const load = ["-n", "-c", `${clients}`, "-j", "1", "-T", `${seconds}`, "-P", "1"];
  return client.start([await pathOf("pgbench"), ...load, ...where(target)]);
}

/** Opens a conversation with the database; type with `write`. */
export function startPsql(client: Host, target: Target): LabProcess {
  return client.start(["psql", "-X", "-q", "-A", "-t", ...where(target)]);
}

/**
 * Checks on the server that no transfer was done by half: the balances of all accounts, tellers and
 * branches and the sum of the history must be the same number.
 *
 * @returns the number of transfers
 * @throws LabFailure when the sums differ
 */
export async function checkTransfers(server: Host): Promise<number> {
  const query = `SELECT (SELECT sum(abalance) FROM pgbench_accounts),
    (SELECT sum(tbalance) FROM pgbench_tellers), (SELECT sum(bbalance) FROM pgbench_branches),
    (SELECT coalesce(sum(delta), 0) FROM pgbench_history), (SELECT count(*) FROM pgbench_history)`;
  const target = { host: server.home, port: POSTGRES_PORT };
  const { stdout } = await server.run(["psql", "-X", "-A", "-t", "-c", query, ...where(target)]);
  const [accounts, tellers, branches, history, count] = stdout.trim().split("|").map(Number);
  if (accounts !== tellers || tellers !== branches || branches !== history) {
    throw new LabFailure(`Cannot balance the books: ${stdout.trim()}`);
  }
  return count ?? 0;
}

function where(target: Target): readonly string[] {
  return ["-h", target.host, "-p", `${target.port}`, DATABASE];
}

async function pathOf(program: string): Promise<string> {
  const path = await findProgram(program);
  if (path === null) throw new LabFailure(`Cannot start ${program}: not installed`);
  return path;
}
