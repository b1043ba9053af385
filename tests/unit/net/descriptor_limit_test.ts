import { countDescriptors, descriptorLimit } from "../../../lib/net/descriptor_limit.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../assert.ts";

openLibc(); // it stays open, which no test is to be blamed for

Deno.test({
  name: "the descriptors of this process are counted, each once",
  ignore: Deno.build.os === "windows",
  fn: () => {
    const limit = descriptorLimit();
    assert(limit !== null);
    const before = countDescriptors(limit) ?? 0;
    const files = Array.from({ length: 50 }, () => Deno.openSync("/dev/null"));
    assertEquals(countDescriptors(limit), before + 50);
    for (const file of files) file.close();
    assertEquals(countDescriptors(limit), before);
    assert(before > 2 && before < limit);
  },
});
