import { TerminalAnswers } from "../../../../lib/app/cnapt/terminal_answers.ts";
import type { Terminal } from "../../../../lib/net/terminal.ts";
import type { ConfirmationSnapshot } from "../../../../lib/relay/decision/confirmations.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { testTasks } from "../../../test_tasks.ts";

function question(provider: string): ConfirmationSnapshot {
  const askedAt = new Date(0).toISOString();
  return { provider, from: "eth0", reason: "bad\x1b[2J", sites: ["home"], askedAt, leftMs: 60_000 };
}

/** A person at a terminal, in the background when `place` says so. */
class Person implements Terminal {
  readonly answered: string[] = [];
  readonly answers: TerminalAnswers;
  screen = "";
  readonly #place: "foreground" | "background";
  readonly #typed: (string | null)[] = [];
  #wake: () => void = () => {};

  constructor(place: "foreground" | "background" = "foreground") {
    this.#place = place;
    this.answers = new TerminalAnswers(this, (provider, answer) => {
      this.answered.push(`${provider} ${answer}`);
      this.answers.ended(question(provider), answer);
      return Promise.resolve({ outcome: "switched", provider });
    }, testTasks());
  }

  isForeground(): boolean {
    return this.#place === "foreground";
  }
  async read(): Promise<string | null> {
    while (this.#typed.length === 0) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#typed.shift() ?? null;
  }
  write(text: string): void {
    this.screen += text;
  }

  /** Types, and waits until what was typed has been read. */
  async type(text: string | null): Promise<void> {
    this.#typed.push(text);
    this.#wake();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

Deno.test("a question is put to the terminal and y is a yes", async () => {
  const person = new Person();
  person.answers.asked(question("lte"));
  assertEquals(person.screen, "Use lte instead of eth0? bad\\u001b[2J [y/n, 60 s] ");
  await person.type("y");
  assertEquals(person.answered, []);
  await person.type("\n");
  assertEquals(person.answered, ["lte yes"]);
  await person.type(null);
});

Deno.test("n is a no, and anything else has the question put again", async () => {
  const person = new Person();
  person.answers.asked(question("lte"));
  await person.type("what?\n");
  assertEquals(person.screen.split("Use lte").length, 3);
  await person.type("No\n");
  assertEquals(person.answered, ["lte no"]);
  await person.type(null);
});

Deno.test("questions are put one after the other", async () => {
  const person = new Person();
  person.answers.asked(question("lte"));
  person.answers.asked(question("wlan0"));
  assert(!person.screen.includes("wlan0"), person.screen);
  await person.type("y\n");
  assert(person.screen.includes("Use wlan0"), person.screen);
  await person.type("n\n");
  assertEquals(person.answered, ["lte yes", "wlan0 no"]);
  await person.type(null);
});

Deno.test("what is typed when nobody has asked is not an answer to the next question", async () => {
  const person = new Person();
  person.answers.asked(question("lte"));
  person.answers.ended(question("lte"), "expired");
  assert(person.screen.endsWith("(expired)\n"), person.screen);
  await person.type("y\n");
  person.answers.asked(question("wlan0"));
  assertEquals(person.answered, []);
  await person.type(null);
});

Deno.test("a program in the background does not read the terminal", () => {
  const person = new Person("background");
  person.answers.asked(question("lte"));
  assertEquals(person.screen, "");
});
