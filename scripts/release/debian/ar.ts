/** The outermost shell of a Debian package: the archive of `ar`, with owner 0 and one time. */
import { joined } from "../joined.ts";

/** @param members the content of each by its name, of 15 characters at most */
export function ar(members: ReadonlyMap<string, Uint8Array>, seconds: number): Uint8Array {
  const encode = (text: string) => new TextEncoder().encode(text);
  const parts: Uint8Array[] = [encode("!<arch>\n")];
  for (const [name, bytes] of members) {
    const fields = [[name, 16], [`${seconds}`, 12], ["0", 6], ["0", 6], ["100644", 8]] as const;
    const start = fields.map(([text, width]) => text.padEnd(width)).join("");
    parts.push(encode(`${start}${`${bytes.length}`.padEnd(10)}\`\n`), bytes);
    if (bytes.length % 2 === 1) parts.push(encode("\n"));
  }
  return joined(parts);
}
