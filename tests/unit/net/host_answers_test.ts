import { type HostAnswer, HostAnswers } from "../../../lib/net/host_answers.ts";
import { assert, assertEquals } from "../../assert.ts";

const IDLE_MS = 30_000;
const SECOND_MS = 1_000;

/** A connection of which a test says what the system knows. */
class Watched {
  readonly #answers = new HostAnswers(IDLE_MS);
  #now = 1_000_000;
  heardAt = this.#now;
  asked = 0;
  isPending = true;

  get now(): number {
    return this.#now;
  }

  /** Lets time pass, to the next look. */
  look(): HostAnswer {
    this.#now += this.#answers.periodMs;
    return this.#answers.look(
      { isPending: this.isPending, asked: this.asked, heardMsAgo: this.#now - this.heardAt },
      this.#now,
    );
  }

  /** How long it takes until the host is dead; null: not within an hour. */
  msUntilDead(each: () => void): number | null {
    const from = this.#now;
    while (this.#now - from < 3_600 * SECOND_MS) {
      each();
      if (this.look() === "dead") return this.#now - from;
    }
    return null;
  }
}

Deno.test("a host is dead when it was silent for the time given and the questions were not answered", () => {
  const watched = new Watched();
  const after = watched.msUntilDead(() => watched.asked += 1);
  assert(after !== null && after >= IDLE_MS && after <= IDLE_MS + 10 * SECOND_MS, `${after} ms`);
});

Deno.test("a host lives when it answers every question and has no room for more", () => {
  const watched = new Watched();
  const answer = () => watched.heardAt = watched.now;
  assertEquals(watched.msUntilDead(answer), null);
});

Deno.test("a host lives when it has no room and is asked, and answers, each two minutes only", () => {
  const watched = new Watched();
  let looks = 0;
  const answerSeldom = () => {
    looks += 1;
    if (looks % 24 === 0) watched.heardAt = watched.now;
  };
  assertEquals(watched.msUntilDead(answerSeldom), null);
});

Deno.test("a host lives when what is sent again is answered though not taken", () => {
  const watched = new Watched();
  const refuse = () => {
    watched.asked += 1;
    watched.heardAt = watched.now;
  };
  assertEquals(watched.msUntilDead(refuse), null);
});

Deno.test("a host lives when it is silent and two questions at most got lost", () => {
  const watched = new Watched();
  watched.look();
  watched.asked = 2;
  assertEquals(watched.msUntilDead(() => {}), null);
});

Deno.test("what was written after a long rest has the whole time for its answer", () => {
  const watched = new Watched();
  watched.isPending = false;
  assertEquals(watched.look(), "settled");
  for (let i = 0; i < 1_000; i++) watched.look(); // nothing is sent, nothing is heard
  watched.isPending = true;
  const after = watched.msUntilDead(() => watched.asked += 1);
  assert(after !== null && after >= IDLE_MS, `${after} ms`);
});

Deno.test("a host that answers in between has the whole time again", () => {
  const watched = new Watched();
  for (let i = 0; i < 6; i++) {
    watched.asked += 1;
    assertEquals(watched.look(), "waiting");
  }
  watched.heardAt = watched.now;
  watched.asked = 0;
  const after = watched.msUntilDead(() => watched.asked += 1);
  assert(after !== null && after >= IDLE_MS, `${after} ms`);
});
