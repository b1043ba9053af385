import type { DialOptions, DialTarget } from "../../../../../lib/net/dial.ts";
import type { ResolvedAddress } from "../../../../../lib/net/resolve.ts";
import type { Via } from "../../../../../lib/net/via.ts";
import type { ByteConn } from "../../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../../lib/net/conn_failed.ts";
import type { Message, RefusalCode } from "../../../../../lib/core/wire/message.ts";
import { Link } from "../../../../../lib/relay/link/link.ts";
import { authenticateCnapt } from "../../../../../lib/relay/link/link_auth.ts";
import { LinkDialer } from "../../../../../lib/relay/link/link_dialer.ts";
import { LinkSupply } from "../../../../../lib/relay/link/link_supply.ts";
import { ParkedLinks } from "../../../../../lib/relay/link/parked_links.ts";
import { StandbyLinks } from "../../../../../lib/relay/link/standby_links.ts";
import type { Provider, Providers } from "../../../../../lib/relay/network/provider.ts";
import { TaskGroup } from "../../../../../lib/relay/run/task_group.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { TestLog } from "../../../../test_log.ts";
import { VirtualClock } from "../../../../virtual_clock.ts";

/** Payload of a full packet. */
const FULL_BYTES = 1_460;

export const ID = new Uint8Array(16).fill(1);
export const KEY = new Uint8Array(32).fill(7);

/** What becomes of those who dial SNAPT over a network. */
export type Answer =
  | "answers"
  /** Connections are taken, and nothing is ever said on them. */
  | "silent"
  | "unreachable"
  /** SNAPT closes the connection in the middle of the proof. */
  | "hangsUp"
  | "webServer"
  /** Someone who is neither. */
  | "stranger"
  /** SNAPT closes links as soon as they are parked. */
  | "closesParked"
  | { readonly refused: RefusalCode }
  /** A mistake of ours in the dialling. */
  | "mistake";

/** SNAPT as it is seen over each network, in memory. */
export class LinkWorld {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly site = TaskGroup.root(this.clock, this.log, "site");
  /** Mistakes of ours that would have ended the session. */
  readonly faults: unknown[] = [];
  readonly session: TaskGroup = this.site.child("session", (error) => {
    this.faults.push(error);
    this.session.close();
  });
  /** On every network, packets with more payload vanish; so large ones are sent unless less is said. */
  mostBytes = FULL_BYTES;
  /** The networks that were dialled over. */
  readonly dials: string[] = [];
  /** SNAPT's ends of the links that were opened, by network. */
  readonly far = new Map<string, { readonly link: Link; readonly conn: MemoryConn }[]>();
  readonly #dialled: MemoryConn[] = [];
  /** The first frames that came on links. */
  readonly said: Message[] = [];
  /** What SNAPT does with a link that is used; it is left alone unless a test says otherwise. */
  take: (link: Link, first: Message) => void = () => {};
  readonly #answers = new Map<string, Answer>();
  /** Where was dialled, hosts in order. */
  readonly hosts: string[] = [];
  readonly #hostAnswers = new Map<string, Answer>();
  #keys: readonly string[];
  readonly providers: Providers = {
    find: (key) => this.#keys.includes(key) ? provider(key) : null,
    candidates: () => this.#keys.map(provider),
  };
  readonly dialer = new LinkDialer({
    endpoint: {
      host: "snapt.example",
      port: 7787,
      credentials: { id: ID, key: KEY },
      tls: null,
    },
    tasks: this.site,
    dial: (target, via, options) => this.dial(target, via, options),
    resolve: () => this.resolve(),
    chance: () => 0,
  });
  readonly parked = new ParkedLinks({ tasks: this.site, log: this.log });
  readonly standby = new StandbyLinks({
    dialer: this.dialer,
    parked: this.parked,
    tasks: this.site,
  });

  /** `keys`: the networks that there are, the most promising first. */
  constructor(...keys: readonly string[]) {
    this.#keys = keys;
  }

  /** A supply for a session of its own in this world. */
  supply(): LinkSupply {
    const { dialer, providers, parked, standby, session: tasks, log } = this;
    return new LinkSupply({
      dialer,
      providers,
      parked,
      standby,
      tasks,
      log,
      roundTripMs: () => null,
      sizeChanged: () => {},
    });
  }

  /** From now on that becomes of whoever dials over `key`. */
  let(key: string, answer: Answer): void {
    this.#answers.set(key, answer);
  }

  /** From now on that becomes of whoever dials this host, over whichever network. */
  letAt(host: string, answer: Answer): void {
    this.#hostAnswers.set(host, answer);
  }

  /** Which networks there are from now on. */
  have(...keys: readonly string[]): void {
    this.#keys = keys;
  }

  /** SNAPT's ends over `key` that are open. */
  openAt(key: string): readonly { readonly link: Link; readonly conn: MemoryConn }[] {
    return (this.far.get(key) ?? []).filter(({ conn }) => conn.isOpen);
  }

  /** Nothing gets through any more on what is open over `key`. */
  silence(key: string): void {
    for (const { conn } of this.far.get(key) ?? []) conn.isSilent = true;
  }

  /** How many connections are open at this end. */
  get openDials(): number {
    return this.#dialled.filter(({ isOpen }) => isOpen).length;
  }

  dialsOver(key: string): number {
    return this.dials.filter((one) => one === key).length;
  }

  /** Looks up SNAPT's name. */
  resolve(): Promise<readonly ResolvedAddress[]> {
    return Promise.resolve([{ address: "192.0.2.2", family: 4 }]);
  }

  /** How connections are made in this world. */
  async dial({ host }: DialTarget, via: Via, options: DialOptions): Promise<ByteConn> {
    const { signal, segmentBytes } = options;
    await null;
    signal.throwIfAborted();
    const key = via.kind === "address" ? via.address : "";
    this.dials.push(key);
    this.hosts.push(host);
    const answer = this.#hostAnswers.get(host) ?? this.#answers.get(key) ?? "answers";
    if (answer === "mistake") throw new TypeError("Cannot dial: a mistake of ours");
    if (answer === "unreachable") {
      throw new ConnFailed("unreachable", "Cannot connect: the network is unreachable");
    }
    const [near, far] = MemoryConn.pair(`${key}.1:40000`, "192.0.2.2:7787");
    for (const end of [near, far]) this.#loseLarge(end, segmentBytes ?? FULL_BYTES);
    this.#dialled.push(near);
    this.site.run("far end", () => this.#serve(far, key, answer));
    return near;
  }

  /** What fills packets of `segmentBytes` is lost where those are too large, and what comes after it. */
  #loseLarge(end: MemoryConn, segmentBytes: number): void {
    const write = end.write.bind(end);
    end.write = (bytes) => {
      if (Math.min(segmentBytes, bytes.length) > this.mostBytes) end.isSilent = true;
      return write(bytes);
    };
  }

  async #serve(conn: MemoryConn, key: string, answer: Answer): Promise<void> {
    if (answer === "silent") return;
    if (answer === "hangsUp") return conn.close();
    if (answer === "webServer" || answer === "stranger") {
      const said = answer === "webServer" ? "HTTP/1.0 400 no\r\n\r\n" : "x".repeat(64);
      await conn.write(new TextEncoder().encode(said));
      return;
    }
    try {
      await authenticateCnapt(conn, (idHex) =>
        Promise.resolve(
          typeof answer === "object"
            ? { kind: "refused", code: answer.refused, sentence: "not today" }
            : { kind: "known", key: KEY, client: idHex },
        ));
    } catch {
      return conn.close(); // whoever dialled has given it up, or was refused
    }
    if (answer === "closesParked") return conn.close();
    const link = new Link(conn, "", this.site);
    this.far.set(key, [...this.far.get(key) ?? [], { link, conn }]);
    const first = await link.firstMessage().catch(() => null); // answers all pings on the way
    if (first === null) return link.close();
    this.said.push(first);
    this.take(link, first);
  }
}

export function provider(key: string): Provider {
  return { key, via: { kind: "address", address: key } };
}
