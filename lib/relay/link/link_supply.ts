import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Providers } from "../network/provider.ts";
import type { ReachFailure } from "../network/reach_failures.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { askAround, type Heard } from "./ask_around.ts";
import { ControlSearch } from "./control_search.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { ALWAYS, type IsWanted, type TakeLink } from "./link_requests.ts";
import { LinkStock } from "./link_stock.ts";
import type { ParkedLinks } from "./parked_links.ts";
import type { StandbyLinks } from "./standby_links.ts";
import type { SearchResult } from "./search_run.ts";
import { LinkRenewal, type OldLinks } from "./link_renewal.ts";
import { SizeWatch } from "./size_watch.ts";
import { type Prepared, SwitchPreparation } from "./switch_preparation.ts";

/** What a session takes its links from. */
export interface LinkSupplyContext {
  readonly dialer: LinkDialer;
  readonly providers: Providers;
  readonly parked: ParkedLinks;
  readonly standby: StandbyLinks;
  /** The session. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
  /** Of the path in use; null where it is not known yet. */
  readonly roundTripMs: () => number | null;
  /** The links on `provider` are to be replaced: packets may be smaller or larger than theirs. */
  readonly sizeChanged: (provider: ProviderKey) => void;
}

/**
 * All links that a session needs come from here: its control link (`search`), those of its
 * streams (`request`), and those of a switch ahead of it (`prepare`).
 */
export class LinkSupply {
  readonly #context: LinkSupplyContext;
  readonly #stock: LinkStock;
  readonly #search: ControlSearch;
  readonly #preparation: SwitchPreparation;
  readonly #renewal: LinkRenewal;
  /** What `seek` found and nobody has taken yet. */
  #sought: Link | null = null;
  readonly #size: SizeWatch;

  constructor(context: LinkSupplyContext) {
    this.#context = context;
    this.#stock = new LinkStock(context);
    this.#search = new ControlSearch(context);
    this.#preparation = new SwitchPreparation({ ...context, stock: this.#stock });
    this.#renewal = new LinkRenewal(context);
    this.#size = new SizeWatch({
      ...context,
      changed: (provider) => {
        this.#stock.fill();
        context.sizeChanged(provider);
      },
    });
  }

  /** Why SNAPT is not reached, or turns links away that are to be kept ready; empty else. */
  get failures(): readonly ReachFailure[] {
    return [...this.#search.failures, ...this.#context.parked.refusals];
  }

  get parkedCount(): number {
    return this.#context.parked.count("session");
  }

  /** Links that are parked for the session on `provider`. */
  parkedOn(provider: ProviderKey): readonly Link[] {
    return this.#context.parked.on(provider, "session").filter(({ isParked }) => isParked);
  }

  /**
   * Looks for a control link: over `provider` for `forMs`, or over all of them (null). Until
   * `use` nothing else is parked or dialled.
   */
  async search(provider: ProviderKey | null, forMs: number | null): Promise<SearchResult> {
    this.#stock.pause();
    this.#size.use(null);
    const link = this.#sought;
    this.#sought = null;
    if (link !== null && provider === null) return { kind: "found", link };
    link?.close();
    return await this.#search.run(provider, forMs);
  }

  /**
   * Looks once for another control link, over all providers, while everything goes on as it is.
   * What is found is kept for the next `search`.
   */
  async seek(): Promise<SearchResult["kind"]> {
    const result = await this.#search.run(null, null);
    if (result.kind === "found") {
      this.#sought?.close();
      this.#sought = result.link;
    }
    return result.kind;
  }

  /** No other control link is wanted any more. */
  stopSeeking(): void {
    this.#search.stop();
    this.#sought?.close();
    this.#sought = null;
  }

  /** Something new to try, on `provider` or anywhere: a search under way dials there at once. */
  hurry(provider: ProviderKey | null = null): void {
    this.#search.hurry(provider);
  }

  /** Something happened to `provider`, which is in use: whether its links still lead anywhere. */
  renew(provider: ProviderKey, old: OldLinks): void {
    this.#renewal.begin(provider, old);
  }

  /** A control link on `provider`, and `count` links beside it, while the session goes on. */
  async prepare(provider: ProviderKey, count: number): Promise<Prepared> {
    return await this.#preparation.run(provider, count);
  }

  /** What was prepared on `provider` is not wanted any more. */
  abandon(provider: ProviderKey): void {
    this.#preparation.abandon();
    this.#stock.abandon(provider);
  }

  /** The session lives on `provider` from now on: links are kept ready there. */
  use(provider: ProviderKey): void {
    this.#stock.use(provider);
    this.#size.use(provider);
  }

  /** Something is carried on the links of streams. */
  noteTraffic(): void {
    this.#size.noteTraffic();
  }

  /** The link of a stream led nowhere: perhaps its packets are too large for the network. */
  suspectSize(): void {
    this.#size.suspect();
  }

  /** A link of `provider` for a stream, as soon as there is one. */
  request(provider: ProviderKey, take: TakeLink, isWanted: IsWanted = ALWAYS): void {
    this.#stock.request(provider, take, isWanted);
  }

  /** A link whose stream is complete; it serves another stream, or is closed. */
  giveBack(link: Link): void {
    this.#stock.giveBack(link);
  }

  /** Asks SNAPT over `provider`, which is in doubt, and over the others, all at the same time. */
  async askAround(provider: ProviderKey, heard: Heard): Promise<void> {
    await askAround(provider, heard, this.#context);
  }

  close(): void {
    this.#preparation.abandon();
    this.#renewal.stop();
    this.stopSeeking();
    this.#size.close();
    this.#stock.close();
  }
}
