import { formatIpAddress, parseIpAddress, unmapped } from "../access/ip_address.ts";

const ADDRESS_BYTES = 16;
/** ::ffff:0:0, where an IPv4 address is written as an IPv6 one. */
const MAPPED = 0xffffn << 32n;

/**
 * An address in numbers as PCP has it (RFC 6887, section 5): 16 bytes, IPv4 as `::ffff:192.0.2.7`.
 *
 * @throws {TypeError} it is no address
 */
export function addressBytes(host: string): Uint8Array<ArrayBuffer> {
  const address = parseIpAddress(host.split("%")[0] ?? "");
  if (address === null) throw new TypeError(`Cannot ask for a mapping: "${host}" is no address`);
  const value = address.family === 4 ? MAPPED | address.value : address.value;
  return Uint8Array.from(
    { length: ADDRESS_BYTES },
    (_, index) => Number(BigInt.asUintN(8, value >> BigInt(8 * (ADDRESS_BYTES - 1 - index)))),
  );
}

/** The text of 4 or 16 such bytes. */
export function addressText(bytes: Uint8Array): string {
  const value = bytes.reduce((sum, byte) => sum << 8n | BigInt(byte), 0n);
  const family = bytes.length === ADDRESS_BYTES ? 6 : 4;
  return formatIpAddress(unmapped({ family, value }));
}
