import type { SwitchReceipt } from "../../core/session/switch_receipt.ts";
import type { Places, ToldPlace } from "../../core/wire/places_message.ts";
import { isLoopback } from "../../net/interfaces.ts";
import type { LinkDialer } from "../link/link_dialer.ts";
import type { ParkedLinks } from "../link/parked_links.ts";
import type { SnaptEndpoint } from "../link/snapt_endpoint.ts";
import type { PlaceTarget } from "../link/place_target.ts";
import { toldPlaceTarget } from "../link/told_place_target.ts";
import type { Providers } from "../network/provider.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { CnaptDriver } from "../session/cnapt_driver.ts";
import { BetterWay, type SessionWay } from "./better_way.ts";
import type { WantedSwitch } from "./switch_requests.ts";

export interface SnaptWaysContext {
  readonly dialer: LinkDialer;
  readonly parked: ParkedLinks;
  readonly providers: Providers;
  readonly endpoint: () => SnaptEndpoint;
  /** What SNAPT has told in an earlier run. */
  readonly known: readonly ToldPlace[];
  /** The driver of the session that there is. */
  readonly driver: () => CnaptDriver | null;
  /** The same while it is connected and does not switch. */
  readonly settled: () => CnaptDriver | null;
  readonly move: (wanted: WantedSwitch, signal: AbortSignal) => Promise<SwitchReceipt>;
  /** What SNAPT told is to be known again after a restart. */
  readonly remember: (places: readonly ToldPlace[]) => void;
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/** Where SNAPT has said that it is reached, and the search for a better way there than the one in use. */
export class SnaptWays {
  readonly #context: SnaptWaysContext;
  readonly #better: BetterWay;

  constructor(context: SnaptWaysContext) {
    this.#context = context;
    const { dialer, parked, tasks, log } = context;
    this.#better = new BetterWay({
      dialer,
      parked,
      where: () => this.#where(),
      move: (way, reason, signal) => this.#move(way, reason, signal),
      tasks,
      log,
    });
    this.#use(context.known);
  }

  /** SNAPT has said where it is reached. */
  told({ places, advice }: Places): void {
    this.#use(places);
    this.#context.remember(places);
    this.#better.advised(advice);
  }

  /** The session is somewhere else. */
  look(): void {
    this.#better.look();
  }

  /** Something has happened to the networks. */
  glance(): void {
    this.#better.glance();
  }

  switchEnded(receipt: SwitchReceipt): void {
    this.#better.switchEnded(receipt);
  }

  /** The site ends. */
  close(): void {
    this.#better.close();
  }

  /** Where the session's control link leads to; null: that is not known, or there is none. */
  get current(): PlaceTarget | null {
    const control = this.#context.driver()?.controlLink.current ?? null;
    const place = control === null ? null : this.#context.dialer.placeOf(control);
    return place?.target ?? null;
  }

  #use(places: readonly ToldPlace[]): void {
    const { dialer, endpoint } = this.#context;
    const { host, others = [] } = endpoint();
    const isHere = [{ host }, ...others].some((one) => isLoopback(one.host));
    const targets = places.map((place) => toldPlaceTarget(place, isHere ? "own" : "foreign"));
    dialer.tell(targets.filter((target) => target !== null));
  }

  #where(): SessionWay | null {
    const { settled, providers } = this.#context;
    const driver = settled();
    const control = driver?.controlLink.current ?? null;
    if (driver === null || control === null) return null;
    const provider = providers.find(driver.session.provider);
    const { roundTripMs } = driver.session;
    return provider === null ? null : { provider, control, roundTripMs };
  }

  async #move(
    { provider }: SessionWay,
    reason: string,
    signal: AbortSignal,
  ): Promise<SwitchReceipt> {
    const wanted = { to: provider.key, shape: "overlapped", reason, within: "network" } as const;
    return await this.#context.move(wanted, signal);
  }
}
