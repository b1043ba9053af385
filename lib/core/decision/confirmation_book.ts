/**
 * The questions that people are asked (patent: "it asks the user 1 if he wants to switch").
 *
 * Theory of operation. The decision suggests a provider again and again for as long as it thinks
 * so; that is one question, also when several sites suggest the same. It ends with an answer, with
 * its time, or when no site suggests it any more. What was declined, or what nobody answered, is
 * not asked again for a while.
 */
import type { ProviderKey } from "../path/provider_key.ts";

/** How a question ended. */
export type ConfirmationEnd = "yes" | "no" | "expired" | "withdrawn";

/** Somebody is asked whether to use a provider. */
export interface Question {
  readonly provider: ProviderKey;
  /** What the first site that suggests it is on. */
  readonly from: string;
  readonly reason: string;
  readonly sites: readonly string[];
  readonly askedAt: number;
  readonly until: number;
}

export interface ConfirmationTimes {
  readonly answerWithinMs: number;
  readonly askAgainMs: number;
}

/** What one site suggests. */
export interface Suggestion {
  readonly site: string;
  readonly from: string;
  readonly to: ProviderKey;
  readonly reason: string;
}

export class ConfirmationBook {
  readonly #times: ConfirmationTimes;
  readonly #open = new Map<ProviderKey, Question>();
  readonly #quietUntil = new Map<ProviderKey, number>();

  constructor(times: ConfirmationTimes) {
    this.#times = times;
  }

  get open(): readonly Question[] {
    return [...this.#open.values()];
  }
  /** When the next one has had its time; Infinity when there is none. */
  get deadline(): number {
    return Math.min(Infinity, ...this.open.map(({ until }) => until));
  }

  /** A site suggests a provider (still). Returns the question if it is a new one. */
  suggest({ site, from, to, reason }: Suggestion, now: number): Question | null {
    const known = this.#open.get(to);
    if (known !== undefined) {
      if (!known.sites.includes(site)) {
        this.#open.set(to, { ...known, sites: [...known.sites, site] });
      }
      return null;
    }
    if (now < (this.#quietUntil.get(to) ?? -Infinity)) return null;
    const until = now + this.#times.answerWithinMs;
    const question = { provider: to, from, reason, sites: [site], askedAt: now, until };
    this.#open.set(to, question);
    return question;
  }

  /** A site suggests nothing but `but`; returns the questions that nobody has any more. */
  withdraw(site: string, but: ProviderKey | null): readonly Question[] {
    return this.open.flatMap((question) => {
      const { provider, sites } = question;
      if (provider === but || !sites.includes(site)) return [];
      const others = sites.filter((one) => one !== site);
      if (others.length > 0) {
        this.#open.set(provider, { ...question, sites: others });
        return [];
      }
      this.#open.delete(provider);
      return [question];
    });
  }

  /** The question about `provider`, or, if null, the only one; it is closed. */
  answer(provider: ProviderKey | null, answer: "yes" | "no", now: number): Question | null {
    const [only, ...others] = this.open;
    const question = provider === null
      ? others.length === 0 ? only : undefined
      : this.#open.get(provider);
    if (question === undefined) return null;
    this.#open.delete(question.provider);
    if (answer === "no") this.#quiet(question, now);
    else this.#quietUntil.delete(question.provider);
    return question;
  }

  /** Those that have had their time. */
  expire(now: number): readonly Question[] {
    const expired = this.open.filter(({ until }) => until <= now);
    for (const question of expired) {
      this.#open.delete(question.provider);
      this.#quiet(question, now);
    }
    return expired;
  }

  #quiet({ provider }: Question, now: number): void {
    this.#quietUntil.set(provider, now + this.#times.askAgainMs);
  }
}
