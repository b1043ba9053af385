import { formatHostPort } from "../../config/host_port.ts";
import type { Identity } from "../../config/identity.ts";
import { certificatePem } from "../../config/pem.ts";
import { type RelayKey, RelayKeys } from "../../config/relay_keys.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import type { ToldPlace } from "../../core/wire/places_message.ts";
import type { dial } from "../../net/dial.ts";
import type { ByteListener } from "../../net/listen.ts";
import type { Via } from "../../net/via.ts";
import { noCarriage } from "../../relay/own_relay/carriage.ts";
import type { RelayedDatagrams } from "../../relay/own_relay/relay_association.ts";
import { ThroughRelay, type ThroughRelaySnapshot } from "../../relay/own_relay/through_relay.ts";
import type { RelayLog } from "../../relay/run/relay_log.ts";
import type { TaskGroup } from "../../relay/run/task_group.ts";

/** What the relays of a SNAPT are reached with. */
export interface ThroughRelaysContext {
  /** The file of the keys. */
  readonly keysFile: string;
  readonly identity: Identity;
  /** Serves what a relay brings, until the listener is closed. */
  readonly serve: (listener: ByteListener) => void;
  /** Who takes datagrams that come by a relay; null: nothing is reached by UDP. */
  readonly datagrams: () => RelayedDatagrams | null;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  readonly dial?: typeof dial;
  /** Over which network of this machine they are dialled; any where nothing is said. */
  readonly via?: () => Via;
}

type Through = SnaptConfig["through"];

/** A relay that is used; `key` and `address` tell whether it is still the same. */
interface UsedRelay {
  readonly relay: ThroughRelay;
  readonly tasks: TaskGroup;
  readonly key: RelayKey;
  readonly address: string;
}

/** The relays by which this SNAPT is to be reached. */
export class ThroughRelays {
  readonly #context: ThroughRelaysContext;
  readonly #used = new Map<string, UsedRelay>();
  #through: Through = new Map();

  constructor(context: ThroughRelaysContext) {
    this.#context = context;
  }

  /** Where CNAPTs reach SNAPT by those that are used. */
  get places(): readonly ToldPlace[] {
    return [...this.#through.keys()].flatMap((name) => this.#used.get(name)?.relay.place ?? []);
  }

  networksChanged(addresses: ReadonlySet<string>): void {
    for (const { relay } of this.#used.values()) relay.networksChanged(addresses);
  }

  /** Comes to all of them anew. */
  renew(): void {
    for (const { relay } of this.#used.values()) relay.renew();
  }

  get areAttached(): boolean {
    return [...this.#used.values()].every(({ relay }) => relay.state === "attached");
  }

  /** In the order of the configuration. */
  snapshot(): readonly ThroughRelaySnapshot[] {
    return [...this.#through].map(([name, address]) =>
      this.#used.get(name)?.relay.snapshot() ?? {
        name,
        address: formatHostPort(address),
        state: "absent",
        since: null,
        why: this.#whyWithoutKey(),
        roundTripMs: null,
        parked: 0,
        quota: null,
        ...noCarriage(),
      }
    );
  }

  /**
   * Goes by these from now on. One that is the same as before, with the same key, is not touched; of
   * one that is used no longer what is joined goes on, and nothing new comes. One without a key is
   * said in the log and left out: what goes by the others, or directly, goes on.
   *
   * @throws {RelayKeysFailed} the keys cannot be read; nothing was changed
   */
  async use(through: Through): Promise<void> {
    const store = new RelayKeys(this.#context.keysFile);
    const wanted = new Map<string, RelayKey | null>();
    for (const name of through.keys()) wanted.set(name, await store.find(name));
    this.#through = through;
    for (const [name, { key, address }] of [...this.#used]) {
      const place = through.get(name);
      const isSame = place !== undefined && formatHostPort(place) === address &&
        isSameKey(key, wanted.get(name) ?? null);
      if (!isSame) this.#drop(name);
    }
    for (const [name, place] of through) {
      const key = wanted.get(name) ?? null;
      if (this.#used.has(name)) continue;
      if (key === null) {
        this.#context.log.warn("relay-without-key", { relay: name, ...this.#whyWithoutKey() });
      } else this.#begin(key, place);
    }
  }

  #begin(key: RelayKey, { host, port }: { readonly host: string; readonly port: number }): void {
    const { identity, serve, datagrams, log } = this.#context;
    const { name } = key;
    const tasks = this.#context.tasks.child(`relay ${name}`, "keepGoing");
    const relay = new ThroughRelay({
      name,
      host,
      port,
      certificatePem: certificatePem(Uint8Array.fromHex(key.certificateHex)),
      credentials: { id: Uint8Array.fromHex(key.idHex), key: Uint8Array.fromHex(key.keyHex) },
      identity: { cert: identity.certificatePem, key: identity.privateKeyPem },
      datagrams,
      tasks,
      log,
      ...this.#context.dial === undefined ? {} : { dial: this.#context.dial },
      via: () => this.#context.via?.() ?? { kind: "any" },
    });
    this.#used.set(name, { relay, tasks, key, address: formatHostPort({ host, port }) });
    serve(relay.listener);
    relay.start();
  }

  #drop(name: string): void {
    const used = this.#used.get(name);
    this.#used.delete(name);
    used?.relay.listener.close();
    used?.tasks.close();
    this.#context.log.info("relay-left", { relay: name });
  }

  #whyWithoutKey() {
    return {
      reason: `there is no key for it in ${this.#context.keysFile}`,
      remedy: "get a code there (`snapt relay invite NAME`), and run `snapt through CODE` with it",
    };
  }
}

function isSameKey(one: RelayKey, other: RelayKey | null): boolean {
  return one.certificateHex === other?.certificateHex && one.idHex === other.idHex &&
    one.keyHex === other.keyHex;
}
