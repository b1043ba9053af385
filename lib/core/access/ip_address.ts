/** An IP address as a number, to compare ranges by. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

const IPV4_BITS = 32n;
const MAPPED = 0xffffn;
/**
 * An IPv4 address is in the end of ::/96 (RFC 4291, 2.5.5.1), ::ffff:0:0/96 (the same, 2.5.5.2),
 * ::ffff:0:0:0/96 (RFC 7915) and 64:ff9b::/96 (RFC 6052).
 */
const IPV4_CARRIERS = [0n, MAPPED, 0xffff_0000n, 0x64ff9bn << 64n] as const;
/** :: and ::1 are in ::/96 and carry nothing. */
const LAST_WITHOUT_IPV4 = 1n;
/** 2002::/16 (RFC 3056): an IPv4 address follows. */
const SIX_TO_FOUR = 0x2002n;
/** 2001::/32 (Teredo, RFC 4380): an IPv4 address is in the end, every bit of it turned round. */
const TEREDO = 0x2001_0000n;
/** ISATAP (RFC 5214): these, and then an IPv4 address, are the last 64 bits. */
const ISATAP = [0x5efen, 0x0200_5efen] as const;

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

/** ::ffff:0:0/96 is how a socket for both families shows IPv4 addresses: the IPv4 address then. */
export function unmapped(address: IpAddress): IpAddress {
  return address.family === 6 && address.value >> IPV4_BITS === MAPPED
    ? { family: 4, value: BigInt.asUintN(32, address.value) }
    : address;
}

/**
 * The IPv4 address that an IPv6 address leads to by translation or in a tunnel, or the address
 * itself. Which one is in 64:ff9b:1::/48 (RFC 8215) only the network knows that it belongs to.
 */
export function withoutTranslation(address: IpAddress): IpAddress {
  if (address.family === 4) return address;
  const { value } = address;
  const ending: IpAddress = { family: 4, value: BigInt.asUintN(32, value) };
  const before = value >> IPV4_BITS;
  if (IPV4_CARRIERS.some((carrier) => before === carrier)) {
    return value > LAST_WITHOUT_IPV4 ? ending : address;
  }
  if (value >> 112n === SIX_TO_FOUR) {
    return { family: 4, value: BigInt.asUintN(32, value >> 80n) };
  }
  if (value >> 96n === TEREDO) return { family: 4, value: ending.value ^ 0xffff_ffffn };
  if (ISATAP.some((id) => BigInt.asUintN(32, before) === id)) return ending;
  return address;
}

/** Whether both are the same number. */
export function isSameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.family === b.family && a.value === b.value;
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
