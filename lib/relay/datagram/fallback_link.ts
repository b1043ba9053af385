import type { Packet } from "../../core/datagram/packet.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Link } from "../link/link.ts";
import type { Timer } from "../run/clock.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { DatagramLink } from "./datagram_link.ts";

/** A link on which nobody answers by then is forgotten on the way; another is tried. */
const BOUND_WITHIN_MS = 5_000;

/** Pause before another link is asked for when one broke. */
const LINK_RETRY_MS = 250;

/** Of which session a link is to carry the packets. */
export interface FallbackPlace {
  readonly instance: string;
  readonly epoch: number;
}

export interface FallbackLinkContext {
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** A parked link of this provider, as soon as there is one; `take` owns it. */
  requestLink(provider: ProviderKey, take: (link: Link) => void): void;
  readonly place: () => FallbackPlace;
  /** The number of the next link that carries datagrams in this session, from 1 on. */
  nextBinding(): number;
  /** It carries what would make a longer datagram; 0: everything. */
  above(): number;
  /** Whether another one is wanted when one broke. */
  isWanted(): boolean;
  /** From now on packets travel on it. */
  opened(): void;
  received(packet: Packet, answer: (packet: Packet) => void): void;
}

interface Requested {
  readonly kind: "requested";
  /** `parting`: it is needed no longer, but SNAPT may send on it before it hears so. */
  outcome: "wanted" | "parting";
}

type LinkState =
  | { readonly kind: "none" }
  | Requested
  | { readonly kind: "open"; readonly link: DatagramLink };

/**
 * The link that carries CNAPT's packets where the network lets no UDP through, or those that are too
 * large for it; one at a time.
 */
export class FallbackLink {
  readonly #context: FallbackLinkContext;
  #state: LinkState = { kind: "none" };
  #retry: Timer | null = null;

  constructor(context: FallbackLinkContext) {
    this.#context = context;
  }

  get state(): LinkState["kind"] {
    return this.#state.kind;
  }

  /** Null: there is none that is open. */
  send(packet: Packet): ReturnType<DatagramLink["send"]> | null {
    return this.#state.kind === "open" ? this.#state.link.send(packet) : null;
  }

  /** Asks for one over `provider`, unless there is one, or it was asked for. */
  request(provider: ProviderKey): void {
    if (this.#state.kind !== "none") return;
    const requested: Requested = { kind: "requested", outcome: "wanted" };
    this.#state = requested;
    const { tasks } = this.#context;
    this.#context.requestLink(provider, (link) => {
      if (this.#state !== requested) return link.close();
      tasks.run("bind link", () => this.#bind(link, provider, requested));
    });
  }

  /** It is needed no longer; what is under way on it still comes. */
  part(): void {
    this.#retry?.cancel();
    if (this.#state.kind === "open") this.#state.link.part();
    if (this.#state.kind === "requested") this.#state.outcome = "parting";
    this.#state = { kind: "none" };
  }

  close(): void {
    this.#retry?.cancel();
    if (this.#state.kind === "open") this.#state.link.close();
    this.#state = { kind: "none" };
  }

  async #bind(link: Link, provider: ProviderKey, requested: Requested): Promise<void> {
    const { tasks, place, above, received, opened } = this.#context;
    const binding = this.#context.nextBinding();
    link.send({ kind: "bindDatagrams", ...place(), binding, above: above() });
    const giveUp = () => link.reset();
    const limit = tasks.timer(BOUND_WITHIN_MS, giveUp);
    // The timer goes with the session, and SNAPT may never answer.
    tasks.signal.addEventListener("abort", giveUp, { once: true });
    if (tasks.isClosed) giveUp();
    const answer = await link.firstMessage().catch((error: unknown) => {
      passOnOurs(error);
      return null;
    });
    limit.cancel();
    tasks.signal.removeEventListener("abort", giveUp);
    const isParting = requested.outcome === "parting";
    if (this.#state !== requested && !isParting) return link.close();
    if (answer?.kind !== "boundDatagrams" || answer.binding !== binding) {
      link.close();
      return isParting ? undefined : this.#ended(provider, "SNAPT did not bind it");
    }
    const answerOnLink = (reply: Packet) => {
      carrier.send(reply);
    };
    const carrier: DatagramLink = new DatagramLink(link.conn, tasks, {
      received: (packet) => received(packet, answerOnLink),
      ended: (reason) => this.#ended(provider, reason),
    });
    if (!isParting) {
      this.#state = { kind: "open", link: carrier };
      opened();
    }
    carrier.start(link.takeRest());
    if (isParting) carrier.part();
  }

  #ended(provider: ProviderKey, reason: string): void {
    const { tasks, log } = this.#context;
    log.debug("datagram-link-ended", { reason });
    this.#state = { kind: "none" };
    this.#retry?.cancel();
    this.#retry = tasks.timer(LINK_RETRY_MS, () => {
      if (this.#context.isWanted()) this.request(provider);
    });
  }
}
