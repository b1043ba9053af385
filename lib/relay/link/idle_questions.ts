import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import type { Link } from "./link.ts";
import type { ParkedLinks } from "./parked_links.ts";

/** A parked link on which no answer has come after so long is given up. */
const ANSWER_WITHIN_MS = 5_000;

export interface IdleQuestionsContext {
  readonly parked: ParkedLinks;
  /** The session. */
  readonly tasks: TaskGroup;
}

/** The questions under way on parked links of the session that were idle for long. */
export class IdleQuestions {
  readonly #context: IdleQuestionsContext;
  readonly #over: (link: Link, outcome: "answered" | "silent") => void;
  readonly #asked = new Set<Link>();

  /** `over` hears of each link whether SNAPT is there; one that is silent is not parked any more. */
  constructor(
    context: IdleQuestionsContext,
    over: (link: Link, outcome: "answered" | "silent") => void,
  ) {
    this.#context = context;
    this.#over = over;
  }

  /** Asks on those of `links` on which no question is under way; whether there are any links. */
  ask(links: readonly Link[]): boolean {
    for (const link of links) {
      if (this.#asked.has(link)) continue;
      this.#asked.add(link);
      this.#context.tasks.run("ask idle link", () => this.#ask(link));
    }
    return links.length > 0;
  }

  async #ask(link: Link): Promise<void> {
    const { parked, tasks } = this.#context;
    const idleMs = tasks.now() - link.provenAt;
    const limit = { clock: tasks, ms: ANSWER_WITHIN_MS, signal: tasks.signal };
    const answer = await withinLimit(limit, (signal) => link.ask(signal));
    this.#asked.delete(link);
    if (answer !== null) return this.#over(link, "answered");
    if (tasks.isClosed || !parked.remove(link)) return;
    // Another one was heard on meanwhile: it is this link that was forgotten, not the network.
    const others = parked.on(link.provider, "session");
    const isAlone = !others.some(({ provenAt }) => tasks.now() - provenAt < ANSWER_WITHIN_MS);
    if (!isAlone) parked.lives.forgotten(link.provider, idleMs, tasks.now());
    link.reset();
    this.#over(link, "silent");
  }
}
