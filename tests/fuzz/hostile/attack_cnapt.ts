import { openLibc } from "../../../lib/net/libc.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { pause } from "../../../lib/relay/run/pause.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { udpEcho, UdpPeer } from "../../integration/kit/udp_peer.ts";
import { tcpService } from "../../opening.ts";
import { Chance } from "../../sim/chance.ts";
import { SimConn } from "../../sim/sim_conn.ts";
import { SimConnections } from "../../sim/sim_connections.ts";
import { SimSnapt } from "../../sim/sim_snapt.ts";
import { VirtualTime } from "../../sim/virtual_time.ts";
import { RandomBytes } from "../random_bytes.ts";
import { AttackedCnapt, HONEST_SITE, PATIENCE_MS } from "./attacked_cnapt.ts";
import { ToldLog } from "../../told_log.ts";
import { HostileSnapt } from "./hostile_snapt.ts";
import { runUntil } from "./run_until.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const KEY = new Uint8Array(32).fill(7);
const LIMITS = [
  { ringBytes: 4 * 1024, sessionBytes: 64 * 1024, streams: 24 },
  { ringBytes: 64 * 1024, sessionBytes: 1024 * 1024, streams: 24 },
];
const LONGEST_PAUSE_MS = 300;
/** Of all dials to the hostile SNAPT. */
const FAILED_DIAL_SHARE = 0.05;

/**
 * One world in which CNAPT is attacked by one of its two SNAPTs, until that has said so many
 * messages; all that is random in it is decided by `seed`. Returns how many there were.
 *
 * @throws {Error} CNAPT made a mistake, its other site was harmed, or something was left behind
 */
export async function attackCnapt(seed: number, messages: number): Promise<number> {
  const time = new VirtualTime();
  const chance = new Chance(seed);
  const limits = chance.pick(LIMITS);
  const log: ToldLog = new ToldLog(({ level, event, allFields: fields }) => {
    const isHonestHarmed = fields["site"] === HONEST_SITE &&
      (event === "protocol-violation" || event === "session-ended");
    if (level !== "error" && !(isHonestHarmed && life === "attacking")) return;
    time.fail(new Error(`${event} ${JSON.stringify(fields)}\n${log.tail}`));
  });
  let life: "attacking" | "over" = "attacking";
  const describe = () => `at ${time.now} ms\n${log.tail}`;
  await using server = udpEcho();
  await using client = new UdpPeer();
  const conns: SimConn[] = [];
  const connections = new SimConnections(time, chance);
  const attackers = TaskGroup.root(time.clock, log, "attackers");
  const pair = (address: string) => {
    const addresses = [`${address}:${conns.length}`, "127.0.0.1:7787"] as const;
    const delaysMs = [chance.between(0, 20), chance.between(0, 20)] as const;
    const [near, far] = SimConn.pair({ time, chance, addresses, delaysMs });
    conns.push(near);
    return [near, far] as const;
  };
  const honest = new SimSnapt({
    ...{ clock: time.clock, key: KEY, services: [tcpService("echo", 7)], log },
    settings: {
      ...{ site: "home", limits, sessions: 4, parkedPerClient: 256, handshakeMs: 10_000 },
      pending: { pendingPerSource: 1_000, pending: 1_000, failuresPerSecond: 1_000 },
      ...{ switchTimeoutMs: 60_000, inactivityMs: 3_600_000 },
    },
    openService: (opening) => connections.openService(opening),
    callTurnedAway: () => {},
  });
  const hostile = new HostileSnapt({
    ...{ key: KEY, random: new RandomBytes(seed), tasks: attackers, longestPauseMs: 100 },
    connectTo: (host, port) => {
      const listener = cnapt.listenerAt(host, port);
      if (listener === null) return null;
      const [near, far] = pair("127.0.0.1");
      listener.give(near);
      return far;
    },
  });
  const cnapt: AttackedCnapt = new AttackedCnapt({
    ...{ time, chance, limits, key: KEY, log, datagramPort: server.port },
    dial: (site) => async (_target, via, { signal }) => {
      const isHonest = site === HONEST_SITE;
      const isDoomed = !isHonest && chance.isHit(FAILED_DIAL_SHARE);
      await pause(time.clock, chance.between(0, 30), signal);
      signal.throwIfAborted();
      if (isDoomed) throw new ConnFailed("unreachable", "Cannot connect: it is away");
      const [near, far] = pair(via.kind === "address" ? via.address : "127.0.0.1");
      if (isHonest) honest.accept(far);
      else hostile.accept(far);
      return near;
    },
  });
  const busy = () => {
    time.after(chance.between(0, LONGEST_PAUSE_MS), () => {
      if (life === "over") return;
      cnapt.disturb();
      if (chance.isHit(0.3)) client.send("ping", cnapt.datagramPort);
      if (chance.isHit(0.5)) openHonest();
      busy();
    });
  };
  const openHonest = () => {
    const { driver } = cnapt.honest;
    if (driver === null || driver.session.streams.size >= 16) return;
    const application = connections.client({ client: { sendsBytes: chance.between(0, 20_000) } });
    const { remoteAddress: source } = application;
    const target = { kind: "service", name: "echo" } as const;
    cnapt.honest.open({ target, compression: "none", source }, application);
  };
  time.checkAlways(() => cnapt.check());
  cnapt.start();
  busy();
  attackers.run("attack", () => hostile.attack(messages).finally(() => life = "over"));
  await runUntil(time, () => life === "over", 1e8, describe);
  // The hostile one has left. What is honest comes to its end, byte for byte.
  const isQuiet = () => {
    const here = cnapt.honest.driver?.session.streams.size ?? 0;
    const there = honest.driver?.session.streams.size ?? 0;
    return cnapt.honest.state === "connected" && here + there === 0;
  };
  await runUntil(time, isQuiet, 60_000, describe);
  connections.checkEndings(false);
  let state: "stopping" | "stopped" = "stopping";
  attackers.run("stop", async () => {
    await cnapt.stop();
    await honest.stop();
    state = "stopped";
  });
  await runUntil(time, () => state === "stopped", 3 * PATIENCE_MS, describe);
  attackers.close();
  const open = conns.filter((conn) => !conn.isClosed).length;
  const left = [...cnapt.remains, ...open === 0 ? [] : [`${open} links`]];
  if (left.length > 0) throw new Error(`Left behind: ${left.join(", ")}\n${describe()}`);
  if (cnapt.memoryBytes !== 0) throw new Error(`${cnapt.memoryBytes} bytes are left`);
  return hostile.messages;
}
