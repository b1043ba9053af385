import { unreachable } from "../../core/exhaustive.ts";
import type { CommonEffect } from "../../core/session/common_effect.ts";
import type { SessionFacts } from "../../core/session/session_facts.ts";
import type { LinkId } from "../../core/stream/link_id.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { Link } from "../link/link.ts";
import type { CompressedStreams } from "../stream/compression/compressed_streams.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import type { PumpHost } from "../stream/pump_host.ts";
import { ControlLink } from "./control_link.ts";
import { EffectQueue } from "./effect_queue.ts";
import { LooseLinks } from "./loose_links.ts";
import { takeFrame } from "./mistake_guard.ts";
import { isPumpEffect, performOnPump } from "./pump_effects.ts";
import type { SessionDriverContext } from "./session_driver_context.ts";
import { StreamPumps } from "./stream_pumps.ts";
import { resetFields } from "./reset_fields.ts";
import { tellNote } from "./tell_note.ts";
import type { HeardByClient } from "./heard_by_client.ts";

/** What the peer is told of a mistake of ours, and what ends the session. */
const MISTAKE_HERE = "a mistake in the program at this end ended the session";

/**
 * The shell around one session core: carries its effects out on real links and pumps, and turns
 * what happens there into facts for the core. Effects are carried out strictly in order, also
 * when carrying one out leads to more.
 *
 * Mistakes stay where they happen. One of the peer ends the link on which it was made. One of
 * ours in the handling of a stream ends that stream; elsewhere (a timer, a control frame, an
 * effect, a background task) it ends the session, which is over at once, without asking the core:
 * it is the core that may be wrong. Nothing of that reaches whoever called.
 */
export abstract class SessionDriver<
  Effect extends { readonly kind: string },
  Session extends SessionFacts<Effect>,
> implements PumpHost {
  readonly session: Session;
  protected readonly log: RelayLog;
  /** Owns everything that the session runs by itself. */
  protected readonly tasks: TaskGroup;
  protected readonly links = new LooseLinks();
  /** What may outlive the session, such as links that are being closed. */
  readonly #outside: TaskGroup;
  protected readonly pumps: StreamPumps;
  readonly controlLink: ControlLink;
  readonly #deadline: DeadlineTimer;
  readonly #effects = new EffectQueue<Effect>((effect) => {
    try {
      this.perform(effect);
    } catch (error) {
      this.tasks.fault(effect.kind, error);
    }
  });
  #life: "running" | "over" = "running";

  constructor(session: Session, { packing, traffic, tasks, log }: SessionDriverContext) {
    this.session = session;
    this.log = log;
    this.#outside = tasks;
    this.tasks = tasks.child("session", () => this.#endAtOnce(MISTAKE_HERE), log);
    this.pumps = new StreamPumps({
      host: this,
      tasks: this.tasks,
      outside: tasks,
      memory: session.memory,
      ...{ packing, traffic },
      faulted: (stream) => this.#streamFaulted(stream),
    });
    this.controlLink = new ControlLink({
      tasks: this.tasks,
      outside: tasks,
      violated: (reason) => this.violated(reason),
      received: (link, message) => {
        this.apply(takeFrame(() => this.session.controlReceived(link.id, message, this.now())));
      },
      lost: (link, reason) => this.#loseControl(link, reason),
    });
    const tick = () => this.tell(() => this.session.timePassed(this.now()));
    this.#deadline = new DeadlineTimer(this.tasks, tick);
  }

  /** Carries `effects` out, and all that follow from them. Never throws. */
  apply(effects: readonly Effect[] | null): void {
    if (this.#life === "over") return;
    if (this.#effects.run(effects ?? []) === "later") return;
    this.#deadline.pullIn(this.session.deadline);
  }

  /**
   * Tells the core a fact, and carries out what follows. Never throws: a mistake of the peer that
   * comes to light with it costs the peer its control link, and one of ours the session.
   */
  protected tell(fact: () => readonly Effect[] | null): void {
    if (this.#life === "over") return;
    try {
      this.apply(fact());
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) return this.tasks.fault("fact", error);
      this.violated(error.message);
      const link = this.controlLink.current;
      if (link !== null) this.#loseControl(link, error.message);
    }
  }

  #loseControl(link: Link, reason: string): void {
    link.close();
    this.links.remove(link.id);
    this.tell(() => this.controlLost(link.id, reason));
  }

  delivered(stream: StreamRecord, bytes: number): void {
    const effects = this.session.delivered(stream, bytes, this.now());
    if (effects !== null) this.apply(effects);
    else this.rearm();
  }
  applicationEnded(stream: number): void {
    this.apply(this.session.applicationEnded(stream, this.now()));
  }
  inputEnded(stream: number): void {
    this.apply(this.session.inputEnded(stream, this.now()));
  }
  applicationFailed(stream: number, code: ResetCode): void {
    this.apply(this.session.applicationFailed(stream, code, this.now()));
  }
  streamLinkLost(stream: number, link: LinkId): void {
    this.apply(this.session.streamLinkLost(stream, link, this.now()));
  }
  inboundBroken(stream: number): void {
    this.apply(this.session.inboundBroken(stream, this.now()));
  }
  inboundMoved(stream: number, link: LinkId): void {
    this.apply(this.session.inboundMoved(stream, link, this.now()));
  }
  payloadSent(stream: StreamRecord): void {
    this.session.payloadSent(stream, this.now());
    this.rearm();
  }
  payloadTaken(stream: StreamRecord): void {
    this.session.taken(stream, this.now());
    this.payloadReceived();
    this.rearm();
  }
  payloadWaits(stream: number): void {
    this.apply(this.session.payloadWaits(stream, this.now()));
  }
  /** Payload came: the peer is there. */
  abstract payloadReceived(): void;

  /** How the streams are packed, for the status. */
  get packed(): CompressedStreams {
    return this.pumps.packed;
  }

  /** How many bytes the system of the application beside us has not confirmed, in any stream. */
  unconfirmedBytes({ id }: StreamRecord): number {
    return this.pumps.unconfirmedBytes(id);
  }

  /** Makes a pump for a stream of the core; its effects may follow in the same turn. */
  protected addPump(stream: StreamRecord, application: Promise<ByteConn | null>): void {
    this.pumps.add(stream, application);
  }

  /** A mistake of ours happened in the handling of `stream`, which ends for it. */
  streamFault(stream: number, what: string, error: unknown): void {
    this.pumps.fault(stream, what, error);
  }

  /** Carries one effect out; those that both roles share with `performCommon`. */
  protected abstract perform(effect: Effect): void;
  protected abstract controlLost(link: LinkId, reason: string): readonly Effect[];

  /** The peer violated the protocol, which costs it the control link or the session. */
  protected violated(reason: string): void {
    this.log.warn("protocol-violation", { reason });
  }

  /** A stream ended without completion; its pump is reset next. */
  protected abstract streamFailed(stream: number, code: ResetCode): HeardByClient;

  /** A stream is complete, and `link` may carry another once the peer has message `settledBy`. */
  protected abstract linkFree(link: Link, settledBy: number): void;

  /** The session's control link is this one from now on. */
  protected abstract controlAdopted(link: Link): void;
  /** There is no control link. */
  protected abstract controlClosed(): void;

  /** What the role closes of its own when the session is over, each with its name. */
  protected abstract roleEndings(): Readonly<Record<string, () => void>>;
  /** Everything is closed. */
  protected abstract reportEnd(reason: string): void;

  /** Closes everything and tells so. What goes wrong with one is no reason to keep the others. */
  protected finish(reason: string): void {
    if (this.#life === "over") return;
    this.#life = "over";
    this.tasks.close();
    const endings = {
      streams: () => this.pumps.resetAll(),
      rings: () => {
        for (const { ring } of this.session.streams.values()) ring.dispose();
      },
      record: () => this.session.record.close(),
      control: () => this.#closeControl(),
      links: () => this.links.closeAll(),
      report: () => this.reportEnd(reason),
    };
    for (const all of [this.roleEndings(), endings]) {
      for (const [what, end] of Object.entries(all)) this.#outside.guard(`end ${what}`, end);
    }
  }

  protected get control(): Link | null {
    return this.controlLink.current;
  }

  /** Milliseconds of the session's clock. */
  protected now(): number {
    return this.tasks.now();
  }

  /** The core was told something that may have changed its deadline. */
  protected rearm(): void {
    if (this.#life === "running") this.#deadline.pullIn(this.session.deadline);
  }

  /** Tells others what happened here; a mistake of theirs is logged and costs the session nothing. */
  protected report(what: string, tell: () => void): void {
    this.#outside.guard(`report ${what}`, tell);
  }

  /** The core is not asked: it may be wrong, or in the middle of what cannot go on. */
  #endAtOnce(sentence: string): void {
    this.#outside.guard("tell peer", () => this.controlLink.send({ kind: "disconnect", sentence }));
    this.#effects.clear();
    this.finish(sentence);
  }

  #streamFaulted(stream: number): void {
    if (this.#life === "over") return;
    this.apply(this.session.applicationFailed(stream, "application", this.now()));
    this.pumps.reset(stream); // also when the core knew nothing of it
  }

  protected performCommon(effect: CommonEffect): void {
    if (isPumpEffect(effect)) return performOnPump(effect, this.pumps, this.links);
    switch (effect.kind) {
      case "sendControl":
        return this.controlLink.send(effect.message);
      case "sendOnLink":
        return this.links.get(effect.link)?.send(effect.message);
      case "adoptControl":
        return this.#adopt(effect.link);
      case "closeControl":
        this.#closeControl();
        return this.controlClosed();
      case "closeLink":
        this.links.close(effect.link);
        return;
      case "releaseStream":
        return this.pumps.release(effect.stream, (link) => this.linkFree(link, effect.settledBy));
      case "resetStream":
        this.pumps.with(effect.stream, "failed", () => {
          const heard = this.streamFailed(effect.stream, effect.code);
          if (effect.code === "application" || heard === "nothing") return;
          this.log.warn("stream-reset", resetFields(effect));
        });
        return this.pumps.fail(effect.stream, effect.code);
      case "endForViolation":
        this.violated(effect.reason);
        return this.#endAtOnce(effect.reason);
      case "note":
        return tellNote(this.log, effect);
      default:
        unreachable(effect);
    }
  }

  #closeControl(): void {
    const link = this.controlLink.close();
    if (link !== null) this.links.remove(link.id);
  }

  #adopt(id: LinkId): void {
    const link = this.links.get(id);
    if (link === undefined) return;
    const previous = this.controlLink.adopt(link);
    if (previous !== null) this.links.remove(previous.id);
    this.controlAdopted(link);
  }
}
