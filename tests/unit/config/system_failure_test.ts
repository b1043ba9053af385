import {
  isSystemFailure,
  nullUnlessSystem,
  passOnUnlessEnded,
  passOnUnlessSystem,
} from "../../../lib/config/system_failure.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

Deno.test("a failure of the system is told from a mistake of ours by class or code", () => {
  assertEquals(isSystemFailure(thrownBy(() => Deno.statSync("/there is/no such file"))), true);
  assertEquals(isSystemFailure(Object.assign(new Error("full"), { code: "EMFILE" })), true);
  // Deno makes a TypeError of EINVAL; a path with a NUL in it is refused so.
  assertEquals(isSystemFailure(thrownBy(() => Deno.lstatSync("a\0b"))), true);
  // Of some failures Windows has no more than a number.
  assertEquals(isSystemFailure(new Error("no link (os error 4390): readlink 'C:\\a'")), true);
  assertEquals(isSystemFailure(new RangeError("(os error 4390)")), false);
  assertEquals(isSystemFailure(new TypeError("x is not a function")), false);
  const misused = Object.assign(new TypeError("wrong"), { code: "ERR_INVALID_ARG_TYPE" });
  assertEquals(isSystemFailure(misused), false);
  assertEquals(isSystemFailure("a word"), false);
});

Deno.test("a mistake of ours passes each of them, a failure of the system none", () => {
  const ours = new RangeError("ours");
  const refused = new Deno.errors.PermissionDenied("refused");
  for (const pass of [passOnUnlessSystem, passOnUnlessEnded, nullUnlessSystem]) {
    assertThrows(() => pass(ours), RangeError);
    pass(refused);
  }
  assertEquals(nullUnlessSystem(refused), null);
});

Deno.test("passOnUnlessEnded takes the TypeError of a stream that has ended", () => {
  passOnUnlessEnded(new TypeError("Writable stream is closed or errored."));
  assertThrows(() => passOnUnlessSystem(new TypeError("not that")), TypeError);
});
