import type { ProviderKey } from "../path/provider_key.ts";
import type { ClientServiceOutcome } from "../wire/client_service_messages.ts";
import type { Places } from "../wire/places_message.ts";
import type { DatagramSession } from "../wire/datagram_messages.ts";
import type { CommonEffect } from "./common_effect.ts";
import type { SitePoint } from "./site_barrier.ts";
import type { SwitchReceipt } from "./switch_receipt.ts";

/** What CNAPT's session wants done. */
export type CnaptEffect =
  | CommonEffect
  /** Take a parked link of `provider` and answer with `linkAcquired`. */
  | {
    readonly kind: "requestLink";
    readonly stream: number;
    readonly binding: number;
    readonly provider: ProviderKey;
  }
  /** A server application has connected to a client service. */
  | {
    readonly kind: "callReceived";
    readonly call: number;
    readonly service: string;
    readonly source: string;
  }
  /** What came of the client services. */
  | {
    readonly kind: "clientServicesOpened";
    readonly outcomes: readonly ClientServiceOutcome[];
  }
  /** The destination of the stream is connected. */
  | { readonly kind: "streamOpened"; readonly stream: number }
  /** Get an authenticated link for control, on `provider` or, if null, on any that answers. */
  | { readonly kind: "dialControl"; readonly provider: ProviderKey | null }
  /** Get a control link and `count` parked links on `provider`. */
  | { readonly kind: "prepareLinks"; readonly provider: ProviderKey; readonly count: number }
  | { readonly kind: "abandonLinks"; readonly provider: ProviderKey }
  /** The session lives on `provider` now; keep links parked there. */
  | { readonly kind: "useProvider"; readonly provider: ProviderKey }
  /** Ask on parked links of this provider, and on those of others, who answers. */
  | { readonly kind: "askAround"; readonly provider: ProviderKey }
  /** Look when the system last got an acknowledgement over this path; `systemAnswered` follows. */
  | { readonly kind: "askSystem" }
  /**
   * Look for another control link, on any provider, beside the one there is; again and again until
   * `controlFound`, `stopSeeking`, or `dialControl`.
   */
  | { readonly kind: "seekControl" }
  | { readonly kind: "stopSeeking" }
  | { readonly kind: "suspendDecision" }
  | { readonly kind: "resumeDecision" }
  /** Wait for the other sites and answer with `sitePointPassed`. */
  | { readonly kind: "reachSitePoint"; readonly point: SitePoint }
  /** This site's switch has nothing to do with the other sites any more. */
  | { readonly kind: "leaveSites" }
  | { readonly kind: "servicesAnnounced" }
  /** SNAPT said where it is reached. */
  | { readonly kind: "placesTold"; readonly told: Places }
  /** What the UDP services of the session need. */
  | { readonly kind: "datagramsOffered"; readonly offer: DatagramSession }
  | { readonly kind: "switchEnded"; readonly receipt: SwitchReceipt }
  | { readonly kind: "sessionEnded"; readonly reason: string };
