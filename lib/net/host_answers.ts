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
import type { FoundSocket } from "./socket_table.ts";

/** What the system knows of a TCP connection. */
export interface AnswerState {
  /** Whether something sent is without an answer, or has still to be sent. */
  readonly isPending: boolean;
  /** How often in a row something was sent again, or asked for. */
  readonly asked: number;
  /** When the host has said something last. */
  readonly heardMsAgo: number;
}

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

const IPPROTO_TCP = 6;
/** TCP_INFO of Linux, and where in `struct tcp_info` the numbers stand. */
const TCP_INFO = 11;
const [RETRANSMITS, PROBES, UNACKED, LAST_ACK_RECEIVED, NOT_SENT] = [2, 3, 24, 56, 144];
const INFO_BYTES = 256;
const info = new Uint8Array(INFO_BYTES);
const numbers = new DataView(info.buffer);
const length = new Uint32Array(1);
const lengthBytes = new Uint8Array(length.buffer);
/** Of the machines that Deno runs on all are little-endian. */
const LITTLE_ENDIAN = true;

/** What Linux knows of a connection; null where it does not tell. */
export function answerStateOf({ libc, fd }: FoundSocket): AnswerState | null {
  info.fill(0); // of what an older kernel does not know there is nothing
  length[0] = INFO_BYTES;
  if (libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, lengthBytes) !== 0) return null;
  const number = (at: number) => numbers.getUint32(at, LITTLE_ENDIAN);
  return {
    isPending: number(UNACKED) > 0 || number(NOT_SENT) > 0,
    asked: numbers.getUint8(RETRANSMITS) + numbers.getUint8(PROBES),
    heardMsAgo: number(LAST_ACK_RECEIVED),
  };
}
