/** What a router is asked for, and what it says, whatever it is asked by. */

/** How a router is asked: RFC 6887, RFC 6886, UPnP's Internet Gateway Device. */
export type MappingMethod = "pcp" | "nat-pmp" | "upnp";

export type MappedTransport = "tcp" | "udp";

/** One port of this machine that others are to reach. */
export interface WantedPort {
  readonly transport: MappedTransport;
  /** The port on this machine. */
  readonly port: number;
  /** The port that is best outside. */
  readonly outerPort: number;
  /** The address that was had before; null: any. */
  readonly outerHost: string | null;
}

/** Where a port is reached from outside, as the router says. */
export interface OuterPort {
  /** In numbers. */
  readonly host: string;
  readonly port: number;
}

export interface GrantedPort {
  readonly kind: "granted";
  readonly outer: OuterPort;
  /** For how long, in seconds; null: until it is taken back. */
  readonly lifetimeS: number | null;
  /** What the router's clock says, in seconds; null: it has none. */
  readonly epochS: number | null;
}

/** Why there is no mapping by one method, in words that complete "the router …". */
export interface RefusedPort {
  readonly kind: "refused";
  /**
   * `otherVersion`: another protocol is to be tried; `forbidden`: it is switched off there;
   * `unconnected`: it has no way to the Internet, or no public address, which many do not tell apart.
   */
  readonly why: "otherVersion" | "forbidden" | "taken" | "full" | "unconnected" | "failed";
  readonly words: string;
}

/** Nobody has answered, or nobody whose answer counts. */
export interface SilentRouter {
  readonly kind: "silent";
  readonly words: string;
}

export type MappingAnswer = GrantedPort | RefusedPort | SilentRouter;

/** What a router says when it is only asked how it is. */
export type RouterLook =
  | {
    readonly kind: "seen";
    readonly epochS: number | null;
    /** Its outer address; null: it was not asked for it. */
    readonly outerHost: string | null;
  }
  /** It does not know the mapping any longer. */
  | { readonly kind: "forgotten"; readonly words: string }
  | SilentRouter;
