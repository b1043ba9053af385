import type { LinkId } from "../stream/link_id.ts";
import type { ProviderKey } from "../path/provider_key.ts";
import type {
  ClientServiceOutcome,
  DialRequest,
  OfferedClientService,
} from "../wire/client_service_messages.ts";
import type { DatagramSession } from "../wire/datagram_messages.ts";
import type { Message } from "../wire/message.ts";
import type { ResetCode } from "../wire/reset_code.ts";
import type { StreamOpening } from "../wire/stream_opening.ts";
import type { PathReport } from "../wire/path_report.ts";
import type { SitePoint } from "./site_barrier.ts";
import type { SwitchReceipt } from "./switch_receipt.ts";

/**
 * What a session wants done, in this order, by the shell around it. Commands, in the imperative;
 * what comes of them returns as a call of the session (`linkAcquired`, `controlLost`, ...).
 */
export type Effect =
  /** Put a frame on the session's control link. */
  | { readonly kind: "sendControl"; readonly message: Message }
  /** Put a frame on a link that is not (yet) the control link. */
  | { readonly kind: "sendOnLink"; readonly link: LinkId; readonly message: Message }
  /** Make `link` the control link; the one before is closed after what was put on it. */
  | { readonly kind: "adoptControl"; readonly link: LinkId }
  | { readonly kind: "closeControl" }
  | { readonly kind: "closeLink"; readonly link: LinkId }
  /** CNAPT: take a parked link of `provider` and answer with `linkAcquired`. */
  | {
    readonly kind: "requestLink";
    readonly stream: number;
    readonly binding: number;
    readonly provider: ProviderKey;
  }
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
  | { readonly kind: "holdOutbound"; readonly stream: number }
  /** Close the links that a stream used before its current one. */
  | { readonly kind: "closeOldLinks"; readonly stream: number }
  /** The end of the input became known or near: deliver it when everything before is. */
  | { readonly kind: "checkInput"; readonly stream: number }
  /** The ring has room again. */
  | { readonly kind: "wakeReader"; readonly stream: number }
  /** SNAPT: connect the new stream to its service. */
  | { readonly kind: "openService"; readonly stream: number; readonly opening: StreamOpening }
  /** CNAPT: a server application has connected to a client service. */
  | {
    readonly kind: "callReceived";
    readonly call: number;
    readonly service: string;
    readonly source: string;
  }
  /** SNAPT: no stream comes of a call. */
  | { readonly kind: "callRefused"; readonly call: number; readonly code: ResetCode }
  /** SNAPT: open server sockets for these. */
  | {
    readonly kind: "clientServicesOffered";
    readonly services: readonly OfferedClientService[];
  }
  /** CNAPT: what came of its client services. */
  | {
    readonly kind: "clientServicesOpened";
    readonly outcomes: readonly ClientServiceOutcome[];
  }
  /** SNAPT: dial CNAPT where it says that it is. */
  | { readonly kind: "dialClient"; readonly request: DialRequest }
  /** CNAPT: the destination of the stream is connected. */
  | { readonly kind: "streamOpened"; readonly stream: number }
  /** The stream is complete in both directions: close its application socket and links. */
  | { readonly kind: "releaseStream"; readonly stream: number }
  /** The stream failed: reset its application socket, close its links. */
  | { readonly kind: "resetStream"; readonly stream: number; readonly code: ResetCode }
  /** CNAPT: get an authenticated link for control, on `provider` or, if null, on any that answers. */
  | { readonly kind: "dialControl"; readonly provider: ProviderKey | null }
  /** CNAPT: get a control link and `count` parked links on `provider`. */
  | { readonly kind: "prepareLinks"; readonly provider: ProviderKey; readonly count: number }
  | { readonly kind: "abandonLinks"; readonly provider: ProviderKey }
  /** CNAPT: the session lives on `provider` now; keep links parked there. */
  | { readonly kind: "useProvider"; readonly provider: ProviderKey }
  /** CNAPT: ask on parked links of this provider, and on those of others, who answers. */
  | { readonly kind: "askAround"; readonly provider: ProviderKey }
  | { readonly kind: "suspendDecision" }
  | { readonly kind: "resumeDecision" }
  /** CNAPT: wait for the other sites and answer with `sitePointPassed`. */
  | { readonly kind: "reachSitePoint"; readonly point: SitePoint }
  /** CNAPT: this site's switch has nothing to do with the other sites any more. */
  | { readonly kind: "leaveSites" }
  | { readonly kind: "servicesAnnounced" }
  /** CNAPT: what the UDP services of the session need. */
  | { readonly kind: "datagramsOffered"; readonly offer: DatagramSession }
  /** SNAPT: CNAPT told what became of its path. */
  | { readonly kind: "pathReported"; readonly report: PathReport }
  | { readonly kind: "switchEnded"; readonly receipt: SwitchReceipt }
  | { readonly kind: "sessionEnded"; readonly reason: string }
  /** Something worth a log line; never on the byte path. */
  | {
    readonly kind: "note";
    readonly level: "info" | "warn";
    readonly event: string;
    readonly detail: string;
  };
