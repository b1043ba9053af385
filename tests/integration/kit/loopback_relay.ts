import { createIdentity, type Identity } from "../../../lib/config/identity.ts";
import { relayName, relayServerName } from "../../../lib/core/relay/relay_name.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import type { SnaptDatagrams } from "../../../lib/relay/datagram/snapt_datagrams.ts";
import {
  DatagramPort,
  type DatagramPortContext,
} from "../../../lib/relay/own_relay/datagram_port.ts";
import { RelayServer } from "../../../lib/relay/own_relay/relay_server.ts";
import { ThroughRelay } from "../../../lib/relay/own_relay/through_relay.ts";
import { PAIRING_HASHES } from "../../../lib/relay/pairing/pairing_hashes.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import type { SnaptServer } from "../../../lib/relay/server/snapt_server.ts";
import { TestLog } from "../../test_log.ts";
import type { RandomBytes } from "../../fuzz/random_bytes.ts";
import { HostileUdp } from "./hostile_udp.ts";
import { portForBoth } from "./port_for_both.ts";

const KEY = new Uint8Array(32).fill(9);
const ID = new Uint8Array(16).fill(2);
const ROUTE = relayName("route", KEY, PAIRING_HASHES);
const CONTROL = relayName("control", KEY, PAIRING_HASHES);

/** Whether it has a UDP port: none, its own, or one that a test stands before. */
export type RelayUdp = "open" | "none" | RandomBytes;

/** What a test wants of a relay; what it does not say is as in most tests. */
export interface RelaySettings {
  readonly connections?: number;
  readonly handshakeMs?: number;
  /** Whether the SNAPT is let in, each time that this is asked; absent: it is. */
  readonly isInvited?: () => boolean;
  /** Both ends find the relay where this one is, which is told where the relay listens. */
  readonly behind?: (port: number) => { readonly port: number };
}

/** A relay in this process, on loopback, that has invited one SNAPT; it can be restarted. */
export class LoopbackRelay implements AsyncDisposable {
  readonly log = new TestLog();
  /** Where both ends find it. */
  readonly port: number;
  readonly serverName = relayServerName(ROUTE);
  readonly #listensAt = portForBoth();
  readonly #settings: RelaySettings;
  readonly #identity: Identity;
  readonly #throughs: { readonly through: ThroughRelay; readonly tasks: TaskGroup }[] = [];
  #before: HostileUdp | null = null;
  #server: RelayServer;

  private constructor(identity: Identity, udp: RelayUdp, settings: RelaySettings) {
    this.#identity = identity;
    this.#settings = settings;
    this.port = settings.behind?.(this.#listensAt).port ?? this.#listensAt;
    this.#server = this.#start(udp);
  }

  static async start(
    udp: RelayUdp = "open",
    settings: RelaySettings = {},
  ): Promise<LoopbackRelay> {
    return new LoopbackRelay(await createIdentity(), udp, settings);
  }

  get server(): RelayServer {
    return this.#server;
  }

  /** This SNAPT is reached through the relay from now on. */
  bring(
    server: SnaptServer,
    datagrams: SnaptDatagrams | null,
    ends: { readonly identity: Identity; readonly log: TestLog },
  ): void {
    server.serve(this.attach(ends, datagrams).listener);
  }

  /** A SNAPT with the key of the one that was invited. */
  attach(
    { identity, log }: { readonly identity: Identity; readonly log: TestLog },
    datagrams: SnaptDatagrams | null = null,
  ): ThroughRelay {
    const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
    const through = new ThroughRelay({
      name: "vps",
      host: "127.0.0.1",
      port: this.port,
      certificatePem: this.#identity.certificatePem,
      credentials: { id: ID, key: KEY },
      identity: { cert: identity.certificatePem, key: identity.privateKeyPem },
      datagrams: () => datagrams?.relayed ?? null,
      tasks,
      log,
    });
    this.#throughs.push({ through, tasks });
    through.start();
    return through;
  }

  /** Ends all that it carries, and begins anew as if it knew of nothing. */
  async restart(udp: RelayUdp): Promise<void> {
    await this.#server.stop();
    this.#server = this.#start(udp);
  }

  /** What stands before its UDP port. */
  get before(): HostileUdp {
    if (this.#before === null) {
      throw new TypeError("Cannot stand before the UDP port: nothing does");
    }
    return this.#before;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#before?.[Symbol.asyncDispose]();
    for (const { tasks } of this.#throughs) tasks.close();
    await this.#server.stop();
  }

  #start(udp: RelayUdp): RelayServer {
    const tasks = TaskGroup.root(SYSTEM_CLOCK, this.log);
    const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    const own = { host: "127.0.0.1", port: this.#listensAt };
    const snapt = { idHex: ID.toHex(), name: "homepc" };
    const server = new RelayServer({
      limits: {
        parked: 4,
        connections: this.#settings.connections ?? 64,
        bytesPerSecond: null,
        waitMs: 5_000,
        askedMs: 10_000,
      },
      pending: { pendingPerSource: 64, pending: 128, failuresPerSecond: 1_000 },
      monthLimit: () => null,
      monthKept: () => null,
      handshakeMs: this.#settings.handshakeMs ?? 10_000,
      identity: { cert: this.#identity.certificatePem, key: this.#identity.privateKeyPem },
      meaningOf: (name) =>
        Promise.resolve(
          name === ROUTE ? { kind: "route", snapt } : name === CONTROL ? { kind: "own" } : null,
        ),
      admit: () =>
        Promise.resolve(
          this.#settings.isInvited?.() === false
            ? { kind: "refused", code: "revoked", sentence: "it was revoked" }
            : { kind: "known", key: KEY, client: snapt },
        ),
      pairing: {
        answer: () => Promise.reject(new Error("there are no codes")),
        proven: () => Promise.resolve(),
      },
      tasks,
      log: this.log,
      random,
      datagrams: this.#openUdp(udp, { places: () => 64, tasks, random }),
    });
    server.serve(listenPlain(own, "link"));
    return server;
  }

  #openUdp(udp: RelayUdp, context: DatagramPortContext): DatagramPort | null {
    if (udp === "none") return null;
    const isOwn = udp === "open";
    const own = { host: "127.0.0.1", port: isOwn ? this.port : 0 };
    const port = new DatagramPort([own], context).start();
    if (!isOwn) this.#before = new HostileUdp(this.port, port.port, udp);
    return port;
  }
}
