import { createIdentity, type Identity } from "../../../lib/config/identity.ts";
import { relayName, relayServerName } from "../../../lib/core/relay/relay_name.ts";
import { listenPlain } from "../../../lib/net/listen.ts";
import { RelayServer } from "../../../lib/relay/own_relay/relay_server.ts";
import { ThroughRelay } from "../../../lib/relay/own_relay/through_relay.ts";
import { PAIRING_HASHES } from "../../../lib/relay/pairing/pairing_hashes.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import type { SnaptServer } from "../../../lib/relay/server/snapt_server.ts";
import { TestLog } from "../../test_log.ts";
import { portForBoth } from "./port_for_both.ts";

const KEY = new Uint8Array(32).fill(9);
const ID = new Uint8Array(16).fill(2);
const ROUTE = relayName("route", KEY, PAIRING_HASHES);
const CONTROL = relayName("control", KEY, PAIRING_HASHES);

/** A relay in this process, on loopback, that has invited one SNAPT; it can be restarted. */
export class LoopbackRelay implements AsyncDisposable {
  readonly log = new TestLog();
  readonly port = portForBoth();
  readonly serverName = relayServerName(ROUTE);
  readonly #identity: Identity;
  readonly #throughs: { readonly through: ThroughRelay; readonly tasks: TaskGroup }[] = [];
  #server: RelayServer;

  private constructor(identity: Identity) {
    this.#identity = identity;
    this.#server = this.#start();
  }

  static async start(): Promise<LoopbackRelay> {
    return new LoopbackRelay(await createIdentity());
  }

  /** This SNAPT is reached through the relay from now on. */
  bring(server: SnaptServer, identity: Identity, log: TestLog): void {
    const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
    const through = new ThroughRelay({
      name: "vps",
      host: "127.0.0.1",
      port: this.port,
      certificatePem: this.#identity.certificatePem,
      credentials: { id: ID, key: KEY },
      identity: { cert: identity.certificatePem, key: identity.privateKeyPem },
      tasks,
      log,
    });
    this.#throughs.push({ through, tasks });
    server.serve(through.listener);
    through.start();
  }

  /** Ends all that it carries, and begins anew as if it knew of nothing. */
  async restart(): Promise<void> {
    await this.#server.stop();
    this.#server = this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { tasks } of this.#throughs) tasks.close();
    await this.#server.stop();
  }

  #start(): RelayServer {
    const tasks = TaskGroup.root(SYSTEM_CLOCK, this.log);
    const snapt = { idHex: ID.toHex(), name: "homepc" };
    const server = new RelayServer({
      limits: {
        parked: 4,
        connections: 64,
        bytesPerSecond: null,
        waitMs: 5_000,
        askedMs: 10_000,
      },
      pending: { pendingPerSource: 64, pending: 128, failuresPerSecond: 1_000 },
      monthLimit: () => null,
      monthKept: () => null,
      handshakeMs: 10_000,
      identity: { cert: this.#identity.certificatePem, key: this.#identity.privateKeyPem },
      meaningOf: (name) =>
        Promise.resolve(
          name === ROUTE ? { kind: "route", snapt } : name === CONTROL ? { kind: "own" } : null,
        ),
      admit: () => Promise.resolve({ kind: "known", key: KEY, client: snapt }),
      pairing: {
        answer: () => Promise.reject(new Error("there are no codes")),
        proven: () => Promise.resolve(),
      },
      tasks,
      log: this.log,
      random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    });
    server.serve(listenPlain({ host: "127.0.0.1", port: this.port }, "link"));
    return server;
  }
}
