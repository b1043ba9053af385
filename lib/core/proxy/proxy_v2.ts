/**
 * The header of the PROXY protocol, version 2: tells a server application who is behind the relay.
 *
 * Theory of operation. It is the first thing on the connection: a signature of twelve bytes, version
 * and command, family, the length of what follows, then the addresses and ports of both ends. Where
 * the source is not known, the command LOCAL says that the relay speaks for itself.
 */
import { type IpAddress, parseIpAddress, unmapped } from "../access/ip_address.ts";

export const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
export const LOCAL = 0x20;
export const PROXY = 0x21;
export const TCP_OVER_IPV4 = 0x11;
export const TCP_OVER_IPV6 = 0x21;
export const PROXY_V2_HEAD_BYTES = 16;
/** ::ffff:0:0, where an IPv4 address is written as an IPv6 one. */
const MAPPED = 0xffffn << 32n;

/** `source` and `destination` as `ip:port`, IPv6 in brackets. */
export function proxyV2Header(source: string, destination: string): Uint8Array<ArrayBuffer> {
  const [from, to] = [endOf(source), endOf(destination)];
  if (from === null || to === null) {
    return new Uint8Array([...SIGNATURE, LOCAL, 0, 0, 0]);
  }
  const isIpv4 = from.address.family === 4 && to.address.family === 4;
  const bytes = isIpv4 ? 4 : 16;
  const header = new Uint8Array(PROXY_V2_HEAD_BYTES + 2 * bytes + 4);
  const view = new DataView(header.buffer);
  header.set([...SIGNATURE, PROXY, isIpv4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6]);
  view.setUint16(PROXY_V2_HEAD_BYTES - 2, 2 * bytes + 4);
  for (const [index, { address, port }] of [from, to].entries()) {
    setAddress(view, PROXY_V2_HEAD_BYTES + index * bytes, address, bytes);
    view.setUint16(PROXY_V2_HEAD_BYTES + 2 * bytes + 2 * index, port);
  }
  return header;
}

function setAddress(view: DataView, at: number, address: IpAddress, bytes: number): void {
  const value = bytes === 16 && address.family === 4 ? MAPPED | address.value : address.value;
  for (let index = 0; index < bytes; index++) {
    view.setUint8(at + index, Number(value >> BigInt(8 * (bytes - 1 - index)) & 0xffn));
  }
}

function endOf(text: string): { readonly address: IpAddress; readonly port: number } | null {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const address = parseIpAddress((match?.[1] ?? match?.[2] ?? "").split("%")[0] ?? "");
  return address === null ? null : { address: unmapped(address), port: Number(match?.[3]) };
}
