import { unreachable } from "../exhaustive.ts";
import type { LinkId } from "./link_id.ts";
import { LinkProgress } from "./link_progress.ts";
import type { MemoryBudget } from "./memory_budget.ts";
import { ReceiveCursor } from "./receive_cursor.ts";
import type { StreamOpening } from "../wire/stream_opening.ts";
import { SendRing } from "./send_ring.ts";

/** The link of a stream at this moment. `since` is when the state began. */
export type StreamLink =
  /** None, and none asked for. */
  | { readonly kind: "unbound"; readonly since: number }
  /** None, and none wanted before there is something to carry: the last one was closed unused. */
  | { readonly kind: "resting"; readonly since: number }
  /** CNAPT: the link supply was asked for one. `previous` still carries bytes (overlapped switch). */
  | { readonly kind: "requested"; readonly since: number; readonly previous: LinkId | null }
  /** CNAPT: BIND went out on it, BOUND has not come. */
  | { readonly kind: "binding"; readonly since: number; readonly link: LinkId }
  | {
    readonly kind: "bound";
    readonly since: number;
    readonly link: LinkId;
    readonly epoch: number;
  };

/** What a session knows of one relayed TCP connection. */
export interface StreamRecord {
  readonly id: number;
  readonly opening: StreamOpening;
  readonly ring: SendRing;
  readonly cursor: ReceiveCursor;
  link: StreamLink;
  /** Number of the last link; each new one is higher. */
  binding: number;
  /** Whether the peer may know the stream (a BIND went out), or said so. */
  confirmation: "unannounced" | "unconfirmed" | "confirmed";
  /** Accepted by the application over there; BIND and BOUND acknowledge what was only taken. */
  peerDelivered: number;
  /** Whether the application here ended its direction; `ended` when the peer was told. */
  output: "open" | "ending" | "ended";
  /** Whether the end of the other direction was given to the application. */
  input: "open" | "ended";
  /** Position at which the peer leaves the current link (strict switch), or null. */
  cut: number | null;
  /** When the stream lost the path it sent on, or null: the start of its stall. */
  stalledSince: number | null;
  readonly progress: LinkProgress;
}

export function createStreamRecord(
  id: number,
  opening: StreamOpening,
  { ringCapBytes, budget }: { readonly ringCapBytes: number; readonly budget: MemoryBudget },
  now: number,
): StreamRecord {
  return {
    id,
    opening,
    ring: new SendRing(ringCapBytes, budget),
    cursor: new ReceiveCursor(),
    link: { kind: "unbound", since: now },
    binding: 0,
    confirmation: "unannounced",
    peerDelivered: 0,
    output: "open",
    input: "open",
    cut: null,
    stalledSince: null,
    progress: new LinkProgress(),
  };
}

/** The link on which the stream sends, or null. */
export function currentLink(stream: StreamRecord): LinkId | null {
  switch (stream.link.kind) {
    case "unbound":
    case "resting":
      return null;
    case "requested":
      return stream.link.previous;
    case "binding":
    case "bound":
      return stream.link.link;
    default:
      return unreachable(stream.link);
  }
}

/**
 * Whether the stream may wait without a link, as far as this end knows: both ends know it, and the
 * peer has all that was said here. What the peer has to say it asks a link for itself.
 */
export function mayRest({ confirmation, ring, cursor }: StreamRecord): boolean {
  return confirmation === "confirmed" && ring.resumeAt >= ring.end &&
    (cursor.final === null || cursor.taken >= cursor.final);
}

/** Whether anything is left that only a link can carry; what was sent may have been lost. */
export function needsLink(stream: StreamRecord): boolean {
  const isSent = stream.output === "ended" && stream.ring.acked === stream.ring.end;
  return !(isSent && stream.cursor.isComplete);
}
