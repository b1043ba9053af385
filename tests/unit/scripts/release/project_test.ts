import { filledProject, type Project } from "../../../../scripts/release/project.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const EMPTY: Project = { homepage: "", maintainer: "", wingetId: "" };
const FILLED: Project = {
  homepage: "https://example.org/cnapt",
  maintainer: "Some Body <some.body@example.org>",
  wingetId: "SomeBody.Cnapt",
};

Deno.test("a release is refused when nobody is named who publishes it", () => {
  assertThrows(
    () => filledProject(EMPTY, false),
    TypeError,
    "no homepage, no maintainer, no wingetId; fill it in, or add --trial",
  );
  for (const field of ["homepage", "maintainer", "wingetId"]) {
    assertThrows(
      () => filledProject({ ...FILLED, [field]: "" }, false),
      TypeError,
      `project.ts has no ${field};`,
    );
  }
});

Deno.test("a trial has stand-ins for what is empty and keeps what is filled in", () => {
  const filled = filledProject({ ...EMPTY, homepage: FILLED.homepage }, true);
  assertEquals(filled.homepage, FILLED.homepage);
  assertEquals(filledProject(filled, false), filled);
  assertEquals(filledProject(FILLED, true), FILLED);
});

const WRONG: readonly (readonly [keyof Project, string])[] = [
  ["homepage", "example.org/cnapt"],
  ["homepage", "https://example.org/'; rm -rf ~; '"],
  ["homepage", "http://example.org/cnapt"],
  ["maintainer", "Some Body"],
  ["maintainer", "<some.body@example.org>"],
  ["maintainer", "Some Body <some.body@example.org>\nDepends: evil"],
  ["wingetId", "Cnapt"],
  ["wingetId", "../Cnapt.Cnapt"],
];

for (const [field, value] of WRONG) {
  Deno.test(`a release is refused when the ${field} is ${JSON.stringify(value)}`, () => {
    for (const isTrial of [true, false]) {
      assertThrows(
        () => filledProject({ ...FILLED, [field]: value }, isTrial),
        TypeError,
        `Cannot release: the ${field} `,
      );
    }
  });
}
