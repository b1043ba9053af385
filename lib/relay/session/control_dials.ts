import { unreachable } from "../../core/exhaustive.ts";
import type { ProviderKey } from "../../core/path/provider_key.ts";
import type { CnaptSession } from "../../core/session/cnapt/cnapt_session.ts";
import type { CnaptEffect } from "../../core/session/cnapt_effect.ts";
import type { Link } from "../link/link.ts";
import type { LinkSupply } from "../link/link_supply.ts";
import { pause } from "../run/pause.ts";
import { lastAcknowledged, type LinksInUse } from "./last_acknowledged.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** How long the new provider of a strict switch may take to answer. */
const STRICT_DIAL_MS = 10_000;
/** Pause between two looks for another control link beside the one that is silent. */
const SEEK_AGAIN_MS = 500;

export interface ControlDialsContext {
  readonly session: Pick<CnaptSession, "controlReady" | "controlFailed" | "refused" | "streams"> & {
    readonly path: Pick<
      CnaptSession["path"],
      "dialled" | "isSeeking" | "controlFound" | "answered" | "otherAnswered" | "systemAnswered"
    >;
  };
  readonly supply: Pick<LinkSupply, "search" | "prepare" | "seek" | "stopSeeking" | "askAround">;
  /** The session's. */
  readonly tasks: TaskGroup;
  /** A link that the session is about to be told of. */
  readonly add: (link: Link) => void;
  readonly tell: (fact: () => readonly CnaptEffect[]) => void;
  /** What the path heard may have changed its deadline. */
  readonly rearm: () => void;
}

/** Gets a session of CNAPT its control links, and tells it what came of that. */
export class ControlDials {
  readonly #context: ControlDialsContext;
  /** Counts the searches beside a control link: one that was called off does not go on. */
  #seeking = 0;

  constructor(context: ControlDialsContext) {
    this.#context = context;
  }

  /** Over `provider`, or over any that answers (null). */
  async dial(provider: ProviderKey | null): Promise<void> {
    const { session, supply, tasks, tell } = this.#context;
    this.#seeking += 1; // this search takes over
    const found = await supply.search(provider, provider === null ? null : STRICT_DIAL_MS);
    switch (found.kind) {
      case "found":
        return this.#ready(found.link);
      case "refused":
        return tell(() => session.refused(found.code, found.sentence, tasks.now()));
      case "failed":
        return tell(() => session.controlFailed(tasks.now()));
      case "superseded":
        return;
      default:
        unreachable(found);
    }
  }

  /** With `count` links parked beside it, ahead of an overlapped switch. */
  async prepare(provider: ProviderKey, count: number): Promise<void> {
    const { session, supply, tasks, tell } = this.#context;
    const prepared = await supply.prepare(provider, count);
    if (prepared.kind === "abandoned") return;
    if (prepared.kind === "ready") return this.#ready(prepared.control);
    tell(() => session.controlFailed(tasks.now(), prepared.reason));
  }

  /** Another one beside that which is silent, until there is one or it is not wanted any more. */
  async seek(): Promise<void> {
    const { session, supply, tasks, tell } = this.#context;
    const own = ++this.#seeking;
    while (own === this.#seeking && !tasks.isClosed) {
      const outcome = await supply.seek();
      if (own !== this.#seeking || outcome === "superseded") return;
      if (!session.path.isSeeking) return this.stopSeeking();
      if (outcome === "found") return tell(() => session.path.controlFound(tasks.now()));
      // Whatever SNAPT refuses: the control link that there is may yet speak again.
      await pause(tasks, SEEK_AGAIN_MS, tasks.signal);
    }
  }

  /** Asks on other links whether SNAPT answers, over this network and over others. */
  async askAround(provider: ProviderKey): Promise<void> {
    const { session: { path }, supply, tasks, rearm } = this.#context;
    await supply.askAround(provider, (over) => {
      if (over === "path") path.answered(tasks.now());
      else path.otherAnswered(tasks.now());
      rearm();
    });
  }

  /** Asks the system when somebody at the other end of a link last acknowledged something. */
  askSystem(links: Omit<LinksInUse, "streams">): void {
    const { session: { path, streams }, tasks, tell } = this.#context;
    const now = tasks.now();
    tell(() => path.systemAnswered(lastAcknowledged({ ...links, streams }, now), now));
  }

  stopSeeking(): void {
    this.#seeking += 1;
    this.#context.supply.stopSeeking();
  }

  #ready(link: Link): void {
    const { session, tasks, add, tell } = this.#context;
    add(link);
    session.path.dialled(link.roundTripMs);
    tell(() => session.controlReady(link.id, link.provider, tasks.now()));
  }
}
