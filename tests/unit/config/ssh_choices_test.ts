import {
  choiceLine,
  choicesIn,
  type SshChoices,
  withChoices,
} from "../../../lib/config/ssh_choices.ts";
import { assertEquals } from "../../assert.ts";

const NOTHING: SshChoices = { name: null, user: null, service: null, fallback: null };

Deno.test("choiceLine says what choicesIn reads", () => {
  const all = { name: "box", user: "me", service: "ssh", fallback: "[2001:db8::7]:22" };
  for (const choices of [all, { ...NOTHING, user: "me" }]) {
    const line = choiceLine(choices);
    assertEquals(choicesIn(["Host x", line ?? "", "  User other"]), choices);
  }
  assertEquals(choiceLine(NOTHING), null);
  assertEquals(choicesIn(["Host x", "  User me"]), NOTHING);
});

Deno.test("withChoices keeps what is said now, and what was chosen before where nothing is", () => {
  const before = { ...NOTHING, name: "box", user: "me" };
  assertEquals(withChoices({ ...NOTHING, site: "home", user: "you" }, before), {
    ...{ ...NOTHING, site: "home" },
    name: "box",
    user: "you",
  });
});
