import { readRouterAnswer } from "../../../lib/net/default_router.ts";
import { assertEquals } from "../../assert.ts";

/** What the kernel says of a route: header, `rtmsg`, attributes. */
function answer(type: number, attributes: readonly (readonly [number, readonly number[]])[]) {
  const bytes = [...new Array<number>(28).fill(0)];
  for (const [kind, value] of attributes) {
    bytes.push(4 + value.length, 0, kind, 0, ...value);
    while (bytes.length % 4 !== 0) bytes.push(0);
  }
  const view = new DataView(Uint8Array.from(bytes).buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  return view;
}
const TABLE = [15, [254, 0, 0, 0]] as const;
const DEVICE = [4, [7, 0, 0, 0]] as const;
const OWN = [7, [192, 168, 7, 2]] as const;

Deno.test("the kernel's answer has the router, the own address and the device", () => {
  const way = answer(24, [TABLE, [5, [192, 168, 7, 1]], DEVICE, OWN]);
  const router = { router: "192.168.7.1", own: "192.168.7.2", device: 7 };
  assertEquals(readRouterAnswer(way, 4), router);
  const six = (end: number) => [0x20, 1, 0xd, 0xb8, ...new Array<number>(11).fill(0), end];
  const wayOfSix = answer(24, [[5, [0xfe, 0x80, ...six(1).slice(2)]], DEVICE, [7, six(2)]]);
  const found = readRouterAnswer(wayOfSix, 6);
  assertEquals(typeof found === "object" && found.own, "2001:db8::2");
});

Deno.test("without a route there is no router, and a tunnel has none either", () => {
  assertEquals(readRouterAnswer(answer(2, []), 4), "none");
  assertEquals(readRouterAnswer(answer(24, [TABLE, DEVICE, OWN]), 4), "direct");
  assertEquals(readRouterAnswer(answer(24, [[5, [192, 168, 7, 1]], DEVICE]), 4), "unknown");
});

Deno.test("an answer that is cut off is read as far as it goes", () => {
  const way = answer(24, [DEVICE, [5, [192, 168, 7, 1]], OWN]);
  const cut = new DataView(way.buffer, 0, way.byteLength - 4);
  assertEquals(readRouterAnswer(cut, 4), "unknown");
});
