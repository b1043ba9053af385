/**
 * The one store of the links that are parked: opened and authenticated ahead of need.
 *
 * Theory of operation. Two keep links here. The session keeps some on the provider that it uses,
 * for its next streams (`LinkStock`), and on the one that it is about to switch to; the standby
 * keeps some on the others, to know how those are and for a sudden switch (`StandbyLinks`). A
 * session that moves to a provider takes over what the standby has there (`adopt`). Each link is
 * watched while it is here: one that ends, or on which SNAPT says something, is taken out.
 */
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { Message, Refused } from "../../core/wire/message.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ReachFailure } from "../network/reach_failures.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { IdleLives } from "./idle_lives.ts";
import type { Link } from "./link.ts";
import { LinkRefusals } from "./link_refusals.ts";

/** For whose use a link is parked. */
export type Keeper = "session" | "standby";

/**
 * A link on which nothing was heard for so long is not used unasked: a NAT on the way may have
 * forgotten it. Those of the standby are used in need, when a question would cost the very trip that
 * they are there to save, also when the session has just taken them over.
 */
const USED_UNASKED_MS: Readonly<Record<Keeper, number>> = { session: 20_000, standby: 150_000 };
/** A link on which nothing was heard for so long is of no use any more. */
const KEPT_FOR_MS: Readonly<Record<Keeper, number>> = { session: 240_000, standby: 150_000 };

interface Parked {
  readonly link: Link;
  /** Who parked it. */
  readonly from: Keeper;
  keeper: Keeper;
  readonly ended: ParkedEnd;
}

/** Told when a parked link has ended by itself, and whether SNAPT has turned it away. */
export type ParkedEnd = (how: "broke" | "refused") => void;

export interface ParkedLinksContext {
  /** The site: parked links outlive its sessions. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

export class ParkedLinks {
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #parked = new Map<ProviderKey, Parked[]>();
  readonly #refusals = new LinkRefusals();
  /** How long links live on each network while nobody uses them. */
  readonly lives = new IdleLives();

  constructor({ tasks, log }: ParkedLinksContext) {
    this.#tasks = tasks;
    this.#log = log;
  }

  /** Parks `link`; `ended` is told when it ends by itself, not when it is taken or dropped. */
  add(link: Link, keeper: Keeper, ended: ParkedEnd = () => {}): void {
    const parked = this.#parked.get(link.provider) ?? [];
    parked.push({ link, from: keeper, keeper, ended });
    this.#parked.set(link.provider, parked);
    this.#tasks.run("parked link", () => this.#watch(link));
  }

  /** What SNAPT has said lately when it turned parked links away. */
  get refusals(): readonly ReachFailure[] {
    return this.#refusals.all(this.#tasks.now());
  }

  count(keeper: Keeper): number {
    let count = 0;
    for (const provider of this.#parked.keys()) count += this.countOn(provider, keeper);
    return count;
  }

  countOn(provider: ProviderKey, keeper: Keeper): number {
    return this.#of(provider, keeper).length;
  }

  /** All links that `keeper` has on `provider`, the one that was heard on last at the end. */
  on(provider: ProviderKey, keeper: Keeper): readonly Link[] {
    return this.#of(provider, keeper).map(({ link }) => link)
      .sort((a, b) => a.provenAt - b.provenAt);
  }

  /** Those among them that can be relied on. */
  trustedOn(provider: ProviderKey, keeper: Keeper): readonly Link[] {
    const trusted = this.#of(provider, keeper).filter((parked) => this.#isTrusted(parked));
    return trusted.map(({ link }) => link).sort((a, b) => a.provenAt - b.provenAt);
  }

  /** Takes out a link of `provider`, the session's before the standby's; null: there is none. */
  take(provider: ProviderKey): Link | null {
    return this.takeFrom(provider, "session") ?? this.takeFrom(provider, "standby");
  }

  /**
   * Takes out the link of `keeper` on `provider` that was heard on last, if it can be relied on. What
   * is too old is reset: perhaps nothing gets through to the other end, and an end would wait for it.
   */
  takeFrom(provider: ProviderKey, keeper: Keeper): Link | null {
    this.dropOld(provider, keeper);
    const link = this.trustedOn(provider, keeper).at(-1);
    if (link === undefined) return null;
    this.remove(link);
    return link;
  }

  /** Closes the links of `keeper` on `provider` on which nothing was heard for too long. */
  dropOld(provider: ProviderKey, keeper: Keeper): void {
    const before = this.#tasks.now() - KEPT_FOR_MS[keeper];
    this.drop(this.on(provider, keeper).filter(({ provenAt }) => provenAt <= before));
  }

  /** Takes out this link; false when somebody else has it, or it has ended. */
  remove(link: Link): boolean {
    return this.#remove(link) !== null && link.isParked;
  }

  /** Closes these links, on which nothing is under way: their network may be gone already. */
  drop(links: readonly Link[]): void {
    for (const link of links) {
      this.#remove(link);
      link.reset();
    }
  }

  /** Closes what `keeper` has parked on `provider`. */
  abandon(provider: ProviderKey, keeper: Keeper): void {
    this.drop(this.on(provider, keeper));
  }

  /** Closes what `keeper` has parked on all providers but `except`. */
  abandonAll(keeper: Keeper, except: ProviderKey | null = null): void {
    for (const provider of [...this.#parked.keys()]) {
      if (provider !== except) this.abandon(provider, keeper);
    }
  }

  /** What the standby has on `provider` is the session's from now on. */
  adopt(provider: ProviderKey): void {
    for (const parked of this.#parked.get(provider) ?? []) parked.keeper = "session";
  }

  #of(provider: ProviderKey, keeper: Keeper): readonly Parked[] {
    return (this.#parked.get(provider) ?? []).filter((parked) => parked.keeper === keeper);
  }

  #remove(link: Link): Parked | null {
    const links = this.#parked.get(link.provider) ?? [];
    const index = links.findIndex((parked) => parked.link === link);
    const [removed] = index < 0 ? [] : links.splice(index, 1);
    if (links.length === 0) this.#parked.delete(link.provider);
    return removed ?? null;
  }

  #isTrusted({ link, from }: Parked): boolean {
    return link.isParked && this.#tasks.now() - link.provenAt < USED_UNASKED_MS[from];
  }

  /** Notices that a parked link ends; one that is taken out is watched by who took it. */
  async #watch(link: Link): Promise<void> {
    let said: Message | null = null;
    let violation: string | null = null;
    try {
      said = await link.firstMessage();
    } catch (error) {
      passOnOurs(error);
      if (error instanceof ProtocolViolation) violation = `no frame of ours (${error.code})`;
    }
    const parked = this.#remove(link);
    if (parked === null) return;
    link.close();
    if (said?.kind === "refused") {
      this.#refused(link, said);
      return parked.ended("refused");
    }
    violation ??= said?.kind ?? null;
    if (violation !== null) {
      const reason = `SNAPT said ${violation} on a parked link`;
      this.#log.warn("protocol-violation", {
        provider: link.provider,
        reason_code: "unexpected",
        reason,
      });
    }
    const now = this.#tasks.now();
    const idleMs = now - Math.max(link.provenAt, link.heardAt);
    if (said === null) this.lives.ended(link.provider, idleMs, now);
    parked.ended("broke");
  }

  #refused({ provider }: Link, { code, sentence }: Refused): void {
    const isNew = this.#refusals.note(provider, code, sentence, this.#tasks.now());
    if (isNew) this.#log.warn("link-refused", { provider, reason_code: code, reason: sentence });
  }
}
