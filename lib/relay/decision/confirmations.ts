import {
  ConfirmationBook,
  type ConfirmationEnd,
  type ConfirmationTimes,
  type Question,
  type Suggestion,
} from "../../core/decision/confirmation_book.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** Who passes on to a person what the decision suggests. */
export interface Asker {
  suggest(suggestion: Suggestion): void;
  /** The site suggests nothing any more. */
  withdraw(site: string): void;
}

/** Where there is nobody to ask. */
export const NOBODY: Asker = { suggest: () => {}, withdraw: () => {} };

/** A question as the status shows it. */
export interface ConfirmationSnapshot {
  readonly provider: ProviderKey;
  readonly from: string;
  readonly reason: string;
  readonly sites: readonly string[];
  readonly askedAt: string;
  readonly leftMs: number;
}

/** An answer, and what came of it. */
export interface AnswerOutcome {
  readonly outcome: "switched" | "declined" | "failed" | "unasked";
  readonly provider: ProviderKey | null;
  readonly error?: string;
}

export interface ConfirmationsContext extends ConfirmationTimes {
  /** The program's. */
  readonly tasks: TaskGroup;
  asked(question: ConfirmationSnapshot): void;
  ended(question: ConfirmationSnapshot, end: ConfirmationEnd): void;
  /** Uses the provider for these sites; resolves to what did not work. */
  use(provider: ProviderKey, sites: readonly string[]): Promise<readonly string[]>;
}

/** The open questions, for the terminal, the commands and the status endpoint. */
export class Confirmations implements Asker {
  readonly #context: ConfirmationsContext;
  readonly #book: ConfirmationBook;
  readonly #tasks: TaskGroup;
  readonly #timer: DeadlineTimer;

  constructor(context: ConfirmationsContext) {
    this.#context = context;
    this.#book = new ConfirmationBook(context);
    this.#tasks = context.tasks.child("confirmations", "keepGoing");
    this.#timer = new DeadlineTimer(this.#tasks, () => this.#expire());
  }

  get open(): readonly ConfirmationSnapshot[] {
    return this.#book.open.map((question) => this.#snapshotOf(question));
  }

  suggest(suggestion: Suggestion): void {
    this.#tellWithdrawn(suggestion.site, suggestion.to);
    const question = this.#book.suggest(suggestion, this.#tasks.now());
    if (question === null) return;
    this.#timer.set(this.#book.deadline);
    this.#context.asked(this.#snapshotOf(question));
  }

  withdraw(site: string): void {
    this.#tellWithdrawn(site, null);
  }

  /** `provider` null: the only question there is. */
  async answer(provider: ProviderKey | null, answer: "yes" | "no"): Promise<AnswerOutcome> {
    const question = this.#end(provider, answer);
    if (question === null) return this.#unasked(provider);
    if (answer === "no") return { outcome: "declined", provider: question.provider };
    const failures = await this.#context.use(question.provider, question.sites);
    return failures.length === 0
      ? { outcome: "switched", provider: question.provider }
      : { outcome: "failed", provider: question.provider, error: failures.join("; ") };
  }

  /** It is used without an answer: somebody asked for it in another way. */
  settle(provider: ProviderKey): void {
    this.#end(provider, "yes");
  }

  close(): void {
    this.#tasks.close();
  }

  #end(provider: ProviderKey | null, answer: "yes" | "no"): Question | null {
    const question = this.#book.answer(provider, answer, this.#tasks.now());
    if (question !== null) this.#context.ended(this.#snapshotOf(question), answer);
    return question;
  }

  #unasked(provider: ProviderKey | null): AnswerOutcome {
    const open = this.#book.open.map((one) => one.provider).join(", ");
    const error = open === ""
      ? "Cannot confirm anything: there is no question"
      : provider === null
      ? `Cannot confirm without a name: there are questions about ${open}`
      : `Cannot confirm ${provider}: there is no question about it (there is: ${open})`;
    return { outcome: "unasked", provider, error };
  }

  #tellWithdrawn(site: string, but: ProviderKey | null): void {
    for (const question of this.#book.withdraw(site, but)) {
      this.#context.ended(this.#snapshotOf(question), "withdrawn");
    }
  }

  #expire(): void {
    for (const question of this.#book.expire(this.#tasks.now())) {
      this.#context.ended(this.#snapshotOf(question), "expired");
    }
    this.#timer.set(this.#book.deadline);
  }

  #snapshotOf({ askedAt, until, ...rest }: Question): ConfirmationSnapshot {
    const now = this.#tasks.now();
    const date = this.#tasks.date().getTime() - (now - askedAt);
    return {
      ...rest,
      askedAt: new Date(date).toISOString(),
      leftMs: Math.max(0, Math.round(until - now)),
    };
  }
}
