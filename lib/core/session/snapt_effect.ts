import type { DialRequest, OfferedClientService } from "../wire/client_service_messages.ts";
import type { PathReport } from "../wire/path_report.ts";
import type { ResetCode } from "../wire/reset_code.ts";
import type { LinkId } from "../stream/link_id.ts";
import type { StreamOpening } from "../wire/stream_opening.ts";
import type { CommonEffect } from "./common_effect.ts";

/** What SNAPT's session wants done. */
export type SnaptEffect =
  | CommonEffect
  /** Connect the new stream to its service. */
  /** `link`: the one that the stream began on. */
  | {
    readonly kind: "openService";
    readonly stream: number;
    readonly opening: StreamOpening;
    readonly link: LinkId;
  }
  /** No stream comes of a call. */
  | { readonly kind: "callRefused"; readonly call: number; readonly code: ResetCode }
  /** Open server sockets for these. */
  | {
    readonly kind: "clientServicesOffered";
    readonly services: readonly OfferedClientService[];
  }
  /** Dial CNAPT where it says that it is. */
  | { readonly kind: "dialClient"; readonly request: DialRequest }
  /** CNAPT told what became of its path. */
  | { readonly kind: "pathReported"; readonly report: PathReport }
  | { readonly kind: "sessionEnded"; readonly reason: string };
