/** The checksums of a release, as `sha256sum --check` reads them. */

/** SHA-256 in hex. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** One line for each file, by name. */
export function sumsFile(sums: ReadonlyMap<string, string>): string {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sum]) => `${sum}  ${name}\n`).join("");
}

/** @throws {TypeError} a line is none of `sumsFile` */
export function readSums(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\n").filter((line) => line !== "").map((line) => {
      const [, sum, name] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
      if (sum === undefined || name === undefined) {
        throw new TypeError(`Cannot read the sums: "${line}" is no sum and name`);
      }
      return [name, sum];
    }),
  );
}
