/**
 * Reaching IPv4 addresses from a network that has IPv6 only (NAT64).
 *
 * Theory of operation. Such a network has a prefix; an IPv4 address behind it, as RFC 6052 section
 * 2.2 lays it out, is translated on the way. The prefix is found out from the addresses that the
 * network's name server gives for `ipv4only.arpa`, whose own are known (RFC 7050).
 */
import { formatIpAddress, type IpAddress, parseIpAddress } from "./ip_address.ts";

/** The name that has these IPv4 addresses and no others, but for those of a translating network. */
export const IPV4_ONLY_NAME = "ipv4only.arpa";
const WELL_KNOWN: readonly (readonly number[])[] = [[192, 0, 0, 170], [192, 0, 0, 171]];

/** In which bytes the IPv4 address is, for the lengths that a prefix may have; byte 8 is zero. */
const LAYOUTS: readonly (readonly number[])[] = [
  [12, 13, 14, 15], // 96
  [9, 10, 11, 12], // 64
  [7, 9, 10, 11], // 56
  [6, 7, 9, 10], // 48
  [5, 6, 7, 9], // 40
  [4, 5, 6, 7], // 32
];

/**
 * Under which IPv6 addresses `ipv4` is reached; `answers` are those of `IPV4_ONLY_NAME`. Empty where
 * the network translates nothing, or `ipv4` is none.
 */
export function translatedAddresses(
  ipv4: string,
  answers: readonly string[],
): readonly string[] {
  const target = parseIpAddress(ipv4);
  if (target === null || target.family !== 4) return [];
  const translated = answers.flatMap((text) => {
    const answer = parseIpAddress(text);
    if (answer === null || answer.family !== 6) return [];
    const bytes = bytesOf(answer);
    const layout = LAYOUTS.find((one) => isWellKnown(one.map((at) => bytes[at] ?? 0)));
    if (layout === undefined) return [];
    bytesOf(target).forEach((byte, index) => bytes[layout[index] ?? 0] = byte);
    return [formatIpAddress({ family: 6, value: valueOf(bytes) })];
  });
  return [...new Set(translated)];
}

function isWellKnown(bytes: readonly number[]): boolean {
  return WELL_KNOWN.some((known) => known.every((byte, index) => byte === bytes[index]));
}

function bytesOf({ family, value }: IpAddress): number[] {
  const count = family === 4 ? 4 : 16;
  return Array.from(
    { length: count },
    (_, index) => Number(BigInt.asUintN(8, value >> BigInt(8 * (count - 1 - index)))),
  );
}

function valueOf(bytes: readonly number[]): bigint {
  return bytes.reduce((value, byte) => value << 8n | BigInt(byte), 0n);
}
