import { assertEquals, assertThrows } from "../../../assert.ts";
import {
  type FileOwner,
  refuseForeign,
  refuseForeignSecret,
} from "../../../../lib/app/program/foreign_config.ts";
import { CommandFailed } from "../../../../lib/app/program/usage_error.ts";

const ME = 1000;
const MINE = { uid: ME, gid: ME, mode: 0o100644 };
const COMMANDS = "names commands (providers[0].up)";

function check(owner: FileOwner, power: string | null = COMMANDS, uid: number | null = ME): void {
  refuseForeign("cnapt.yaml", owner, { uid, power });
}

for (
  const [what, owner] of [
    ["belongs to another user", { ...MINE, uid: 1001 }],
    ["others are allowed to write it", { ...MINE, mode: 0o100646 }],
    ["its group is allowed to write it", { ...MINE, gid: 100, mode: 0o100664 }],
  ] as const
) {
  Deno.test(`a configuration of the folder is refused when it names commands and ${what}`, () => {
    const error = assertThrows(() => check(owner), CommandFailed, `it ${COMMANDS}, and`);
    assertEquals([error.message.includes(what), error.exit], [true, "configuration"]);
    check(owner, null);
    check(owner, COMMANDS, null);
  });

  Deno.test(`no key goes into a configuration of the folder that is not one's own: ${what}`, () => {
    const write = () => refuseForeignSecret("cnapt.yaml", owner, ME);
    const error = assertThrows(write, CommandFailed, what);
    assertEquals(error.exit, "configuration");
    refuseForeignSecret("cnapt.yaml", owner, null);
    refuseForeignSecret("cnapt.yaml", MINE, ME);
  });
}

Deno.test("a configuration of the folder is taken when it is one's own or root's", () => {
  check(MINE);
  check({ ...MINE, mode: 0o100664 });
  check({ uid: 0, gid: 0, mode: 0o100644 });
});

Deno.test("a configuration of the folder is refused when root starts in a user's folder", () => {
  assertThrows(() => check(MINE, COMMANDS, 0), CommandFailed, "belongs to another user");
});
