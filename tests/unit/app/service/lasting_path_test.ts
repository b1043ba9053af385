import {
  whyHidden,
  whyNotLasting,
  whyNotWritable,
  whyPerhapsMissing,
} from "../../../../lib/app/service/lasting_path.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("what is emptied at a start does not last, and a disk may be missing", () => {
  for (
    const folder of ["/tmp", "/var/tmp", "/private/tmp", "/private/var/tmp", "/dev/shm", "/run"]
  ) {
    assertEquals(whyNotLasting(`${folder}/a/cnapt`) !== null, true, folder);
    assertEquals(whyPerhapsMissing(`${folder}/a/cnapt`) !== null, true, folder);
  }
  for (const folder of ["/media/me/stick", "/run/media/me/stick", "/mnt", "/Volumes/stick"]) {
    assertEquals(whyNotLasting(`${folder}/cnapt`), null, folder);
    assertEquals(whyPerhapsMissing(`${folder}/cnapt`) !== null, true, folder);
  }
  for (
    const path of ["/usr/local/bin/cnapt", "/tmpfiles/cnapt", "/home/me/tmp/cnapt", "/runner/a"]
  ) {
    assertEquals([whyNotLasting(path), whyPerhapsMissing(path)], [null, null], path);
  }
});

Deno.test("a service of the machine sees no temporary folders but its own", () => {
  assertEquals(whyHidden("/var/tmp/snapt.yaml") !== null, true);
  assertEquals([whyHidden("/run/snapt.yaml"), whyHidden("/etc/snapt/snapt.yaml")], [null, null]);
});

Deno.test("control characters are in no path that is written down, quotation marks in none of Linux", () => {
  for (const path of ["/a\nUser=root", "/a\x7f", "C:\\a\0"]) {
    assertEquals(whyNotWritable(path, "windows"), "it has control characters");
  }
  assertEquals(whyNotWritable("/a'b", "linux") !== null, true);
  assertEquals(whyNotWritable("/a'b", "darwin"), null);
  assertEquals(whyNotWritable("C:\\a", "windows"), null);
});
