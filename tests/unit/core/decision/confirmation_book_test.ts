import { ConfirmationBook } from "../../../../lib/core/decision/confirmation_book.ts";
import { assertEquals } from "../../../assert.ts";

const TIMES = { answerWithinMs: 100, askAgainMs: 1_000 };
const lte = (site = "home") => ({ site, from: "eth0", to: "lte", reason: "eth0 is bad" });
const wifi = (site = "home") => ({ site, from: "eth0", to: "wlan0", reason: "eth0 is bad" });
const about = (book: ConfirmationBook) => book.open.map(({ provider }) => provider);

Deno.test("what is suggested again and again is one question", () => {
  const book = new ConfirmationBook(TIMES);
  assertEquals(book.suggest(lte(), 0)?.provider, "lte");
  assertEquals(book.suggest(lte(), 50), null);
  assertEquals(book.deadline, 100);
});

Deno.test("several sites that suggest the same have one question", () => {
  const book = new ConfirmationBook(TIMES);
  book.suggest(lte("home"), 0);
  assertEquals(book.suggest(lte("office"), 1), null);
  assertEquals(book.open[0]?.sites, ["home", "office"]);
  assertEquals(book.withdraw("home", null), []);
  assertEquals(book.withdraw("office", null).map(({ sites }) => sites), [["office"]]);
  assertEquals(book.open, []);
});

Deno.test("a site that suggests another provider withdraws the first", () => {
  const book = new ConfirmationBook(TIMES);
  book.suggest(lte(), 0);
  assertEquals(book.withdraw("home", "lte"), []);
  assertEquals(book.withdraw("home", "wlan0").map(({ provider }) => provider), ["lte"]);
  book.suggest(wifi(), 1);
  assertEquals(about(book), ["wlan0"]);
});

Deno.test("what was declined is not asked again for a while", () => {
  const book = new ConfirmationBook(TIMES);
  book.suggest(lte(), 0);
  assertEquals(book.answer("lte", "no", 10)?.provider, "lte");
  assertEquals(book.suggest(lte(), 1_009), null);
  assertEquals(book.suggest(lte(), 1_010)?.until, 1_110);
});

Deno.test("what was confirmed may be asked at once when it is suggested again", () => {
  const book = new ConfirmationBook(TIMES);
  book.suggest(lte(), 0);
  book.answer("lte", "yes", 10);
  assertEquals(book.suggest(lte(), 11)?.provider, "lte");
});

Deno.test("a question ends when its time is over, and is not put again for a while", () => {
  const book = new ConfirmationBook(TIMES);
  book.suggest(lte(), 0);
  assertEquals(book.expire(99), []);
  assertEquals(book.expire(100).map(({ provider }) => provider), ["lte"]);
  assertEquals([book.deadline, about(book)], [Infinity, []]);
  assertEquals(book.suggest(lte(), 1_099), null);
});

Deno.test("what was withdrawn is asked again as soon as it is suggested", () => {
  const book = new ConfirmationBook(TIMES);
  book.suggest(lte(), 0);
  book.withdraw("home", null);
  assertEquals(book.suggest(lte(), 1)?.provider, "lte");
});

Deno.test("an answer without a name is for the only question there is", () => {
  const book = new ConfirmationBook(TIMES);
  assertEquals(book.answer(null, "yes", 0), null);
  book.suggest(lte("home"), 0);
  book.suggest(wifi("office"), 0);
  assertEquals(book.answer(null, "yes", 0), null);
  assertEquals(book.answer("eth7", "yes", 0), null);
  book.answer("lte", "no", 0);
  assertEquals(book.answer(null, "yes", 0)?.provider, "wlan0");
});
