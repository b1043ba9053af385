import { AbsenceWords } from "../../../../lib/app/commands/tell_absence.ts";
import { assertEquals } from "../../../assert.ts";

const THERE = { state: "connected", hasNetwork: true } as const;
const AWAY = { state: "offline", hasNetwork: false } as const;
const CLOSED = { state: "connecting", hasNetwork: true } as const;

function told(looks: readonly Parameters<AbsenceWords["look"]>[0][]): readonly string[] {
  const words = new AbsenceWords("home");
  return looks.map((look) => words.look(look)).filter((line) => line !== null);
}

Deno.test("an absence is said once, and that it is over", () => {
  assertEquals(told([THERE, AWAY, AWAY, AWAY, AWAY, THERE, THERE]), [
    "this machine has no network: the connection waits until there is one",
    "site home is reached again",
  ]);
});

Deno.test("a network without SNAPT is another sentence than no network", () => {
  assertEquals(told([CLOSED, CLOSED]), [
    "site home is not reached: the connection waits until it is",
  ]);
});

Deno.test("an absence of one look, as in a sudden switch, is none", () => {
  assertEquals(told([THERE, AWAY, THERE, AWAY, THERE]), []);
});

Deno.test("each absence is said", () => {
  assertEquals(told([AWAY, AWAY, THERE, CLOSED, CLOSED, THERE]).length, 4);
});

Deno.test("a refusal is said as what it is", () => {
  const refused = { state: "refused", hasNetwork: true } as const;
  assertEquals(told([refused, refused, refused]), [
    "SNAPT refuses site home: `cnapt status` says why",
  ]);
});
