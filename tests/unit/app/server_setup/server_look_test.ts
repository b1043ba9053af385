import { LookUnreadable, readLook } from "../../../../lib/app/server_setup/server_look.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { saidOf } from "./kit/looks.ts";

Deno.test("a server that is set up is read", () => {
  const look = readLook(saidOf());
  assertEquals([look.machine, look.sshPort, look.version], ["aarch64", 2222, "0.1.0"]);
  assertEquals([look.isRoot, look.isRunning, look.manager], [false, true, "systemd"]);
  assertEquals([look.freeBytes, look.firewall], [2_097_152, "ufw"]);
  assertEquals([...look.made], ["program", "config", "service"]);
  assert(look.config.state === "good");
  assertEquals(look.config.port, 7787);
  assertEquals([...look.config.clients], [["laptop", "invited"], ["old", "revoked"]]);
  assertEquals(look.config.codes, ["phone"]);
});

Deno.test("a fresh account is read", () => {
  const look = readLook(saidOf({
    ...{ program: "", configState: "missing", made: "", running: "no", service: "none" },
    ...{ sshPort: "", freeKiB: "", hasher: "", firewall: "", manager: "none", uid: "0" },
  }));
  assertEquals([look.program, look.version, look.config], [null, null, { state: "missing" }]);
  assertEquals([look.sshPort, look.freeBytes, look.hasher, look.firewall], [22, null, null, null]);
  assertEquals([look.isRoot, look.isRunning, look.manager], [true, false, null]);
});

Deno.test("what calls itself snapt and does not say its version has none", () => {
  assertEquals(readLook(saidOf({ version: "" })).version, null);
  assertEquals(readLook(saidOf({ version: "snapt version 3" })).version, null);
});

const WRONG: readonly Readonly<Record<string, string>>[] = [
  { system: "" },
  { machine: "x86\u001b[2J" },
  { home: "relative" },
  { home: "" },
  { program: "snapt" },
  { config: "/a\u0007" },
  { uid: "root" },
  { service: "perhaps" },
  { running: "" },
  { made: "<script>" },
  { freeKiB: "-5" },
  { check: "" },
  { check: "[]" },
  { check: '{"schema":"snapt.check/2"}' },
  { check: '{"schema":"snapt.check/1","listen":[7787]}' },
  { list: "Usage: snapt list" },
];

for (const changes of WRONG) {
  Deno.test(`a look with ${JSON.stringify(changes)} is none`, () => {
    try {
      readLook(saidOf(changes));
    } catch (error) {
      assert(error instanceof LookUnreadable, String(error));
      return;
    }
    throw new Error("it was taken");
  });
}

Deno.test("a key that is said twice is not believed", () => {
  const said = saidOf();
  said.set("home", ["/home/me", "/home/other"]);
  try {
    readLook(said);
  } catch (error) {
    assert(error instanceof LookUnreadable && error.message.includes("home"));
    return;
  }
  throw new Error("it was taken");
});
