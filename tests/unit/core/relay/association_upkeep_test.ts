import { AssociationUpkeep } from "../../../../lib/core/relay/association_upkeep.ts";
import { assertEquals } from "../../../assert.ts";

const TOKEN = new Uint8Array(16).fill(3);
const OTHER = new Uint8Array(16).fill(4);

/** SNAPT at its relay since the time 0. */
function joined(): AssociationUpkeep {
  const upkeep = new AssociationUpkeep();
  assertEquals(upkeep.attached(), { kind: "want" });
  upkeep.offered(TOKEN, 0);
  assertEquals(upkeep.due(0), { kind: "hello", token: TOKEN });
  upkeep.welcomed(TOKEN, 7, 0);
  assertEquals([upkeep.due(0), upkeep.isJoined], [{ kind: "keep", number: 7 }, false]);
  upkeep.kept(7, 0);
  assertEquals(upkeep.isJoined, true);
  return upkeep;
}

Deno.test("a token, a hello, a welcome and a number make an association, which is kept alive", () => {
  const upkeep = joined();
  assertEquals([upkeep.nextAt, upkeep.due(14_999)], [15_000, null]);
  assertEquals(upkeep.due(15_000), { kind: "keep", number: 7 });
  upkeep.kept(7, 15_020);
  assertEquals(upkeep.nextAt, 30_020);
});

Deno.test("an association that is answered no more begins anew with another token", () => {
  const upkeep = joined();
  const asks = [15_000, 16_000, 17_000, 18_000].map((now) => upkeep.due(now)?.kind);
  assertEquals(asks, ["keep", "keep", "keep", "want"]);
  assertEquals(upkeep.isJoined, false);
  upkeep.kept(7, 18_001); // too late: the relay gives a number to each hello
  assertEquals(upkeep.isJoined, false);
  upkeep.offered(OTHER, 18_100);
  assertEquals(upkeep.due(18_100), { kind: "hello", token: OTHER });
});

Deno.test("a port that is shut is tried again after a while, with another token", () => {
  const upkeep = new AssociationUpkeep();
  upkeep.attached();
  upkeep.offered(TOKEN, 0);
  const at: number[] = [];
  while (!upkeep.isShut) {
    at.push(upkeep.nextAt);
    assertEquals(upkeep.due(upkeep.nextAt)?.kind, "hello");
  }
  assertEquals(at, [0, 500, 1_500, 3_500]);
  assertEquals(upkeep.nextAt, 33_500);
  assertEquals(upkeep.due(33_500), { kind: "want" });
});

Deno.test("what was not asked for changes nothing", () => {
  const upkeep = new AssociationUpkeep();
  upkeep.offered(TOKEN, 0);
  upkeep.welcomed(TOKEN, 7, 0);
  upkeep.kept(7, 0);
  assertEquals([upkeep.nextAt, upkeep.isJoined, upkeep.due(9)], [Infinity, false, null]);
  upkeep.attached();
  assertEquals(upkeep.due(1), null);
  upkeep.offered(TOKEN, 1);
  upkeep.welcomed(OTHER, 7, 1);
  upkeep.kept(7, 1);
  assertEquals(upkeep.due(1)?.kind, "hello");
  upkeep.welcomed(TOKEN, 7, 2);
  upkeep.kept(8, 2);
  assertEquals(upkeep.isJoined, false);
});

Deno.test("a relay without UDP is asked no more, and neither is one that is gone", () => {
  const upkeep = new AssociationUpkeep();
  upkeep.attached();
  upkeep.offered(null, 0);
  assertEquals(upkeep.nextAt, Infinity);
  const gone = joined();
  gone.detached();
  assertEquals([gone.nextAt, gone.isJoined], [Infinity, false]);
});
