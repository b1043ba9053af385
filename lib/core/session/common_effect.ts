import type { LinkId } from "../stream/link_id.ts";
import type { Message } from "../wire/message.ts";
import type { ResetCode } from "../wire/reset_code.ts";

/**
 * What a session of either role wants done, in this order, by the shell around it. Commands, in
 * the imperative; what comes of them returns as a call of the session (`streamLinkLost`, ...).
 */
export type CommonEffect =
  /** Put a frame on the session's control link. */
  | { readonly kind: "sendControl"; readonly message: Message }
  /** Put a frame on a link that is not (yet) the control link. */
  | { readonly kind: "sendOnLink"; readonly link: LinkId; readonly message: Message }
  /** Make `link` the control link; the one before is closed after what was put on it. */
  | { readonly kind: "adoptControl"; readonly link: LinkId }
  | { readonly kind: "closeControl" }
  | { readonly kind: "closeLink"; readonly link: LinkId }
  /** From now on the stream's bytes go out on `link`, starting at the ring's `sent`. */
  | { readonly kind: "attachOutbound"; readonly stream: number; readonly link: LinkId }
  /** Bytes from `from` on come on `link`; those before it, if any, on the previous link. */
  | {
    readonly kind: "attachInbound";
    readonly stream: number;
    readonly link: LinkId;
    readonly from: number;
  }
  /** Close all links of the stream at once. */
  | { readonly kind: "detach"; readonly stream: number }
  /** Stop sending on the stream's link but go on reading it (patent: stop forwarding). */
  | { readonly kind: "stopOutbound"; readonly stream: number }
  /** Close the links that a stream used before its current one. */
  | { readonly kind: "closeOldLinks"; readonly stream: number }
  /** The end of the input became known or near: deliver it when everything before is. */
  | { readonly kind: "checkInput"; readonly stream: number }
  /** The ring has room again. */
  | { readonly kind: "wakeReader"; readonly stream: number }
  /**
   * The stream is complete in both directions: close its application socket and links. A link that
   * carried nothing else may carry another stream, as soon as the peer has said that it has message
   * `settledBy` of the record: until then it may still read the link as this stream's.
   */
  | { readonly kind: "releaseStream"; readonly stream: number; readonly settledBy: number }
  /**
   * The stream failed: reset its application socket, close its links. `service`: what it led to,
   * for the log.
   */
  | {
    readonly kind: "resetStream";
    readonly stream: number;
    readonly service: string;
    readonly code: ResetCode;
  }
  /** The peer does what no session can bear: it is over at once. */
  | { readonly kind: "endForViolation"; readonly reason: string }
  /** Something worth a log line; never on the byte path. */
  | Note;

/** What the log says, by the names that events have there. */
export type Note =
  & { readonly kind: "note"; readonly detail: string }
  & (
    | { readonly level: "info"; readonly event: "connections-held" | "link-stuck" }
    | { readonly level: "warn"; readonly event: "no-link-in-time" }
    | {
      readonly level: "warn";
      readonly event: "protocol-violation" | "refused";
      /** The same as `detail` in one word, which stays the same. */
      readonly code: string;
    }
  );
