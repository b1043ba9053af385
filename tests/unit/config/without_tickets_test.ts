import { shownValue } from "../../../lib/config/shown_value.ts";
import { withoutTickets } from "../../../lib/config/without_tickets.ts";
import { assert, assertEquals } from "../../assert.ts";

const TICKET = "cnapt1.AB5rAAECAwQFBgcICQoLDA0OD6ChoqOkpaanqKmqq6ytrq-wsbKztLW2t7i5uru8vb6_CTE5";

Deno.test("withoutTickets leaves nothing of a ticket, wherever it is broken", () => {
  assertEquals(withoutTickets(`a ${TICKET} b`), "a cnapt1.… b");
  for (const space of [" ", "\n", "\n      ", "\r\n"]) {
    for (let at = 20; at < TICKET.length; at++) {
      const text = JSON.stringify(TICKET.slice(0, at) + space + TICKET.slice(at));
      assertEquals(withoutTickets(`log: ${text} is none`), 'log: "cnapt1.…" is none');
    }
  }
});

Deno.test("withoutTickets leaves the address of a code, and not its groups", () => {
  const code = "home.example.org:443/FE98K-QYR2Q-B2QWB-54SA8-WEW7Y-AA70";
  assertEquals(withoutTickets(`"${code}" is none`), '"home.example.org:443/…" is none');
  assertEquals(withoutTickets(code.toLowerCase()), "home.example.org:443/…");
  assertEquals(withoutTickets("/usr/share/some-thing"), "/usr/share/some-thing");
});

Deno.test("withoutTickets leaves sentences about tickets alone", () => {
  const text = 'one begins with `cnapt1.` and is made by `snapt invite`; "cnapt1." is none';
  assertEquals(withoutTickets(text), text);
});

Deno.test("shownValue shows a bounded piece of a value, on one line", () => {
  assertEquals(shownValue("a\nb"), '"a\\nb"');
  assertEquals(shownValue(undefined), "undefined");
  assert(shownValue("x".repeat(10_000)).length < 120);
  assertEquals(shownValue({ ticket: TICKET }), '{"ticket":"cnapt1.…"}');
});
