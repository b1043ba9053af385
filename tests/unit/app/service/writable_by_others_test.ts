import { type PathPart, whyOthersDecide } from "../../../../lib/app/service/writable_by_others.ts";
import { assertEquals } from "../../../assert.ts";

const ME = 1_000;
const SOMEBODY = 1_001;

/** What leads to a program, with one part that differs from what the system's own are. */
function withPart(differs: Partial<PathPart>): readonly PathPart[] {
  const own = { isFolder: true, uid: 0, gid: 0, mode: 0o755 };
  return [
    { ...own, path: "/opt/bin/cnapt", isFolder: false },
    { ...own, path: "/opt/bin", ...differs },
    { ...own, path: "/" },
  ];
}

Deno.test("others decide what is started when they own it or are allowed to replace it", () => {
  for (
    const [differs, why] of [
      [{ uid: SOMEBODY }, "/opt/bin belongs to the user with the number 1001"],
      [{ mode: 0o757 }, "everybody is allowed to write /opt/bin"],
      [{ mode: 0o775, gid: 100 }, "the group with the number 100 is allowed to write /opt/bin"],
      [
        { mode: 0o775, gid: SOMEBODY },
        "the group with the number 1001 is allowed to write /opt/bin",
      ],
      // What protects the files of a folder does not protect a file.
      [{ mode: 0o1777, isFolder: false }, "everybody is allowed to write /opt/bin"],
      [{ mode: 0o1777, uid: SOMEBODY }, "/opt/bin belongs to the user with the number 1001"],
    ] as const
  ) {
    assertEquals(whyOthersDecide(withPart(differs), [ME]), why);
  }
});

Deno.test("only root and its user decide in the usual places", () => {
  for (
    const differs of [
      {},
      { uid: ME, gid: ME, mode: 0o775 }, // a group of the user's own
      { gid: 50, mode: 0o2775 }, // staff, in older Debians' /usr/local
      { mode: 0o1777 },
      { uid: ME, gid: 100, mode: 0o755 },
    ] as const
  ) {
    assertEquals(whyOthersDecide(withPart(differs), [ME]), null);
  }
});
