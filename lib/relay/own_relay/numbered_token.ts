import { TOKEN_BYTES } from "../../core/relay/relay_messages.ts";

/** A token that begins with the number of its SNAPT, by which it is found: that part is not random. */
export function numberedToken(
  number: number,
  random: (count: number) => Uint8Array,
): Uint8Array {
  const token = random(TOKEN_BYTES);
  new DataView(token.buffer, token.byteOffset).setUint32(0, number);
  return token;
}

/** The number of the SNAPT that was asked with this token. */
export function numberInToken(token: Uint8Array): number {
  return new DataView(token.buffer, token.byteOffset).getUint32(0);
}
