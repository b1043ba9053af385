import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import {
  CodeMistyped,
  formatSecret,
  parseSecret,
} from "../../../../lib/core/pairing/pairing_secret.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";

const SECRET = Uint8Array.from({ length: 16 }, (_, at) => (at * 71 + 13) % 256);
const GROUPS = formatSecret(SECRET);
const NAMES = ["first", "second", "third", "fourth", "fifth", "sixth"];

Deno.test("a secret is 29 characters in six groups", () => {
  assert(/^(?:[0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{4}$/.test(GROUPS), GROUPS);
  assertEquals(parseSecret(GROUPS), SECRET);
});

Deno.test("a secret of another size is a mistake of ours", () => {
  assertThrows(() => formatSecret(new Uint8Array(15)), LocalMisuse);
});

for (
  const [how, type] of [
    ["in lower case", (text: string) => text.toLowerCase()],
    ["without dashes", (text: string) => text.replaceAll("-", "")],
    ["with spaces", (text: string) => text.replaceAll("-", " ")],
    ["with other dashes", (text: string) => text.replaceAll("-", "–")],
    ["with O, I and L", (text: string) => text.replaceAll("0", "o").replaceAll("1", "l")],
    ["in lines", (text: string) => ` ${text.replaceAll("-", "-\r\n")}\n`],
    ["in other groups", (text: string) => text.replaceAll("-", "").replace(/(.{4})/g, "$1-")],
  ] as const
) {
  Deno.test(`groups are read ${how}`, () => assertEquals(parseSecret(type(GROUPS)), SECRET));
}

Deno.test("a wrong character in each group is named by its group, and not quoted", () => {
  [...GROUPS].forEach((character, at) => {
    if (character === "-") return;
    const other = character === "7" ? "8" : "7";
    const typed = GROUPS.slice(0, at) + other + GROUPS.slice(at + 1);
    const group = Math.floor(at / 6);
    const error = assertThrows(() => parseSecret(typed), CodeMistyped, NAMES[group]);
    assertEquals(error.groups, [group + 1]);
    for (const part of typed.split("-")) assert(!error.message.includes(part), error.message);
  });
});

Deno.test("a group that is too short or too long is named", () => {
  const groups = GROUPS.split("-");
  groups.forEach((group, at) => {
    for (const wrong of [group.slice(1), `${group}7`]) {
      const typed = groups.with(at, wrong).join("-");
      const error = assertThrows(() => parseSecret(typed), CodeMistyped, NAMES[at]);
      assertEquals(error.groups, [at + 1]);
    }
  });
});

Deno.test("a character that no code has is named with its group", () => {
  const groups = GROUPS.split("-");
  groups.forEach((group, at) => {
    const typed = groups.with(at, `${group.slice(0, -1)}u`).join("-");
    const error = assertThrows(() => parseSecret(typed), CodeMistyped, "no code has: u");
    assertEquals(error.groups, [at + 1]);
  });
});

Deno.test("two groups that were exchanged are no code", () => {
  const [first = "", second = "", ...others] = GROUPS.split("-");
  assertThrows(() => parseSecret([second, first, ...others].join("-")), CodeMistyped, "wrong");
});

Deno.test("what is far too short or too long says how long a code is", () => {
  for (const typed of ["", "FE98K", GROUPS.repeat(3)]) {
    assertThrows(() => parseSecret(typed), CodeMistyped, "should have 29");
  }
});
