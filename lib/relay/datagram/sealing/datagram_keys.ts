import { createHmac } from "node:crypto";
import { ByteWriter } from "../../../core/wire/byte_writer.ts";
import type { DatagramSession, Protection } from "../../../core/wire/datagram_messages.ts";

const encoder = new TextEncoder();
const LABELS = {
  sealed: { cnapt: "cnapt datagram seal v1\0", snapt: "snapt datagram seal v1\0" },
  signed: { cnapt: "cnapt datagram sign v1\0", snapt: "snapt datagram sign v1\0" },
} as const;

/** One key for each direction, of 32 bytes. */
export interface DatagramKeys {
  /** For what CNAPT sends. */
  readonly cnapt: Uint8Array;
  readonly snapt: Uint8Array;
}

/**
 * The keys of a session. They take the key of the CNAPT as well as the secret of the session: with
 * `security: none` the secret could be read by others, and the key alone would be the same for ever.
 */
export function deriveDatagramKeys(
  key: Uint8Array,
  { protection, secret, tag }: Pick<DatagramSession, "protection" | "secret" | "tag">,
): DatagramKeys {
  const labels: { readonly cnapt: string; readonly snapt: string } = LABELS[protection];
  const derive = (label: string) =>
    createHmac("sha256", key).update(
      new ByteWriter().bytes(encoder.encode(label)).bytes(Uint8Array.fromHex(secret)).u64(tag)
        .finish(),
    ).digest();
  return { cnapt: derive(labels.cnapt), snapt: derive(labels.snapt) };
}

/** The keys as one end uses them. */
export interface OwnKeys {
  readonly protection: Protection;
  readonly tag: number;
  readonly sending: Uint8Array;
  readonly receiving: Uint8Array;
}
