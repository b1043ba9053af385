import { familiesOf, placeOf } from "../../../../lib/app/snapt/open_mapping.ts";
import type { RouterAnswer } from "../../../../lib/net/default_router.ts";
import { assert, assertEquals } from "../../../assert.ts";

const ROUTER: RouterAnswer = { router: "192.168.7.1", own: "192.168.7.2", device: 2 };

function wordsAt(host: string, router: RouterAnswer, family: 4 | 6 = 4): string {
  const place = placeOf(host, family, router);
  return "kind" in place ? `${place.kind}: ${place.words}` : `${place.own} by ${place.router}`;
}

Deno.test("what listens on every address is asked for in both families, else in its own", () => {
  assertEquals(["::", "0.0.0.0", "192.168.7.9", "2a00::9", "home.example"].map(familiesOf), [
    [4, 6],
    [4],
    [4],
    [6],
    [4],
  ]);
});

Deno.test("the router is asked from the address that it has to lead to", () => {
  assertEquals(wordsAt("::", ROUTER), "192.168.7.2 by 192.168.7.1");
  assertEquals(wordsAt("192.168.7.9", ROUTER), "192.168.7.9 by 192.168.7.1");
});

Deno.test("no router is asked where none is needed, or nobody could come", () => {
  assert(wordsAt("127.0.0.1", ROUTER).startsWith("absent: SNAPT listens at 127.0.0.1 only"));
  assert(wordsAt("::", { ...ROUTER, own: "20.1.2.3" }).startsWith("needless: "));
  assert(wordsAt("::", "none", 6).startsWith("absent: there is no way to the Internet by IPv6"));
  assert(wordsAt("::", "direct").includes("into a tunnel"));
  assert(wordsAt("::", "unknown").includes("does not say which router"));
});

Deno.test("an address of IPv6 is public, and its router is asked all the same", () => {
  const six = { router: "fe80::1", own: "2a00::7", device: 2 };
  assertEquals(wordsAt("::", six, 6), "2a00::7 by fe80::1");
});
