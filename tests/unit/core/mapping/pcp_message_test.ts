import {
  encodePcpAnnounce,
  encodePcpMap,
  readPcpAnswer,
} from "../../../../lib/core/mapping/pcp_message.ts";
import { assertEquals } from "../../../assert.ts";

const NONCE = Uint8Array.from({ length: 12 }, (_, index) => index + 1);
const CLIENT = "00000000000000000000ffffc0a80702";

Deno.test("a PCP request for a TCP port has the bytes of RFC 6887", () => {
  const bytes = encodePcpMap({
    transport: "tcp",
    clientHost: "192.168.7.2",
    nonce: NONCE,
    innerPort: 7_787,
    outerPort: 7_788,
    outerHost: "192.0.2.7",
    lifetimeS: 3_600,
  });
  assertEquals(
    bytes.toHex(),
    "02010000" + "00000e10" + CLIENT + NONCE.toHex() + "06000000" + "1e6b" + "1e6c" +
      "00000000000000000000ffffc0000207",
  );
});

Deno.test("a PCP request says that any address will do in the family of the client", () => {
  const of = (clientHost: string) =>
    encodePcpMap({
      ...{ transport: "udp", clientHost, nonce: NONCE, innerPort: 1, outerPort: 1 } as const,
      ...{ outerHost: null, lifetimeS: 0 },
    });
  assertEquals(of("192.168.7.2").subarray(44).toHex(), "00000000000000000000ffff00000000");
  assertEquals(of("2001:db8::7").subarray(44).toHex(), "0".repeat(32));
  assertEquals(of("2001:db8::7")[36], 17);
  assertEquals(encodePcpAnnounce("192.168.7.2").toHex(), `0200000000000000${CLIENT}`);
});

/** A router's answer to a request, with what it says changed. */
function pcpAnswer(
  { result = 0, lifetime = 120, epoch = 77, opcode = 0x81, version = 2 }: {
    readonly result?: number;
    readonly lifetime?: number;
    readonly epoch?: number;
    readonly opcode?: number;
    readonly version?: number;
  } = {},
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(60);
  const view = new DataView(bytes.buffer);
  bytes.set([version, opcode, 0, result]);
  view.setUint32(4, lifetime);
  view.setUint32(8, epoch);
  bytes.set(NONCE, 24);
  bytes[36] = 6;
  view.setUint16(40, 7_787);
  view.setUint16(42, 7_790);
  bytes.set(Uint8Array.fromHex("00000000000000000000ffff141e2805"), 44);
  return bytes;
}

Deno.test("an answer of PCP is read whole", () => {
  assertEquals(readPcpAnswer(pcpAnswer()), {
    ...{ kind: "map", result: "success", lifetimeS: 120, epochS: 77, nonce: NONCE },
    ...{ transport: "tcp", innerPort: 7_787, outerPort: 7_790, outerHost: "20.30.40.5" },
  });
  assertEquals(readPcpAnswer(pcpAnswer({ opcode: 0x80 }).subarray(0, 24)), {
    ...{ kind: "announce", result: "success", epochS: 77 },
  });
});

Deno.test("a router that speaks NAT-PMP only answers PCP with its version", () => {
  const natPmp = Uint8Array.of(0, 0x80 | 1, 0, 1, 0, 0, 0, 7);
  assertEquals(readPcpAnswer(natPmp), { kind: "otherVersion", version: 0 });
  assertEquals(readPcpAnswer(pcpAnswer({ result: 1 }))?.kind, "otherVersion");
});

Deno.test("what is no answer of PCP is none", () => {
  assertEquals(readPcpAnswer(new Uint8Array(0)), null);
  assertEquals(readPcpAnswer(pcpAnswer({ opcode: 1 })), null, "a request");
  assertEquals(readPcpAnswer(pcpAnswer().subarray(0, 56)), null, "cut off");
  assertEquals(readPcpAnswer(new Uint8Array(1_104).fill(0x82)), null, "too long");
  assertEquals(readPcpAnswer(pcpAnswer({ opcode: 0x82 })), null, "PEER, which was not asked for");
});
