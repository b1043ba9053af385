/**
 * Where SNAPT may be found: at which addresses a link is dialled, and in which order.
 *
 * Theory of operation. A name tells where SNAPT might be; a link that was authenticated tells where it
 * is. So the address at which SNAPT last proved its key over a network is dialled there at once, after
 * it those where it did so over others. The name is looked up anew beside that, because SNAPT may have
 * moved; what comes of it is dialled too, but nothing is forgotten for it before SNAPT has proven its
 * key there. So a name server that is dead costs nothing, and one that lies (a captive portal's) no
 * more than dials in vain.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Resolve } from "../../net/reachable_addresses.ts";
import { familyOf, hostOf } from "../../net/socket_address.ts";
import type { ResolvedAddress } from "../../net/resolve.ts";
import type { Clock } from "../run/clock.ts";
import { unlessAborted } from "../run/unless_aborted.ts";

/** Who asks within this after another gets the same answer: many links are dialled at a time. */
const SHARED_MS = 1_000;
/** So many look-ups are under way at most: the system waits long for a name server that is gone. */
const MOST_LOOK_UPS = 4;
/** Of so many networks the address is remembered. */
const MOST_REMEMBERED = 16;
/** So many addresses that were proven over other networks are dialled besides the network's own. */
const MOST_OF_OTHERS = 2;

type Answer = Promise<readonly ResolvedAddress[]>;

/** The host of a site, and what is known of its addresses. */
export class SnaptAddresses {
  readonly #host: string;
  readonly #resolve: Resolve;
  readonly #clock: Clock;
  /** Where SNAPT last proved its key over each network, the newest at the end. */
  readonly #proven = new Map<ProviderKey, string>();
  #lookUp: { readonly at: number; readonly answer: Answer } | null = null;
  #underWay = 0;

  constructor(host: string, resolve: Resolve, clock: Clock) {
    this.#host = host;
    this.#resolve = resolve;
    this.#clock = clock;
  }

  /**
   * Where SNAPT has proven its key: over `provider` first, then over others, the newest first. Empty
   * where it has not yet, or where its host is an address.
   */
  provenFor(provider: ProviderKey): readonly string[] {
    const own = this.#proven.get(provider);
    const others = [...this.#proven.values()].reverse().filter((address) => address !== own);
    const distinct = [...new Set(others)].slice(0, MOST_OF_OTHERS);
    return own === undefined ? distinct : [own, ...distinct];
  }

  /** SNAPT has proven its key over `provider` at `remoteAddress`, an address with a port. */
  proved(provider: ProviderKey, remoteAddress: string): void {
    const address = hostOf(remoteAddress);
    if (familyOf(this.#host) !== null || familyOf(address) === null) return;
    this.#proven.delete(provider);
    const [oldest] = this.#proven.keys();
    if (this.#proven.size >= MOST_REMEMBERED && oldest !== undefined) this.#proven.delete(oldest);
    this.#proven.set(provider, address);
  }

  /**
   * The addresses of the name, looked up anew.
   *
   * @throws {ConnFailed} `nameUnknown`
   */
  async lookUp(signal: AbortSignal): Answer {
    const now = this.#clock.now();
    const isNew = this.#lookUp !== null && now - this.#lookUp.at < SHARED_MS;
    if (this.#lookUp === null || (!isNew && this.#underWay < MOST_LOOK_UPS)) {
      this.#lookUp = { at: now, answer: this.#ask() };
    }
    return await unlessAborted(this.#lookUp.answer, signal);
  }

  async #ask(): Answer {
    this.#underWay += 1;
    try {
      return await this.#resolve(this.#host);
    } finally {
      this.#underWay -= 1;
    }
  }
}
