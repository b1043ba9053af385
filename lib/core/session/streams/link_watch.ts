import type { LinkId } from "../../stream/link_id.ts";
import type { StreamRecord } from "../../stream/stream_record.ts";
import type { SharedDeadlines } from "../deadline_name.ts";
import type { CommonOutbox } from "../outbox.ts";
import type { StreamTable } from "./stream_table.ts";

/** Links are looked at no more often than this. */
const LOOK_MS = 25;
/** How soon is looked again at links that cannot be judged in the middle of a switch. */
const JUDGE_AGAIN_MS = 250;
/** The path's own questions are numbered from 1. */
const FIRST_TOKEN = 0x8000_0000;
const LAST_TOKEN = 0xffff_ffff;

export interface LinkWatchParts {
  readonly table: StreamTable;
  readonly outbox: CommonOutbox;
  readonly deadlines: SharedDeadlines;
  /** What an acknowledgement may take on this path, in ms. */
  readonly usualMs: () => number;
  /** Whether every stream has one link only: in the middle of a switch it may have two. */
  readonly isSettled: () => boolean;
  /** The stream needs another link. */
  readonly stuck: (stream: StreamRecord, now: number) => void;
  /** The peer has answered after `ms`. */
  readonly answered: (ms: number, now: number) => void;
}

interface Question {
  readonly token: number;
  readonly askedAt: number;
  /** The control link on which it was asked: on another one no answer comes. */
  readonly control: LinkId;
}

/**
 * Watches the links of all streams of a session for one that leads nowhere (`LinkProgress`). While
 * everything is taken within its time, it only remembers since when something is under way.
 */
export class LinkWatch {
  readonly #parts: LinkWatchParts;
  #question: Question | null = null;
  #nextToken = FIRST_TOKEN;

  constructor(parts: LinkWatchParts) {
    this.#parts = parts;
  }

  /** BIND of `stream` went out. */
  bindSent({ progress }: StreamRecord, now: number): void {
    progress.bindSent(now);
    this.#watch(now);
  }

  /** Payload of `stream` went out. */
  sent({ progress, ring }: StreamRecord, now: number): void {
    if (progress.since !== null) return;
    progress.sent(ring.sent, now);
    if (progress.since !== null) this.#watch(now);
  }

  /** The peer said how far it has `stream`. */
  peerTook(
    { progress, ring }: StreamRecord,
    position: number,
    peer: "reading" | "holding",
    now: number,
  ): void {
    progress.peerTook(position, peer, ring.sent, now);
    if (progress.since !== null) this.#watch(now);
  }

  /** PONG came on the control link. */
  pong(token: number, now: number): void {
    const question = this.#question;
    if (question?.token !== token) return;
    this.#question = null;
    this.#parts.answered(now - question.askedAt, now);
    for (const { progress } of this.#parts.table.records.values()) {
      progress.witnessed(question.askedAt, now);
    }
    this.look(now);
  }

  /** Asks on the control link how long an answer takes now, whatever is under way. */
  measure(now: number): void {
    this.#ask(now);
  }

  /** Gives up the links that lead nowhere, and asks where that is not known yet. */
  look(now: number): void {
    const { table, deadlines, isSettled, outbox } = this.#parts;
    deadlines.clear("progress");
    const hasPath = outbox.control !== null;
    const areAllSettled = isSettled();
    const usualMs = this.#parts.usualMs();
    let lookAt = Infinity;
    let needsWitness = false;
    for (const stream of table.all()) {
      const { progress } = stream;
      if (progress.since === null) continue;
      const canJudge = hasPath && (areAllSettled || stream.link.kind === "binding");
      if (canJudge && progress.isStuck(usualMs, now)) {
        this.#condemn(stream, now);
        continue;
      }
      const isOverdue = progress.needsWitness(usualMs, now);
      needsWitness ||= isOverdue && canJudge;
      const soonest = canJudge && !isOverdue ? LOOK_MS : JUDGE_AGAIN_MS;
      lookAt = Math.min(lookAt, Math.max(progress.lookAt(usualMs), now + soonest));
    }
    if (needsWitness) this.#ask(now);
    if (lookAt < Infinity) deadlines.set("progress", lookAt);
  }

  #condemn(stream: StreamRecord, now: number): void {
    stream.progress.condemned(now);
    const detail = `stream ${stream.id} gets another link: nothing gets through on its own`;
    this.#parts.outbox.emit({ kind: "note", level: "info", event: "link-stuck", detail });
    this.#parts.stuck(stream, now);
  }

  /** TCP loses no question: there is an answer, or another control link. */
  #ask(now: number): void {
    const { outbox } = this.#parts;
    if (outbox.control === null || this.#question?.control === outbox.control) return;
    const token = this.#nextToken;
    this.#nextToken = token === LAST_TOKEN ? FIRST_TOKEN : token + 1;
    this.#question = { token, askedAt: now, control: outbox.control };
    outbox.sendControl({ kind: "ping", token });
  }

  #watch(now: number): void {
    this.#parts.deadlines.pullIn("progress", now + this.#parts.usualMs() / 2);
  }
}
