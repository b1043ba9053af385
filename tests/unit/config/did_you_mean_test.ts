import { didYouMean } from "../../../lib/config/did_you_mean.ts";
import { assertEquals } from "../../assert.ts";

const KNOWN = ["status", "sites", "providers", "timeouts", "heartbeat", "limits", "log"];

for (
  const [word, meant] of [
    ["statsu", "status"],
    ["Status", "status"],
    ["timeout", "timeouts"],
    ["timout", "timeouts"],
    ["site", "sites"],
    ["sties", "sites"],
    ["state", null],
    ["provider", "providers"],
    ["lgo", "log"],
    ["l", null],
    ["", null],
    ["zzz", null],
    ["colour", null],
    ["x".repeat(1_000), null],
  ] as const
) {
  Deno.test(`didYouMean takes "${word.slice(0, 20)}" for ${meant}`, () => {
    assertEquals(didYouMean(word, KNOWN), meant);
  });
}

Deno.test("didYouMean names the nearest, and nothing where there is nothing to choose from", () => {
  assertEquals(didYouMean("run", ["ruin", "run", "runs"]), "run");
  assertEquals(didYouMean("run", []), null);
});

Deno.test("didYouMean prefers what the word is the beginning of", () => {
  for (const known of [["init", "invite"], ["invite", "init"]]) {
    assertEquals(didYouMean("invit", known), "invite");
  }
});
