import { nameOfTarget } from "../../../../lib/core/wire/name_of_target.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a target is called by its service, or by its host and port", () => {
  assertEquals(nameOfTarget({ kind: "service", name: "ssh" }), "ssh");
  assertEquals(nameOfTarget({ kind: "call", call: 7, name: "printer" }), "printer");
  assertEquals(nameOfTarget({ kind: "destination", host: "db.lan", port: 5432 }), "db.lan:5432");
  assertEquals(
    nameOfTarget({ kind: "destination", host: "2001:db8::1", port: 1 }),
    "[2001:db8::1]:1",
  );
});
