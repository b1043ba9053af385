import {
  CompressionChoice,
  FIRST_REST_BYTES,
  JUDGED_BYTES,
  MAX_REST_BYTES,
  TINY_BYTES,
  WORTHWHILE_SHARE,
} from "../../../../lib/core/compression/compression_choice.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("the first piece begins a context and the next ones continue it", () => {
  const choice = new CompressionChoice();
  assertEquals(choice.next(1_000), "packedAfresh");
  assertEquals(choice.next(1_000), "packed");
});

Deno.test("a tiny piece is stored and leaves the context alone", () => {
  const choice = new CompressionChoice();
  choice.next(TINY_BYTES);
  assertEquals(choice.next(TINY_BYTES - 1), "stored");
  assertEquals(choice.next(TINY_BYTES), "packed");
});

Deno.test("packing goes on when it saves just enough, and stops when it does not", () => {
  const enough = new CompressionChoice();
  enough.next(JUDGED_BYTES);
  enough.packed(JUDGED_BYTES, Math.floor(JUDGED_BYTES * WORTHWHILE_SHARE));
  assertEquals(enough.state, "packing");
  const tooLittle = new CompressionChoice();
  tooLittle.next(JUDGED_BYTES);
  tooLittle.packed(JUDGED_BYTES, Math.ceil(JUDGED_BYTES * WORTHWHILE_SHARE) + 1);
  assertEquals(tooLittle.state, "resting");
});

Deno.test("nothing is judged by less than it takes to judge", () => {
  const choice = new CompressionChoice();
  choice.next(JUDGED_BYTES);
  choice.packed(JUDGED_BYTES - 1, JUDGED_BYTES * 2);
  assertEquals(choice.state, "packing");
});

Deno.test("a resting stream drops its context once and begins another after the rest", () => {
  const choice = resting();
  assertEquals(choice.next(1_000), "storedAtLast");
  assertEquals(choice.next(FIRST_REST_BYTES - 1_001), "stored");
  assertEquals(choice.next(1), "stored");
  assertEquals(choice.state, "packing");
  assertEquals(choice.next(1_000), "packedAfresh");
});

Deno.test("each rest is longer than the one before, up to a bound, until packing pays again", () => {
  const choice = new CompressionChoice();
  const rests: number[] = [];
  for (let i = 0; i < 8; i++) rests.push(rest(choice));
  assertEquals(rests[0], FIRST_REST_BYTES);
  assert((rests[1] ?? 0) > FIRST_REST_BYTES);
  assertEquals(rests.at(-1), MAX_REST_BYTES);
  choice.next(JUDGED_BYTES);
  choice.packed(JUDGED_BYTES, 1);
  assertEquals(rest(choice), FIRST_REST_BYTES);
});

Deno.test("a refused context leaves nothing to drop", () => {
  const choice = new CompressionChoice();
  assertEquals(choice.next(1_000), "packedAfresh");
  choice.refused();
  assertEquals(choice.next(1_000), "stored");
  assertEquals(choice.state, "resting");
});

function resting(): CompressionChoice {
  const choice = new CompressionChoice();
  choice.next(JUDGED_BYTES);
  choice.packed(JUDGED_BYTES, JUDGED_BYTES);
  return choice;
}

/** Lets packing fail; how many bytes then go unpacked. */
function rest(choice: CompressionChoice): number {
  choice.next(JUDGED_BYTES);
  choice.packed(JUDGED_BYTES, JUDGED_BYTES);
  let bytes = 0;
  while (choice.state === "resting") {
    choice.next(1_024);
    bytes += 1_024;
  }
  return bytes;
}
