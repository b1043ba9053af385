import type { MappingMethod, OuterPort } from "../../core/mapping/mapping_answer.ts";
import {
  forwardingWords,
  type MappingWay,
  type WantedPorts,
} from "../../core/mapping/mapping_way.ts";
import { formatAddress } from "../../net/socket_address.ts";
import type { RelayLog } from "../run/relay_log.ts";
import { LoggedOnce } from "../run/logged_once.ts";
import type { RouterPlace } from "./gateway_client.ts";

/** What a router has granted. */
export interface Mapped {
  readonly method: MappingMethod;
  readonly tcp: OuterPort;
  readonly udp: OuterPort | null;
  readonly lifetimeS: number | null;
  readonly words: string;
  readonly remedy: string;
}

export interface MappingBoardContext {
  readonly family: 4 | 6;
  readonly wanted: () => WantedPorts;
  readonly date: () => Date;
  readonly log: RelayLog;
  /** Something of the way has changed. */
  readonly changed: () => void;
}

/** What is known of the mapping of one family: shown to people, and told the log when it changes. */
export class MappingBoard {
  readonly #context: MappingBoardContext;
  readonly #told = new LoggedOnce();
  #way: MappingWay;
  /** What is said while the router does not answer to a look. */
  #silence = "";
  /** Whether the router still has what it granted, as far as is known. */
  #memory: "kept" | "forgotten" = "kept";

  constructor(context: MappingBoardContext) {
    this.#context = context;
    this.#way = unmappedWay(context.family);
  }

  get way(): MappingWay {
    const words = [this.#way.words, this.#silence].filter((text) => text !== "").join("; ");
    return { ...this.#way, words };
  }

  asking({ router, own }: RouterPlace): void {
    this.#set({ ...unmappedWay(this.#context.family), router, own });
  }

  mapped({ method, tcp, udp, lifetimeS, words, remedy }: Mapped): void {
    this.seen();
    const before = this.#way;
    const isSame = before.state === "mapped" && isSamePort(before.tcp, tcp) &&
      isSamePort(before.udp, udp) && before.method === method;
    const since = isSame ? before.since : this.#context.date().toISOString();
    this.#set({
      ...before,
      ...{ state: "mapped", method, tcp, udp, lifetimeS, since, words, remedy },
    });
    const isAgain = this.#memory === "forgotten";
    this.#memory = "kept";
    if (isSame && !isAgain) return;
    const isNew = isSame || before.tcp === null;
    this.#context.log.info(isNew ? "mapping-made" : "mapping-changed", {
      ...this.#who(),
      tcp: textOf(tcp),
      udp: textOf(udp),
      before: textOf(isSame ? null : before.tcp),
    });
    this.#told.forgetAll();
    if (words !== "") this.#warn("mapping-of-no-use", words, remedy);
  }

  /** There is none; `remedy` null: what to enter by hand. */
  failed({ state, words, remedy }: {
    readonly state: "unmapped" | "needless";
    readonly words: string;
    readonly remedy: string | null;
  }): void {
    const { family, wanted } = this.#context;
    const { router, own, state: before, words: wordsBefore } = this.#way;
    if (state === before && words === wordsBefore) return;
    const byHand = own === null ? "" : `in the router, ${forwardingWords(own, wanted())}`;
    const said = remedy ?? byHand;
    this.#set({ ...unmappedWay(family), router, own, state, words, remedy: said });
    // Of IPv6 most routers know nothing, and that is no news.
    if (state === "needless" || family === 6) {
      this.#context.log.debug("mapping-none", { reason: words });
    } else this.#warn("mapping-failed", words, said);
  }

  lost(reason: string): void {
    const { tcp, router, own } = this.#way;
    this.#context.log.warn("mapping-lost", {
      ...this.#who(),
      tcp: textOf(tcp),
      reason,
    });
    this.#silence = "";
    this.#set({ ...unmappedWay(this.#context.family), router, own });
  }

  /** The router has lost it, and is asked again at once. */
  forgotten(reason: string): void {
    this.#memory = "forgotten";
    this.#context.log.info("mapping-forgotten", { ...this.#who(), reason });
  }

  silent(words: string): void {
    if (this.#silence === "") {
      this.#context.log.warn("mapping-router-silent", { ...this.#who(), reason: words });
    }
    this.#silence = `${words} at present`;
  }

  seen(): void {
    this.#silence = "";
  }

  removed(): void {
    this.#context.log.info("mapping-removed", this.#who());
    this.#set(unmappedWay(this.#context.family));
  }

  #set(way: MappingWay): void {
    this.#way = way;
    this.#context.changed();
  }

  #warn(event: "mapping-failed" | "mapping-of-no-use", reason: string, remedy: string): void {
    if (!this.#told.isNew(`${event} ${reason}`)) return;
    const more = remedy === "" ? {} : { remedy };
    this.#context.log.warn(event, { ...this.#who(), reason, ...more });
  }

  #who(): { readonly router: string; readonly method: string } {
    const { router, method } = this.#way;
    return { router: router ?? "none", method: method ?? "none" };
  }
}

function unmappedWay(family: 4 | 6): MappingWay {
  return {
    family,
    state: "asking",
    method: null,
    router: null,
    own: null,
    tcp: null,
    udp: null,
    lifetimeS: null,
    since: null,
    words: "",
    remedy: "",
  };
}

function isSamePort(one: OuterPort | null, other: OuterPort | null): boolean {
  return one?.host === other?.host && one?.port === other?.port;
}

function textOf(port: OuterPort | null): string {
  return port === null ? "none" : formatAddress(port.host, port.port);
}
