/**
 * Which hosts may use what CNAPT offers on an address that others can reach (the patent's Client
 * PAN configuration: a connectivity box for the devices of its user, not for the whole network).
 */
import { formatIpAddress, parseIpAddress, unmapped } from "./ip_address.ts";

/** A range of addresses. */
export interface SourceRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const BITS = { 4: 32n, 6: 128n } as const;
/** This machine itself is always allowed: its programs could reach SNAPT without CNAPT, too. */
const OWN_MACHINE = ["127.0.0.0/8", "::1"].map(parseSourceRange);

/**
 * Reads `192.168.7.0/24`, `fd00::/8`, or one address.
 *
 * @throws {TypeError} the text is no such range
 */
export function parseSourceRange(text: string): SourceRange {
  const [, base = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const address = parseIpAddress(base.replace(/^\[(.*)\]$/, "$1"));
  if (address === null) {
    throw new TypeError(
      `"${text}" is no range of addresses: 192.168.7.0/24, fd00::/8 or 192.168.7.20 is one`,
    );
  }
  const bits = BITS[address.family];
  const prefix = length === undefined ? bits : BigInt(length);
  if (prefix > bits) throw new TypeError(`"${text}" has no valid length: /${bits} is the longest`);
  const size = 1n << (bits - prefix);
  const first = address.value / size * size;
  if (first !== address.value) {
    throw new TypeError(
      `"${text}" has more than a range in it: the bits after /${prefix} are not 0`,
    );
  }
  return { family: address.family, first, last: first + size - 1n };
}

/** The text that `parseSourceRange` reads. */
export function formatSourceRange({ family, first, last }: SourceRange): string {
  const free = (last - first + 1n).toString(2).length - 1;
  const address = formatIpAddress({ family, value: first });
  return free === 0 ? address : `${address}/${BITS[family] - BigInt(free)}`;
}

/** Whether `address`, in numbers, is of this machine or in one of the ranges. */
export function isSourceAllowed(ranges: readonly SourceRange[], address: string): boolean {
  return isInRanges(OWN_MACHINE, address) || isInRanges(ranges, address);
}

/** Whether `address`, in numbers, is in one of the ranges. */
export function isInRanges(ranges: readonly SourceRange[], address: string): boolean {
  const parsed = parseIpAddress(address.split("%")[0] ?? "");
  if (parsed === null) return false;
  const source = unmapped(parsed);
  return ranges.some(({ family, first, last }) =>
    family === source.family && source.value >= first && source.value <= last
  );
}

/** Whether only this machine can reach what listens on `host`, an address or a name. */
export function isOwnMachine(host: string): boolean {
  return host === "localhost" || isSourceAllowed([], host);
}
