import type { LinkId } from "../stream/link_id.ts";
import type { MemoryBudget } from "../stream/memory_budget.ts";
import type { StreamRecord } from "../stream/stream_record.ts";
import type { Message } from "../wire/message.ts";
import type { MessageRecord } from "./message_record.ts";
import type { ResetCode } from "../wire/reset_code.ts";

/**
 * What the shell of either role knows of a session and tells it. Every method that returns effects
 * is one fact: it validates, changes the state, and says what is to be done.
 */
export interface SessionFacts<Effect> {
  readonly streams: ReadonlyMap<number, StreamRecord>;
  readonly controlLink: LinkId | null;
  /** When `timePassed` wants to be called, in ms of the shell's clock; Infinity for never. */
  readonly deadline: number;
  /** Until when the session is kept without a network, in ms of the shell's clock; see `deadline`. */
  readonly keptUntil: number;
  /** For how many ms from the loss the peer keeps it; Infinity where it did not say. */
  readonly peerKeepsMs: number;
  /** What everything that the streams of this session keep is accounted in, and its record. */
  readonly memory: MemoryBudget;
  /** The messages that the peer has yet to acknowledge; closed with the session. */
  readonly record: Pick<MessageRecord, "keptCount" | "keptBytes" | "close">;

  /** `bytes` more were accepted by the application. Null: nothing is to be done. */
  delivered(stream: StreamRecord, bytes: number, now: number): readonly Effect[] | null;
  /** Bytes of the stream came on its link, and are being given to the application. */
  taken(stream: StreamRecord, now: number): void;
  /** Payload of the stream went out on its link. */
  payloadSent(stream: StreamRecord, now: number): void;
  /** The application has said something, and there is no link to carry it. */
  payloadWaits(stream: number, now: number): readonly Effect[];
  /** The application ended its direction; everything read before is in the ring. */
  applicationEnded(stream: number, now: number): readonly Effect[];
  /** The end of the other direction was passed on to the application. */
  inputEnded(stream: number, now: number): readonly Effect[];
  /** The application's socket failed, or its service could not be reached. */
  applicationFailed(stream: number, code: ResetCode, now: number): readonly Effect[];
  /** The stream's own link broke or was closed by the peer. */
  streamLinkLost(stream: number, link: LinkId, now: number): readonly Effect[];
  /** The bytes before a new link's `from` can come from nowhere: the old link broke. */
  inboundBroken(stream: number, now: number): readonly Effect[];
  /** The inbound direction continues on the stream's newest link, or reached its cut. */
  inboundMoved(stream: number, link: LinkId, now: number): readonly Effect[];
  /**
   * A frame on the control link. Frames of any other link are stale and ignored.
   *
   * @throws {ProtocolViolation | IllegalEvent} the peer says what cannot be; nothing was changed
   */
  controlReceived(link: LinkId, message: Message, now: number): readonly Effect[];
  /** Carries out what has become due. */
  timePassed(now: number): readonly Effect[];
}
