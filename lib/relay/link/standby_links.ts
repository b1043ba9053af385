/**
 * Authenticated links parked on networks that are not in use (DESIGN 4 and 7), and the questions
 * asked on them.
 *
 * Theory of operation. Search Activity probes a provider by asking on a link that is parked there
 * (PING on a parked link is answered at once); where there is none it opens one, which proves
 * that SNAPT is really at the other end. What is asked from time to time is also what a NAT on
 * the way does not forget. A sudden switch takes these links: no dial, no TLS, one trip.
 */
import { unreachable } from "../../core/exhaustive.ts";
import type { Reach } from "../../core/decision/measurement.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { describeCaptivePortal } from "./captive_portal.ts";
import type { Link } from "./link.ts";
import { LinkRefused } from "./link_auth.ts";
import type { LinkDialer } from "./link_dialer.ts";
import type { Provider } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { passOnUnlessLinkFailed } from "./link_failure.ts";

export interface ProbeResult {
  readonly reach: Reach;
  readonly roundTripMs: number | null;
}

/** A link on which nothing was heard for so long is no longer trusted. */
const MAX_UNPROVEN_MS = 150_000;

/** The parked links of one site; they outlive its sessions. */
export class StandbyLinks {
  readonly #dialer: LinkDialer;
  readonly #tasks: TaskGroup;
  readonly #parked = new Map<ProviderKey, Link[]>();
  #life: "open" | "closed" = "open";

  constructor(dialer: LinkDialer, tasks: TaskGroup) {
    this.#dialer = dialer;
    this.#tasks = tasks;
  }

  get count(): number {
    let count = 0;
    for (const links of this.#parked.values()) count += links.length;
    return count;
  }

  countOn(provider: ProviderKey): number {
    return this.#parked.get(provider)?.length ?? 0;
  }

  /** The links that are parked on `provider`, the one that was answered on last at the end. */
  parkedOn(provider: ProviderKey): readonly Link[] {
    return (this.#parked.get(provider) ?? []).filter((link) => this.#isTrusted(link));
  }

  /** Asks SNAPT over `provider` within `limitMs`, and keeps up to `keep` links parked there. */
  async probe(
    provider: Provider,
    keep: number,
    limitMs: number,
    stopping: AbortSignal,
  ): Promise<ProbeResult> {
    this.#dropOld(provider.key, keep);
    try {
      const limit = { clock: this.#tasks, ms: limitMs, signal: stopping };
      const roundTripMs = await withinLimit(
        limit,
        async (signal) =>
          await this.#askParked(provider.key, signal) ??
            await this.#openAndAsk(provider, keep, signal),
      );
      if (roundTripMs === null) return silent("SNAPT does not answer");
      await this.fill(provider, keep, limitMs, stopping);
      return { reach: { kind: "answering" }, roundTripMs };
    } catch (error) {
      return await this.#explain(error, provider, stopping);
    }
  }

  /** Whether a link of `provider` has not been answered on for `afterMs`. */
  isForgotten(provider: ProviderKey, afterMs: number): boolean {
    return this.#forgotten(provider, afterMs).length > 0;
  }

  /**
   * Asks on those links of `provider`, so that no NAT on the way forgets them, and closes those
   * that stay silent. Whether any answered.
   */
  async refresh(
    provider: ProviderKey,
    afterMs: number,
    limitMs: number,
    stopping: AbortSignal,
  ): Promise<boolean> {
    const limit = { clock: this.#tasks, ms: limitMs, signal: stopping };
    const ask = async (link: Link, signal: AbortSignal) => {
      const answer = await link.ask(signal);
      if (answer === null && link.isParked) link.close();
      return answer !== null;
    };
    const answers = await withinLimit(
      limit,
      (signal) => Promise.all(this.#forgotten(provider, afterMs).map((link) => ask(link, signal))),
    );
    const parked = this.#parked.get(provider) ?? [];
    this.#parked.set(
      provider,
      parked.filter(({ isOpen }) => isOpen).sort((a, b) => a.provenAt - b.provenAt),
    );
    return answers.includes(true);
  }

  /** Opens at once what is missing of `keep` links: a switch may come before the next probe. */
  async fill(
    provider: Provider,
    keep: number,
    limitMs: number,
    stopping: AbortSignal,
  ): Promise<void> {
    const limit = { clock: this.#tasks, ms: limitMs, signal: stopping };
    const missing = Math.max(0, keep - this.countOn(provider.key));
    // The network has answered; a link that fails now is tried again before long.
    const openOne = (signal: AbortSignal) =>
      this.#openAndAsk(provider, keep, signal).catch((error: unknown) => {
        passOnUnlessLinkFailed(error);
      });
    await withinLimit(
      limit,
      (signal) => Promise.all(Array.from({ length: missing }, () => openOne(signal))),
    );
  }

  /**
   * The link of `provider` on which SNAPT answers first, taken out: all that are parked there are
   * asked at once, but for one that was answered on within `freshMs`, which is taken as it is.
   * Null when none answers before `signal`.
   */
  async takeAnswering(
    provider: ProviderKey,
    freshMs: number,
    signal: AbortSignal,
  ): Promise<Link | null> {
    const fresh = this.#parked.get(provider)?.at(-1);
    if (fresh !== undefined && this.#tasks.now() - fresh.provenAt < freshMs) {
      return this.take(provider);
    }
    const links = (this.#parked.get(provider) ?? []).filter((link) => this.#isTrusted(link));
    const first = await firstAnswering(links, signal);
    const parked = this.#parked.get(provider) ?? [];
    const index = first === null ? -1 : parked.indexOf(first);
    if (index < 0 || first?.isParked !== true) return null;
    parked.splice(index, 1);
    return first;
  }

  /** A link of `provider`, the one that was answered on last; null when there is none. */
  take(provider: ProviderKey): Link | null {
    const links = this.#parked.get(provider) ?? [];
    for (let link = links.pop(); link !== undefined; link = links.pop()) {
      if (this.#isTrusted(link)) return link;
      link.close();
    }
    return null;
  }

  abandon(provider: ProviderKey): void {
    for (const link of this.#parked.get(provider) ?? []) link.close();
    this.#parked.delete(provider);
  }

  close(): void {
    this.#life = "closed";
    for (const provider of [...this.#parked.keys()]) this.abandon(provider);
  }

  /** The link that was not asked on for longest, so that none is forgotten on the way. */
  async #askParked(provider: ProviderKey, signal: AbortSignal): Promise<number | null> {
    const links = this.#parked.get(provider) ?? [];
    const [oldest] = [...links].sort((a, b) => a.provenAt - b.provenAt);
    if (oldest === undefined) return null;
    const answer = await oldest.ask(signal);
    if (answer === null) {
      // What holds for one link to a network that is gone holds for all of them.
      this.abandon(provider);
      return null;
    }
    links.sort((a, b) => a.provenAt - b.provenAt);
    return answer;
  }

  async #openAndAsk(
    provider: Provider,
    keep: number,
    signal: AbortSignal,
  ): Promise<number | null> {
    const link = await this.#dialer.openAtOnce(provider, signal);
    const answer = await link.ask(signal);
    if (answer === null || this.countOn(provider.key) >= keep || this.#life === "closed") {
      link.close();
      return answer;
    }
    const links = this.#parked.get(provider.key) ?? [];
    links.push(link);
    this.#parked.set(provider.key, links);
    this.#tasks.run("parked link", () => this.#watch(link));
    return answer;
  }

  #forgotten(provider: ProviderKey, afterMs: number): readonly Link[] {
    const before = this.#tasks.now() - afterMs;
    return (this.#parked.get(provider) ?? []).filter(({ provenAt }) => provenAt <= before);
  }

  async #watch(link: Link): Promise<void> {
    await link.firstMessage().catch(passOnOurs);
    const links = this.#parked.get(link.provider) ?? [];
    const index = links.indexOf(link);
    if (index < 0) return; // it is in use
    links.splice(index, 1);
    link.close(); // it ended, or the peer said something that a parked link does not say
  }

  #dropOld(provider: ProviderKey, keep: number): void {
    const links = this.#parked.get(provider) ?? [];
    const trusted = links.filter((link) => this.#isTrusted(link));
    for (const link of links) if (!trusted.includes(link)) link.close();
    for (const link of trusted.splice(keep)) link.close();
    this.#parked.set(provider, trusted);
  }

  #isTrusted(link: Link): boolean {
    return link.isParked && this.#tasks.now() - link.provenAt < MAX_UNPROVEN_MS;
  }

  async #explain(
    error: unknown,
    provider: Provider,
    stopping: AbortSignal,
  ): Promise<ProbeResult> {
    if (error instanceof LinkRefused) return silent(`SNAPT refuses: ${error.sentence}`);
    if (error instanceof DOMException) return silent("SNAPT does not answer");
    const isImpostor = error instanceof ProtocolViolation ||
      (error instanceof ConnFailed && error.code === "tls");
    if (!isImpostor) {
      if (error instanceof ConnFailed) return silent(wordOf(error));
      throw error;
    }
    const kind = error instanceof ProtocolViolation ? "protocol" : "tls";
    const limit = { clock: this.#tasks, signal: stopping };
    const detail = await describeCaptivePortal(this.#dialer, provider, kind, limit);
    return { reach: { kind: "impostor", detail }, roundTripMs: null };
  }
}

/** The one of `links` on which SNAPT answers first; null when it answers on none. */
function firstAnswering(links: readonly Link[], signal: AbortSignal): Promise<Link | null> {
  return new Promise((resolve, reject) => {
    const asked = links.map(async (link) => {
      if (await link.ask(signal) !== null) resolve(link);
    });
    Promise.all(asked).then(() => resolve(null), reject);
  });
}

function silent(detail: string): ProbeResult {
  return { reach: { kind: "silent", detail }, roundTripMs: null };
}

function wordOf(error: ConnFailed): string {
  switch (error.code) {
    case "timedOut":
    case "closedHere":
      return "SNAPT does not answer";
    case "refused":
      return "nobody listens at SNAPT's address";
    case "unreachable":
      return "there is no route to SNAPT";
    case "addressGone":
      return "its address is gone";
    case "nameUnknown":
      return "SNAPT's name is not known there";
    case "reset":
    case "brokenPipe":
      return "the connection was cut";
    case "tls":
    case "other":
      return error.message;
    default:
      return unreachable(error.code);
  }
}
