/**
 * What a stream leads to: a service by its name, a host and port that the other side may reach, or
 * the server application whose call to a client service it answers.
 */
export const TARGET_KINDS = ["service", "destination", "call"] as const;
export type StreamTarget =
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "destination"; readonly host: string; readonly port: number }
  | { readonly kind: "call"; readonly call: number; readonly name: string };

/** How the payload of a stream is packed; positions count the packed bytes. */
export const COMPRESSIONS = ["none", "deflate", "zstd"] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** The protocol between a service and its applications. */
export const PROTOCOLS = ["tcp", "udp"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** What its opener says of a stream; the same in every `bind`, so that a lost one does no harm. */
export interface StreamOpening {
  readonly target: StreamTarget;
  readonly compression: Compression;
  /** Address and port of the application that connected, as it was seen; may be empty. */
  readonly source: string;
}
