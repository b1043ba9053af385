import { isPublicAddress } from "../../../../lib/core/access/public_address.ts";
import { assertEquals } from "../../../assert.ts";

const ADDRESSES = [
  ["8.8.8.8", true],
  ["100.63.255.255", true],
  ["172.32.0.1", true],
  ["::ffff:8.8.8.8", true],
  ["2a01:4f8::1", true],
  ["2002:808:808::1", true],
  ["10.1.2.3", false],
  ["100.64.0.1", false],
  ["172.31.255.255", false],
  ["192.168.178.20", false],
  ["169.254.1.1", false],
  ["203.0.113.7", false],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["127.0.0.1", false],
  ["::ffff:10.0.0.1", false],
  ["2002:a00:1::1", false],
  ["::1", false],
  ["fd00::1", false],
  ["fe80::1%eth0", false],
  ["ff02::1", false],
  ["2001:db8::1", false],
  ["home.example.org", false],
  ["", false],
] as const;

for (const [address, expected] of ADDRESSES) {
  Deno.test(`"${address}" is ${expected ? "a" : "no"} public address`, () => {
    assertEquals(isPublicAddress(address), expected);
  });
}
