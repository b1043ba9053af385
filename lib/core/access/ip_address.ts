/** An IP address as a number, to compare ranges by. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

const IPV4_BITS = 32n;
/** ::ffff:0:0/96 (RFC 4291, 2.5.5.2) and 64:ff9b::/96 (RFC 6052): an IPv4 address is in the end. */
const IPV4_CARRIERS = [0xffffn << IPV4_BITS, 0x64ff9bn << 96n] as const;
/** 2002::/16 (RFC 3056): an IPv4 address follows. */
const SIX_TO_FOUR = 0x2002n;

/**
 * Reads an address as `getaddrinfo` writes it: four plain decimal numbers, or IPv6 without a zone.
 * Null for everything else, also for the short, octal and hexadecimal forms that some programs take.
 */
export function parseIpAddress(text: string): IpAddress | null {
  const value = text.includes(":") ? ipv6Value(text) : ipv4Value(text);
  return value === null ? null : { family: text.includes(":") ? 6 : 4, value };
}

/** The text that `parseIpAddress` reads; IPv6 with its longest run of zeros left out (RFC 5952). */
export function formatIpAddress({ family, value }: IpAddress): string {
  if (family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => BigInt.asUintN(8, value >> shift)).join(".");
  }
  const groups = Array.from(
    { length: 8 },
    (_, index) => BigInt.asUintN(16, value >> BigInt(112 - 16 * index)).toString(16),
  );
  const text = groups.join(":");
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run);
  const [longest] = runs.sort((a, b) => b.length - a.length);
  if (longest === undefined) return text;
  const at = text.indexOf(longest);
  return `${text.slice(0, at)}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}

/** The IPv4 address that an IPv6 address leads to by translation, or the address itself. */
export function withoutTranslation(address: IpAddress): IpAddress {
  if (address.family === 4) return address;
  const { value } = address;
  const isCarrier = IPV4_CARRIERS.some((carrier) => value >> IPV4_BITS === carrier >> IPV4_BITS);
  if (isCarrier) return { family: 4, value: BigInt.asUintN(32, value) };
  if (value >> 112n !== SIX_TO_FOUR) return address;
  return { family: 4, value: BigInt.asUintN(32, value >> 80n) };
}

function ipv4Value(text: string): bigint | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = value << 8n | BigInt(part);
  }
  return value;
}

function ipv6Value(text: string): bigint | null {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return null;
  const before = groupsOf(head, tail === undefined);
  const after = tail === undefined ? [] : groupsOf(tail, true);
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...Array.from({ length: missing }, () => 0n), ...after];
  return groups.reduce((value, group) => value << 16n | group, 0n);
}

/** `mayEndInIpv4`: the last 32 bits may be written as an IPv4 address. */
function groupsOf(text: string, mayEndInIpv4: boolean): bigint[] | null {
  if (text === "") return [];
  const groups: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".")) {
      const value = mayEndInIpv4 && index === parts.length - 1 ? ipv4Value(part) : null;
      if (value === null) return null;
      groups.push(value >> 16n, value & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}
