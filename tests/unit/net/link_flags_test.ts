import { isLinkRunning } from "../../../lib/net/link_flags.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assertEquals } from "../../assert.ts";

const isHere = openLibc().kind === "available" && Deno.build.os === "linux";

Deno.test({
  name: "the kernel says whether an interface runs, and nothing of one that is not there",
  ignore: !isHere,
  fn: () => {
    assertEquals(isLinkRunning("lo"), true);
    for (const name of ["none9", "", "a name that is too long for it"]) {
      assertEquals(isLinkRunning(name), null, name);
    }
  },
});
