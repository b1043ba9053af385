/**
 * Whether the host of an application still answers what was sent to it.
 *
 * Theory of operation. Keepalive asks quiet connections only: as long as something sent is without
 * an answer, or waits because the application does not read, Linux asks by other means (it sends
 * again, or it probes) and gives up after a quarter of an hour at the earliest. The socket option
 * that shortens this, TCP_USER_TIMEOUT, will not do: it also ends connections with those who answer
 * every probe and only do not read, as in a paused download. So what the system knows is looked at
 * now and then. A host is dead when it was silent for long enough and several questions in a row
 * stayed without an answer. It takes both: to one who does not read the probes are up to two minutes
 * apart, and in between everything is silent.
 */
import type { TcpInfo } from "./tcp_info.ts";

/** What is looked at of a connection. */
export type AnswerState = Pick<TcpInfo, "isPending" | "asked" | "heardMsAgo">;

/** `settled`: it has got everything; `waiting`: not yet. */
export type HostAnswer = "settled" | "waiting" | "dead";

/** So many questions in a row without an answer; one or two may have got lost. */
const UNANSWERED = 3;
/** The system's clock counts in steps of this at most. */
const STEP_MS = 10;
/** Between two looks: a part of the silence that is allowed, within bounds. */
const LOOKS = 6;
const SHORTEST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 30_000;

/** Remembers of one connection for how long nothing was answered. */
export class HostAnswers {
  /** Looks are to be so far apart. */
  readonly periodMs: number;
  readonly #idleMs: number;
  #lookedAt = -Infinity;
  /** How often had been asked when an answer came last. */
  #askedBefore = 0;
  #silentSince: number | null = null;

  /** `idleMs`: so long a host may be silent. */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
    this.periodMs = Math.min(LONGEST_LOOK_MS, Math.max(SHORTEST_LOOK_MS, idleMs / LOOKS));
  }

  /** What `state` at `now`, in ms, means along with what was seen before. */
  look({ isPending, asked, heardMsAgo }: AnswerState, now: number): HostAnswer {
    const hasAnswered = now - heardMsAgo >= this.#lookedAt - STEP_MS;
    this.#lookedAt = now;
    if (!isPending || hasAnswered || asked < this.#askedBefore) {
      this.#askedBefore = asked;
      this.#silentSince = null;
      return isPending ? "waiting" : "settled";
    }
    this.#silentSince ??= now;
    const isSilent = now - this.#silentSince >= this.#idleMs;
    return isSilent && asked - this.#askedBefore >= UNANSWERED ? "dead" : "waiting";
  }
}
