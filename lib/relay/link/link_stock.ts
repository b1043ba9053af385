import type { ProviderKey } from "../../core/path/provider_key.ts";
import { descriptors } from "../../net/descriptor_budget.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { Providers } from "../network/provider.ts";
import { reasonCodeOf } from "../run/failure_fields.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { Link } from "./link.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { passOnUnlessLinkFailed, sentenceOf } from "./link_failure.ts";
import { DialPause } from "./dial_pause.ts";
import { ALWAYS, type IsWanted, LinkRequests, type TakeLink } from "./link_requests.ts";
import { IdleQuestions } from "./idle_questions.ts";
import type { ParkedLinks } from "./parked_links.ts";
import { RedialPause } from "./redial_pause.ts";

/** So many links are kept parked; more after a burst of new streams. */
const MIN_PARKED = 4;
const MAX_PARKED = 48;
/** So many are parked when their streams are complete: where many come and go, none is dialled. */
const MAX_KEPT = 64;
/** So many idle links are asked at once for one that is needed. */
const ASKED_AT_ONCE = 3;
/** How long nothing is dialled ahead of need where there are no descriptors to spare. */
const NO_ROOM_MS = 500;
/** How often parked links are looked for that were idle for long. */
const REFRESH_MS = 30_000;
/** Such looks in the time after which a link is asked; and they are no closer than this. */
const REFRESHES = 4;
const SHORTEST_REFRESH_MS = 500;
/** A stock that was hardly used for so long is made smaller. */
const UNUSED_MS = 240_000;

export interface LinkStockContext {
  readonly dialer: LinkDialer;
  readonly providers: Providers;
  readonly parked: ParkedLinks;
  /** The session. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * The session's parked links: authenticated ahead of need, so that a new stream costs no round
 * trip. It fills itself on one provider, the one in use. Requests for links of that provider or
 * another are served from what is parked or dialled for them, and wait as long as it takes.
 */
export class LinkStock {
  readonly #context: LinkStockContext;
  readonly #requests = new LinkRequests();
  readonly #dialing = new Map<ProviderKey, number>();
  readonly #redial = new RedialPause();
  readonly #dialPause = new DialPause();
  readonly #refill: DeadlineTimer;
  readonly #refresh: DeadlineTimer;
  #provider: ProviderKey | null = null;
  readonly #questions: IdleQuestions;
  #wanted = MIN_PARKED;
  /** How many links were asked for since the size of the stock was looked at, and when that was. */
  #use = { requests: 0, since: 0 };
  /** Ends what is being dialled when nothing is wanted any more. */
  #dials = new AbortController();
  #life: "open" | "closed" = "open";

  constructor(context: LinkStockContext) {
    this.#context = context;
    this.#refill = new DeadlineTimer(context.tasks, () => this.#fill());
    this.#refresh = new DeadlineTimer(context.tasks, () => this.#keepUsable());
    this.#questions = new IdleQuestions(context, (link, outcome) => {
      if (outcome === "answered") this.#answered(link);
      else this.#fill();
    });
  }

  /** Keeps links parked on `provider` from now on; those of others are closed. */
  use(provider: ProviderKey): void {
    const { parked, tasks } = this.#context;
    if (provider !== this.#provider) this.#redial.reset();
    this.#dialPause.forget(provider);
    this.#provider = provider;
    parked.abandonAll("session", provider);
    parked.adopt(provider);
    this.#use = { requests: 0, since: tasks.now() };
    this.#refresh.pullIn(tasks.now() + SHORTEST_REFRESH_MS);
    this.#fill();
  }

  /** Nothing is parked or dialled any more until `use`; links that are parked are closed. */
  pause(): void {
    this.#provider = null;
    this.#requests.clear();
    this.#wanted = MIN_PARKED;
    this.#dials.abort();
    this.#dials = new AbortController();
    this.#context.parked.abandonAll("session");
  }

  /**
   * A parked link of `provider`, as soon as there is one. Links that were idle for long are asked
   * first, and another one is dialled beside: whichever is there first serves.
   */
  request(provider: ProviderKey, take: TakeLink, isWanted: IsWanted = ALWAYS): void {
    const { parked, tasks } = this.#context;
    this.#use.requests += 1;
    const link = parked.take(provider);
    if (link !== null) {
      this.#redial.noteUse(link.openedAt, tasks.now());
      take(link);
    } else {
      this.#requests.add(provider, take, isWanted);
      const isAsked = this.#questions.ask(parked.on(provider, "session").slice(-ASKED_AT_ONCE));
      const isShort = provider === this.#provider && !isAsked;
      if (isShort) this.#wanted = Math.min(this.#wanted + 1, MAX_PARKED);
    }
    this.#fill();
  }

  /** Parks a link again whose stream is complete, if there is use for it. */
  giveBack(link: Link): void {
    if (!link.isOpen || link.provider !== this.#provider) return link.close();
    link.rest("free");
    if (this.#requests.serve(link)) return;
    const isEnough = this.#context.parked.countOn(link.provider, "session") >= MAX_KEPT;
    if (isEnough || !descriptors().hasRoom("spare")) return link.close();
    // It was good for a stream: its end is no reason to dial less.
    this.#context.parked.add(link, "session", () => this.#fill());
  }

  /** Dials `count` links on `provider` and parks them there; resolves when all dials ended. */
  async prepare(provider: ProviderKey, count: number, signal: AbortSignal): Promise<void> {
    const found = this.#context.providers.find(provider);
    if (found === null) return;
    const openOne = async () => {
      try {
        this.#park(await this.#context.dialer.open(found, signal));
      } catch (error) {
        passOnUnlessLinkFailed(error); // the streams that it was for wait for another one
      }
    };
    await Promise.all(Array.from({ length: count }, openOne));
  }

  /** Closes what was parked on `provider`, which is not going to be used. */
  abandon(provider: ProviderKey): void {
    this.#context.parked.abandon(provider, "session");
  }

  close(): void {
    this.#life = "closed";
    this.#refill.set(Infinity);
    this.#refresh.set(Infinity);
    this.pause();
  }

  /** Dials what is missing, now that some have gone. */
  fill(): void {
    this.#fill();
  }

  /** Asks on the links that are to be kept, before somebody on the way forgets them. */
  #keepUsable(): void {
    const { parked, tasks } = this.#context;
    const now = tasks.now();
    const provider = this.#provider;
    if (provider === null) return this.#refresh.set(now + REFRESH_MS);
    const askAfterMs = parked.lives.askAfterMs(provider, now);
    this.#refresh.set(
      now + Math.max(SHORTEST_REFRESH_MS, Math.min(REFRESH_MS, askAfterMs / REFRESHES)),
    );
    this.#shrink(now);
    parked.dropOld(provider, "session");
    const kept = parked.on(provider, "session").slice(-this.#most(provider));
    this.#questions.ask(kept.filter(({ provenAt }) => now - provenAt >= askAfterMs));
    this.#fill();
  }

  /** Where fewer links were used than are kept, half of them will do. */
  #shrink(now: number): void {
    if (now - this.#use.since < UNUSED_MS) return;
    const isUsed = this.#use.requests >= this.#wanted;
    if (!isUsed) this.#wanted = Math.max(MIN_PARKED, this.#wanted >> 1);
    this.#use = { requests: 0, since: now };
  }

  /** How many links are kept ahead of need on the provider in use. */
  #most(provider: ProviderKey): number {
    const { parked, tasks } = this.#context;
    return Math.min(this.#wanted, parked.lives.mostParked(provider, tasks.now()));
  }

  /** SNAPT has answered on a parked link. */
  #answered(link: Link): void {
    const { parked } = this.#context;
    if (!this.#requests.isWaiting(link.provider) || !parked.remove(link)) return;
    this.#requests.serve(link);
  }

  #park(link: Link): void {
    if (this.#requests.serve(link)) return;
    if (this.#life === "closed") return link.close();
    this.#context.parked.add(link, "session", (how) => this.#ended(link, how));
  }

  /** SNAPT, or the network, has ended a parked link. */
  #ended(link: Link, how: "broke" | "refused"): void {
    const now = this.#context.tasks.now();
    if (how === "broke") this.#redial.noteEnd(link.openedAt, now);
    else {
      this.#redial.noteRefusal(now);
      this.#wanted = MIN_PARKED;
    }
    this.#fill();
  }

  #fill(): void {
    const { tasks } = this.#context;
    if (this.#life === "closed" || tasks.isClosed) return;
    for (const [provider, need] of this.#needs()) {
      const { count, askAt } = this.#dialPause.allowed(provider, need, tasks.now());
      if (askAt !== null) this.#refill.pullIn(askAt);
      for (let i = this.#dialing.get(provider) ?? 0; i < count; i++) {
        tasks.run("dial link", () => this.#dialOne(provider));
      }
    }
  }

  /** How many links are to be dialled: for those who wait at once, for the stock after its pause. */
  #needs(): ReadonlyMap<ProviderKey, number> {
    const { parked, tasks } = this.#context;
    const needs = this.#requests.counts();
    if (this.#provider === null) return needs;
    const missing = this.#most(this.#provider) - parked.countOn(this.#provider, "session");
    if (missing <= 0) return needs;
    const { sparingUntil } = this.#context.dialer.refusals;
    if (tasks.now() < sparingUntil) {
      this.#refill.pullIn(sparingUntil);
      return needs;
    }
    if (!descriptors().hasRoom("spare")) {
      this.#refill.pullIn(tasks.now() + NO_ROOM_MS);
      return needs;
    }
    if (tasks.now() < this.#redial.until) this.#refill.pullIn(this.#redial.until);
    else needs.set(this.#provider, missing + (needs.get(this.#provider) ?? 0));
    return needs;
  }

  async #dialOne(key: ProviderKey): Promise<void> {
    const { dialer, providers, tasks, log } = this.#context;
    const provider = providers.find(key);
    const { signal } = this.#dials;
    this.#dialing.set(key, (this.#dialing.get(key) ?? 0) + 1);
    let fillAgain = false;
    try {
      if (provider === null) {
        throw new ConnFailed("unreachable", `Cannot dial over ${key}: there is no such provider`);
      }
      const link = await dialer.open(provider, AbortSignal.any([signal, tasks.signal]));
      fillAgain = this.#dialPause.succeeded(key);
      this.#park(link);
    } catch (error) {
      passOnUnlessLinkFailed(error);
      if (signal.aborted) return;
      log.debug("link-failed", {
        provider: key,
        ...reasonCodeOf(error),
        reason: sentenceOf(error),
      });
      this.#dialPause.failed(key, tasks.now(), dialer.refusals.on(key).untilBeside);
      fillAgain = true;
    } finally {
      this.#dialing.set(key, (this.#dialing.get(key) ?? 1) - 1);
      // One that was called off stood for one that has been wanted again since.
      if (fillAgain || signal.aborted) this.#fill();
    }
  }
}
