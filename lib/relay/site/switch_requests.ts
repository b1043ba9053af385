/**
 * The requests for switches of one site, one at a time, and the receipts of those that ended.
 *
 * Theory of operation. A request waits for the one before, then for a session that could be
 * switched; a network that is not there is connected first. Then the session is asked, and the
 * request waits for the receipt. A SNAPT that is not reached is waited for some seconds only.
 * Requests outlive sessions: when a session ends meanwhile, the request fails and the next one has
 * its turn.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { SessionMove } from "../../core/decision/session_move.ts";
import { type SwitchReceipt, SwitchReceiptDraft } from "../../core/session/switch_receipt.ts";
import type { SwitchShape } from "../../core/wire/message.ts";
import type { StandbyLinks } from "../link/standby_links.ts";
import type { Connector, ConnectPurpose } from "../network/connector.ts";
import type { Providers } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { CnaptDriver } from "../session/cnapt_driver.ts";
import { ALONE, type SitePart } from "../session/site_part.ts";
import { connectForSwitch } from "../session/switch_connection.ts";
import { describeFailures, withReachPatience } from "./reach_patience.ts";
import type { SiteSession } from "./site_session.ts";
import { sitePhaseOf } from "./site_snapshot.ts";
import { SwitchImpossible } from "./switch_impossible.ts";
import { type EndedSwitch, SwitchReceipts } from "./switch_receipts.ts";

/** A switch of one site that somebody asks for. */
export interface WantedSwitch {
  readonly to: ProviderKey;
  readonly shape: SwitchShape;
  /** `network`: it has been there before, and moves to other links of the same network. */
  readonly within?: "network";
  /** Why, for the receipt. */
  readonly reason: string;
  /** The switch is one of several sites. */
  readonly part?: SitePart;
}

export interface SwitchRequestsContext {
  readonly session: SiteSession;
  readonly connector: Connector;
  readonly providers: Providers;
  readonly standby: StandbyLinks;
  /** The site's. */
  readonly tasks: TaskGroup;
  /** A switch has ended; a mistake in here is logged and costs nothing. */
  readonly ended: (receipt: EndedSwitch) => void;
}

export class SwitchRequests {
  readonly #context: SwitchRequestsContext;
  readonly #receipts: SwitchReceipts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: SwitchRequestsContext) {
    this.#context = context;
    this.#receipts = new SwitchReceipts(context.tasks);
  }

  /** The last moves from one network to another, oldest first. */
  get moves(): readonly SessionMove[] {
    return this.#receipts.moves;
  }

  /** The last switches, oldest first. */
  get receipts(): readonly EndedSwitch[] {
    return this.#receipts.kept;
  }

  /**
   * Switches and returns the receipt. A switch under way is waited for first.
   *
   * @throws {SwitchImpossible} there is no such provider or no session to switch
   */
  async request(wanted: WantedSwitch, signal: AbortSignal): Promise<EndedSwitch> {
    const before = this.#last;
    const turn = Promise.allSettled([before]).then(() => this.#switch(wanted, signal));
    this.#last = turn;
    return await turn;
  }

  /** A switch of the session has ended, whoever wanted it. */
  noteEnded(receipt: SwitchReceipt): void {
    const { tasks, connector } = this.#context;
    this.#note(receipt);
    if (receipt.outcome === "failed" || receipt.from === receipt.to) return;
    // [CNAPT-22]: "the old network connection will be closed if it is still open".
    if (receipt.kind !== "strict") tasks.run("release", () => connector.release(receipt));
  }

  /** A session without a network would have had `purpose.to` connected, in vain. */
  noteNotConnected({ from, to }: ConnectPurpose, reason: string): void {
    const { tasks, session } = this.#context;
    const draft = new SwitchReceiptDraft({ kind: "sudden", from, to, reason }, tasks.now());
    this.#note(draft.finish("failed", session.driver?.session.epoch ?? 0, 0, tasks.now()));
  }

  #note(receipt: SwitchReceipt): EndedSwitch {
    const { tasks, session, ended } = this.#context;
    const kept = this.#receipts.add(receipt);
    tasks.guard("switch ended", () => ended(kept));
    session.changed.wake();
    return kept;
  }

  async #switch(wanted: WantedSwitch, signal: AbortSignal): Promise<EndedSwitch> {
    const { to, shape, reason, within, part = ALONE } = wanted;
    const { connector } = this.#context;
    signal.throwIfAborted();
    this.#checkTarget(to); // before anything is waited for
    const from = (await this.#connected(to, signal)).session.provider;
    const isRaisable = this.#checkTarget(to);
    if (within === "network") return await this.#renew(wanted, signal);
    if (from === to) throw impossible(to, "the session is there already");
    const actual = connector.excludes(from, to) ? "strict" : shape;
    if (actual === "overlapped" && isRaisable) {
      const failure = await this.#connect({ from, to, reason }, signal);
      if (failure !== null) {
        part.leave();
        return this.#note(failure);
      }
    }
    const driver = await this.#connected(to, signal);
    const { last } = this.#receipts;
    // Its old network may have been lost meanwhile, and the new one found.
    if (driver.session.provider === to && last !== null) return last;
    return await this.#ask(driver, { to, shape: actual, reason, part }, signal);
  }

  /** Moves the session to other links of the network that it has. */
  async #renew(wanted: WantedSwitch, signal: AbortSignal): Promise<EndedSwitch> {
    const { to, part = ALONE } = wanted;
    const driver = await this.#connected(to, signal);
    if (driver.session.provider === to) return await this.#ask(driver, { ...wanted, part }, signal);
    throw impossible(to, "the session has left it meanwhile");
  }

  async #ask(
    driver: CnaptDriver,
    { to, shape, reason, part }: WantedSwitch & { readonly part: SitePart },
    signal: AbortSignal,
  ): Promise<EndedSwitch> {
    const { count } = this.#receipts;
    driver.requestSwitch(to, shape, reason, part);
    return await this.#patiently(
      to,
      signal,
      (limited) => this.#receiptAfter(count, { driver, to, signal: limited }),
    );
  }

  /** Whether `to` has to be connected first. */
  #checkTarget(to: ProviderKey): boolean {
    const { connector, providers } = this.#context;
    const isRaisable = connector.stateOf(to) === "raisable";
    if (isRaisable || providers.find(to) !== null) return isRaisable;
    const known = providers.candidates().map(({ key }) => key).join(", ") || "none";
    throw impossible(to, `there is no such interface with an address (there is: ${known})`);
  }

  async #connected(to: ProviderKey, signal: AbortSignal): Promise<CnaptDriver> {
    const { session } = this.#context;
    return await this.#patiently(to, signal, (limited) => session.connected(limited));
  }

  async #patiently<T>(
    to: ProviderKey,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { session, tasks } = this.#context;
    const unreached = () => {
      if (sitePhaseOf(session.state) !== "searching") return null;
      const why = describeFailures(session.driver?.supply.failures ?? []);
      return impossible(to, `SNAPT is not reached${why === "" ? "" : ` (${why})`}`).message;
    };
    return await withReachPatience({ clock: tasks, signal, unreached }, work);
  }

  /** Null when the provider is connected and answers; else the receipt of the failure. */
  async #connect(purpose: ConnectPurpose, signal: AbortSignal): Promise<SwitchReceipt | null> {
    const { session, connector, providers, standby, tasks } = this.#context;
    const means = { connector, providers, standby, clock: tasks };
    const epoch = session.driver?.session.epoch ?? 0;
    return await connectForSwitch(purpose, epoch, means, signal);
  }

  async #receiptAfter(
    count: number,
    { driver, to, signal }: {
      readonly driver: CnaptDriver;
      readonly to: ProviderKey;
      readonly signal: AbortSignal;
    },
  ): Promise<EndedSwitch> {
    const { session } = this.#context;
    while (this.#receipts.count === count) {
      signal.throwIfAborted();
      if (session.driver !== driver) throw impossible(to, "the session ended meanwhile");
      await session.changed.waitOr(signal);
    }
    const receipt = this.#receipts.last;
    if (receipt !== null) return receipt;
    throw new SwitchImpossible("Cannot switch: the receipt is lost");
  }
}

function impossible(to: ProviderKey, why: string): SwitchImpossible {
  return new SwitchImpossible(`Cannot switch to ${to}: ${why}`);
}
