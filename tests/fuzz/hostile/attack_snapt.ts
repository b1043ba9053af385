import { openLibc } from "../../../lib/net/libc.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { udpEcho } from "../../integration/kit/udp_peer.ts";
import { Chance } from "../../sim/chance.ts";
import { SimConn } from "../../sim/sim_conn.ts";
import { ToldLog } from "../../told_log.ts";
import { VirtualTime } from "../../sim/virtual_time.ts";
import { RandomBytes } from "../random_bytes.ts";
import { AttackedSnapt, KEY, PATIENCE_MS } from "./attacked_snapt.ts";
import { HonestClient } from "./honest_client.ts";
import { HostileCnapt } from "./hostile_cnapt.ts";
import { runUntil } from "./run_until.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const LIMITS = [
  { ringBytes: 4 * 1024, sessionBytes: 64 * 1024, streams: 24 },
  { ringBytes: 64 * 1024, sessionBytes: 1024 * 1024, streams: 24 },
];
const HOSTILE = 2;
const CALL_EVERY_MS = 300;

/**
 * One world in which SNAPT is attacked by clients that it knows, until they have said so many
 * messages; all that is random in it is decided by `seed`. Returns how many there were.
 *
 * @throws {Error} SNAPT made a mistake, an honest client was harmed, or something was left behind
 */
export async function attackSnapt(seed: number, messages: number): Promise<number> {
  const time = new VirtualTime();
  const chance = new Chance(seed);
  const limits = chance.pick(LIMITS);
  const log: ToldLog = new ToldLog(({ level, event, fields }) => {
    if (level !== "error") return;
    time.fail(new Error(`${event} ${JSON.stringify(fields)}\n${log.tail}`));
  });
  const honestLog: ToldLog = new ToldLog(({ level, event, fields }) => {
    if (level !== "error" && event !== "protocol-violation") return;
    time.fail(new Error(`honest client: ${event} ${JSON.stringify(fields)}\n${log.tail}`));
  });
  await using server = udpEcho();
  const conns: SimConn[] = [];
  const honest: HonestClient = new HonestClient({
    ...{ time, chance, limits, key: KEY, log: honestLog },
    arrived: (conn) => snapt.accept(conn),
  });
  const snapt: AttackedSnapt = new AttackedSnapt({
    ...{ time, chance, limits, log, datagramPort: server.port },
    openHonest: (opening) => honest.connections.openService(opening),
  });
  const attackers = TaskGroup.root(time.clock, log, "attackers");
  let lives = 0;
  const hostile = Array.from({ length: HOSTILE }, (_, number) => {
    const address = `203.0.113.${number}`;
    return new HostileCnapt({
      credentials: () => {
        const id = new Uint8Array(16).fill(100 + number);
        id.set([lives >> 8, lives++ & 0xff], 14);
        return { id, key: KEY };
      },
      random: new RandomBytes(seed + number),
      connect: () => {
        const addresses = [`${address}:${conns.length}`, "192.0.2.1:7787"] as const;
        const delaysMs = [chance.between(0, 20), chance.between(0, 20)] as const;
        const [near, far] = SimConn.pair({ time, chance, addresses, delaysMs });
        conns.push(far);
        snapt.accept(far);
        return Promise.resolve(near);
      },
      tasks: attackers,
      longestPauseMs: 100,
      restMs: 30_000,
    });
  });
  const callAgain = () => {
    time.after(CALL_EVERY_MS, () => {
      snapt.callAll();
      if (attacking > 0) callAgain();
    });
  };
  let attacking = hostile.length;
  time.checkAlways(() => snapt.check());
  snapt.start();
  honest.start();
  callAgain();
  for (const one of hostile) {
    attackers.run("attack", () => one.attack(messages / HOSTILE).finally(() => attacking -= 1));
  }
  const describe = () => `at ${time.now} ms\n${log.tail}`;
  await runUntil(time, () => attacking === 0, 1e8, describe);
  // The hostile ones have left: nothing of them may remain.
  const isForgotten = () =>
    snapt.hostileRemains.length === 0 && conns.every((conn) => conn.isClosed);
  await runUntil(time, isForgotten, 3 * PATIENCE_MS, () => {
    const open = conns.filter((conn) => !conn.isClosed).length;
    return `${snapt.hostileRemains.join(", ")}, ${open} links\n${describe()}`;
  });
  honest.leave();
  const isQuiet = () => honest.isConnected && honest.streams + snapt.honestStreams === 0;
  await runUntil(time, isQuiet, 60_000, describe);
  honest.connections.checkEndings(honest.endReason !== null);
  if (honest.endReason !== null) throw new Error(`The honest client lost its session`);
  honest.stop();
  await runUntil(time, () => honest.endReason !== null, 60_000, describe);
  let state: "stopping" | "stopped" = "stopping";
  attackers.close();
  attackers.run("stop", () => snapt.stop().finally(() => state = "stopped"));
  await runUntil(time, () => state === "stopped", 60_000, describe);
  if (snapt.memoryBytes !== 0) throw new Error(`${snapt.memoryBytes} bytes are left`);
  return hostile.reduce((sum, one) => sum + one.messages, 0);
}
