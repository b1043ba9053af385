import { unreachable } from "../../core/exhaustive.ts";
import { IllegalEvent } from "../../core/handshake/transition.ts";
import type { CommonEffect } from "../../core/session/common_effect.ts";
import type { SessionFacts } from "../../core/session/session_facts.ts";
import type { LinkId } from "../../core/stream/link_id.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { Link } from "../link/link.ts";
import { CompressedStreams } from "../stream/compression/compressed_streams.ts";
import type { CompressionTotals } from "../stream/compression/compression_totals.ts";
import { DeadlineTimer } from "../run/deadline_timer.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { type PumpHost, StreamPump } from "../stream/stream_pump.ts";

/** A control link that is replaced may write what it has for that long. */
const CONTROL_FLUSH_MS = 300;

/** What the shell around a session of either role works with. */
export interface SessionDriverContext {
  readonly packing: CompressionTotals;
  /** Owns what the program or the site runs by itself; the session makes a group of its own in it. */
  readonly tasks: TaskGroup;
  readonly log: RelayLog;
}

/**
 * The shell around one session core: carries its effects out on real links and pumps, and turns
 * what happens there into facts for the core. Effects are carried out strictly in order, also
 * when carrying one out leads to more.
 */
export abstract class SessionDriver<Effect, Session extends SessionFacts<Effect>>
  implements PumpHost {
  readonly session: Session;
  protected readonly log: RelayLog;
  /** Owns everything that the session runs by itself. */
  protected readonly tasks: TaskGroup;
  /** What may outlive the session, such as links that are being closed. */
  readonly #outside: TaskGroup;
  protected readonly pumps = new Map<number, StreamPump>();
  protected readonly links = new Map<LinkId, Link>();
  #control: Link | null = null;
  readonly #packed: CompressedStreams;
  readonly #queue: Effect[] = [];
  #draining: "idle" | "draining" = "idle";
  readonly #deadline: DeadlineTimer;

  constructor(session: Session, { packing, tasks, log }: SessionDriverContext) {
    this.session = session;
    this.#packed = new CompressedStreams(session.memory, packing);
    this.log = log;
    this.#outside = tasks;
    this.tasks = tasks.child("session", "keepGoing", log);
    this.#deadline = new DeadlineTimer(this.tasks, () => {
      this.tell(() => this.session.timePassed(this.now()));
    });
  }

  /** Carries `effects` out, and all that follow from them. */
  apply(effects: readonly Effect[] | null): void {
    if (effects !== null) { for (const effect of effects) this.#queue.push(effect); }
    if (this.#draining === "draining") return;
    this.#draining = "draining";
    try {
      for (let effect = this.#queue.shift(); effect !== undefined; effect = this.#queue.shift()) {
        this.perform(effect);
      }
    } finally {
      this.#draining = "idle";
    }
    this.#arm();
  }

  /** Tells the core a fact; a mistake of the peer costs the peer its control link, not us. */
  protected tell(fact: () => readonly Effect[] | null): void {
    let effects: readonly Effect[] | null;
    try {
      effects = fact();
    } catch (error) {
      if (!(error instanceof ProtocolViolation || error instanceof IllegalEvent)) throw error;
      this.log.warn("protocol-violation", { reason: error.message });
      const control = this.session.controlLink;
      effects = control === null ? null : this.controlLost(control, error.message);
    }
    this.apply(effects);
  }

  delivered(stream: StreamRecord, bytes: number): void {
    const effects = this.session.delivered(stream, bytes, this.now());
    if (effects !== null) this.apply(effects);
    else this.#arm();
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
  abstract payloadSent(stream: StreamRecord): void;
  abstract payloadReceived(): void;

  /** How the streams are packed, for the status. */
  get packed(): CompressedStreams {
    return this.#packed;
  }

  /** Makes a pump for a stream of the core; its effects may follow in the same turn. */
  protected addPump(stream: StreamRecord, application: Promise<ByteConn | null>): void {
    this.pumps.set(stream.id, new StreamPump(stream, this.#packed.wrap(stream, application), this));
  }

  /** Carries one effect out; those that both roles share with `performCommon`. */
  protected abstract perform(effect: Effect): void;
  protected abstract controlLost(link: LinkId, reason: string): readonly Effect[];

  /** A stream ended without completion; its pump is reset next. */
  protected abstract streamFailed(stream: number, code: ResetCode): void;

  /** The session's control link is this one from now on. */
  protected abstract controlAdopted(link: Link): void;
  /** There is no control link. */
  protected abstract controlClosed(): void;

  /** Closes everything; the session is over. */
  protected dispose(): void {
    this.tasks.close();
    for (const pump of this.pumps.values()) pump.reset();
    this.pumps.clear();
    for (const link of this.links.values()) if (link !== this.#control) link.close();
    this.links.clear();
  }

  protected get control(): Link | null {
    return this.#control;
  }

  /** Milliseconds of the session's clock. */
  protected now(): number {
    return this.tasks.now();
  }

  protected rearm(): void {
    this.#arm();
  }

  /** Closes `link` after it has written what it has, for `withinMs` at the most. */
  protected closeGently(link: Link, withinMs: number): void {
    this.#outside.run("close link", () => link.closeGently(withinMs));
  }

  protected performCommon(effect: CommonEffect): void {
    switch (effect.kind) {
      case "sendControl":
        this.#control?.send(effect.message);
        return;
      case "sendOnLink":
        this.links.get(effect.link)?.send(effect.message);
        return;
      case "adoptControl":
        this.#adopt(effect.link);
        return;
      case "closeControl":
        if (this.#control !== null) {
          this.closeGently(this.#control, CONTROL_FLUSH_MS);
          this.links.delete(this.#control.id);
        }
        this.#control = null;
        this.controlClosed();
        return;
      case "closeLink":
        this.links.get(effect.link)?.close();
        this.links.delete(effect.link);
        return;
      case "attachOutbound":
        this.#withLink(effect.link, (link) => this.pumps.get(effect.stream)?.attachOutbound(link));
        return;
      case "attachInbound":
        this.#withLink(effect.link, (link) => {
          this.pumps.get(effect.stream)?.attachInbound(link, effect.from);
          this.links.delete(link.id); // from here on the pump closes it
        });
        return;
      case "detach":
        this.pumps.get(effect.stream)?.detach();
        return;
      case "holdOutbound":
        this.pumps.get(effect.stream)?.holdOutbound();
        return;
      case "closeOldLinks":
        this.pumps.get(effect.stream)?.closeOldLinks();
        return;
      case "checkInput":
        this.pumps.get(effect.stream)?.checkInput();
        return;
      case "wakeReader":
        this.pumps.get(effect.stream)?.wakeReader();
        return;
      case "releaseStream":
        this.pumps.get(effect.stream)?.release();
        this.pumps.delete(effect.stream);
        return;
      case "resetStream":
        if (effect.code !== "application") {
          this.log.warn("stream-reset", { stream: effect.stream, code: effect.code });
        }
        this.streamFailed(effect.stream, effect.code);
        this.pumps.get(effect.stream)?.reset();
        this.pumps.delete(effect.stream);
        return;
      case "note":
        if (effect.level === "info") this.log.info(effect.event, { detail: effect.detail });
        else this.log.warn(effect.event, { detail: effect.detail });
        return;
      default:
        unreachable(effect);
    }
  }

  #withLink(id: LinkId, use: (link: Link) => void): void {
    const link = this.links.get(id);
    if (link !== undefined) use(link);
  }

  #adopt(id: LinkId): void {
    const link = this.links.get(id);
    if (link === undefined) return;
    const previous = this.#control;
    this.#control = link;
    link.useForControl();
    if (previous !== null && previous !== link) {
      this.links.delete(previous.id);
      this.closeGently(previous, CONTROL_FLUSH_MS);
    }
    this.tasks.run("control link", () => this.#readControl(link));
    this.controlAdopted(link);
  }

  async #readControl(link: Link): Promise<void> {
    let reason = "SNAPT or CNAPT closed the control link";
    try {
      // One that was parked is being read already.
      let message = await link.firstUnseenMessage();
      for (; message !== null; message = await link.nextMessage()) {
        this.apply(this.session.controlReceived(link.id, message, this.now()));
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      reason = error.message;
      if (!(error instanceof ConnFailed)) this.log.warn("protocol-violation", { reason });
    }
    link.close();
    this.links.delete(link.id);
    this.apply(this.controlLost(link.id, reason));
  }

  #arm(): void {
    this.#deadline.pullIn(this.session.deadline);
  }
}
