import { AUTH_BYTES, HELLO_BYTES, MAC_BYTES } from "../../lib/core/wire/preamble.ts";
import type { Message } from "../../lib/core/wire/message.ts";
import type { DialOptions, DialTarget } from "../../lib/net/dial.ts";
import type { ResolvedAddress } from "../../lib/net/resolve.ts";
import type { Via } from "../../lib/net/via.ts";
import type { ByteConn } from "../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../lib/net/conn_failed.ts";
import type { Provider, Providers } from "../../lib/relay/network/provider.ts";
import type { Chance } from "./chance.ts";
import { FirstFrame } from "./first_frame.ts";
import { SimConn } from "./sim_conn.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** TCP repeats what opens a connection after so long, and then after twice the time before. */
const SYN_AGAIN_MS = 1_000;

/** How long a name server takes, and when one that does not answer is given up. */
const LOOKUP_MS = 20;
const LOOKUP_LIMIT_MS = 3_000;

interface SimProvider {
  delayMs: number;
  state: "up" | "down" | "silent";
  dialFailureShare: number;
}

/** A connection between CNAPT and SNAPT, and what each end began with. */
interface SimLink {
  readonly provider: string;
  readonly cnapt: SimConn;
  readonly snapt: SimConn;
  readonly firstFrame: FirstFrame;
}

/** What goes on in a network, for those who watch. */
export interface NetworkEvents {
  /** Somebody reached SNAPT's port. */
  readonly arrived: (conn: SimConn) => void;
  /** The first frame that CNAPT sent on a link. */
  readonly began: (message: Message) => void;
  /** The table of providers changed. */
  readonly changed: () => void;
}

/** The providers of a world and all connections that were made over them. */
export class SimNetwork {
  /** What SNAPT refused links with. */
  readonly refusals: string[] = [];
  /** The first frame of every link, for those who send it again later. */
  readonly firstFrames: Message[] = [];
  /** As CNAPT sees it: a silent provider still looks like a good one. */
  readonly table: Providers = {
    find: (key) => this.#provider(key).state === "down" ? null : rowOf(key),
    candidates: () => this.candidates.map(rowOf),
  };
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #events: NetworkEvents;
  readonly #providers = new Map<string, SimProvider>();
  #links: SimLink[] = [];
  #lastPort = 1_024;
  #snaptAddress = "192.0.2.1";

  constructor(
    time: VirtualTime,
    chance: Chance,
    delaysMs: Readonly<Record<string, number>>,
    events: NetworkEvents,
  ) {
    this.#time = time;
    this.#chance = chance;
    this.#events = events;
    for (const [key, delayMs] of Object.entries(delaysMs)) {
      this.#providers.set(key, { delayMs, state: "up", dialFailureShare: 0 });
    }
  }

  /** Providers that have an address. */
  get candidates(): readonly string[] {
    return this.keys.filter((key) => this.#provider(key).state !== "down");
  }
  get keys(): readonly string[] {
    return [...this.#providers.keys()];
  }
  /** Links whose two ends are open. */
  get openLinks(): readonly SimLink[] {
    this.#links = this.#links.filter(({ cnapt, snapt }) => cnapt.isOpen || snapt.isOpen);
    return this.#links.filter(({ cnapt, snapt }) => cnapt.isOpen && snapt.isOpen);
  }

  /** How many links `end` keeps open. */
  countAt(end: "cnapt" | "snapt"): number {
    return this.#links.filter((link) => link[end].isOpen).length;
  }

  stateOf(key: string): SimProvider["state"] {
    return this.#provider(key).state;
  }

  /** Connects to SNAPT, as `dial` of lib/net does. */
  async dial(
    target: DialTarget,
    via: Via,
    { signal, resolve = () => this.resolve() }: DialOptions,
  ): Promise<ByteConn> {
    const [found] = isNumeric(target.host)
      ? [{ address: target.host }]
      : await resolve(target.host);
    signal.throwIfAborted();
    return await this.#dialAddress(found?.address ?? "", via, signal);
  }

  /** Looks up the name of SNAPT, over whichever network answers. */
  resolve(): Promise<readonly ResolvedAddress[]> {
    return new Promise((resolve, reject) => {
      if (this.keys.some((key) => this.#provider(key).state === "up")) {
        const answer = [{ address: this.#snaptAddress, family: 4 }] as const;
        this.#time.after(LOOKUP_MS, () => resolve(answer));
        return;
      }
      this.#time.after(LOOKUP_LIMIT_MS, () => {
        reject(new ConnFailed("nameUnknown", "Cannot resolve: nobody answers"));
      });
    });
  }

  /** SNAPT is at another address from now on, and nobody at the one before. */
  moveSnapt(address: string): void {
    this.#snaptAddress = address;
    for (const { cnapt } of this.openLinks) cnapt.silence();
  }

  #dialAddress(address: string, via: Via, signal: AbortSignal): Promise<ByteConn> {
    const key = via.kind === "address" ? via.address : "";
    const provider = this.#provider(key);
    const isSilent = () => provider.state === "silent" || address !== this.#snaptAddress;
    const isDoomed = this.#chance.isHit(provider.dialFailureShare);
    return new Promise((resolve, reject) => {
      const fail = () => {
        signal.removeEventListener("abort", giveUp);
        reject(new ConnFailed("unreachable", `Cannot connect over ${key}: it is away`));
      };
      const giveUp = () => {
        this.#time.cancel(planned);
        reject(signal.reason);
      };
      const knock = (againMs: number) => {
        const answersInMs = 2 * provider.delayMs +
          this.#chance.between(0, Math.ceil(provider.delayMs / 2));
        const isLost = isSilent();
        return this.#time.after(isLost ? againMs : answersInMs, () => {
          if (isLost || isSilent()) planned = knock(2 * againMs);
          else if (isDoomed || provider.state === "down") fail();
          else {
            signal.removeEventListener("abort", giveUp);
            resolve(this.#connect(key, provider.delayMs));
          }
        });
      };
      let planned = knock(SYN_AGAIN_MS);
      signal.addEventListener("abort", giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
  }

  /** Evenly from 0 to 1. */
  chance(): number {
    return this.#chance.between(0, 1_000) / 1_001;
  }

  /** A connection of somebody who is not CNAPT. */
  connectForged(): SimConn {
    const [near, far] = this.#pair("forged", [1, 1]);
    this.#events.arrived(far);
    return near;
  }

  /** Every link breaks at CNAPT; SNAPT hears of it, or not. New dials fail at once. */
  unplug(key: string): void {
    this.#provider(key).state = "down";
    for (const { cnapt, snapt } of this.#linksOver(key)) {
      cnapt.break(this.#chance.between(0, 20));
      snapt.break(this.#chance.isHit(0.5) ? 1e9 : this.#chance.between(0, 900));
    }
    this.#events.changed();
  }

  /** SNAPT's end of every link is closed. */
  closeLinks(): void {
    for (const { snapt } of this.#links) snapt.close();
  }

  /** Links break now, all or those of streams, at the ends that are named. */
  breakLinks(ends: "both" | "cnapt" = "both", which: "all" | "streams" = "all"): void {
    for (const { cnapt, snapt, firstFrame } of this.openLinks) {
      if (which === "streams" && firstFrame.message?.kind !== "bind") continue;
      cnapt.break(1);
      if (ends === "both") snapt.break(1);
    }
  }

  /** Nothing gets through any more, and nobody is told. */
  silence(key: string): void {
    this.#provider(key).state = "silent";
    for (const { cnapt } of this.#linksOver(key)) cnapt.silence();
  }

  /**
   * For `ms` nothing gets through and nobody is told; afterwards what was sent arrives, as TCP repeats
   * it, or the links are silent for ever, as a NAT on the way has forgotten them.
   */
  hole(key: string, ms: number, flows: "kept" | "forgotten"): void {
    if (flows === "kept") this.stall(key, ms);
    else this.silence(key);
    this.#provider(key).state = "silent";
    this.#time.after(ms, () => this.restore(key));
  }

  restore(key: string): void {
    const provider = this.#provider(key);
    const wasDown = provider.state === "down";
    provider.state = "up";
    if (wasDown) this.#events.changed();
  }

  setDialFailures(key: string, share: number): void {
    this.#provider(key).dialFailureShare = share;
  }

  /** Everything takes so long from now on, in each direction. */
  slowDown(key: string, delayMs: number): void {
    this.#provider(key).delayMs = delayMs;
    for (const { cnapt, snapt } of this.#linksOver(key)) {
      cnapt.slowDown(delayMs);
      snapt.slowDown(delayMs);
    }
  }

  /** Nothing arrives over this provider for a while; afterwards everything does. */
  stall(key: string, ms: number): void {
    for (const { cnapt, snapt } of this.#linksOver(key)) {
      cnapt.stall(ms);
      snapt.stall(ms);
    }
  }

  #connect(key: string, delayMs: number): SimConn {
    const delaysMs = [
      delayMs + this.#chance.between(0, delayMs),
      delayMs + this.#chance.between(0, delayMs),
    ] as const;
    const [cnapt, snapt] = this.#pair(key, delaysMs);
    const firstFrame = new FirstFrame(cnapt, AUTH_BYTES, (message) => {
      this.firstFrames.push(message);
      this.#events.began(message);
    });
    this.#links.push({ provider: key, cnapt, snapt, firstFrame });
    this.#events.arrived(snapt);
    return cnapt;
  }

  #pair(key: string, delaysMs: readonly [number, number]): readonly [SimConn, SimConn] {
    const addresses = [`${key}:${++this.#lastPort}`, `${this.#snaptAddress}:7787`] as const;
    const { chance, time } = { chance: this.#chance, time: this.#time };
    const ends = SimConn.pair({ time, chance, addresses, delaysMs });
    new FirstFrame(ends[1], HELLO_BYTES + 1 + MAC_BYTES, (message) => {
      if (message.kind === "refused") this.refusals.push(message.code);
    });
    return ends;
  }

  #linksOver(key: string): readonly SimLink[] {
    return this.openLinks.filter(({ provider }) => provider === key);
  }

  #provider(key: string): SimProvider {
    const provider = this.#providers.get(key);
    if (provider === undefined) throw new RangeError(`Cannot use provider ${key}: there is none`);
    return provider;
  }
}

function isNumeric(host: string): boolean {
  return /^[\d.]+$/.test(host);
}

function rowOf(key: string): Provider {
  return { key, via: { kind: "address", address: key } };
}
