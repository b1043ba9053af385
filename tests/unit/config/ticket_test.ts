import { decodeTicket, encodeTicket, type Ticket } from "../../../lib/config/ticket.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const TICKET: Ticket = {
  name: "laptop",
  address: { host: "home.example", port: 65_535 },
  site: "home",
  id: Uint8Array.from({ length: 16 }, (_, i) => i),
  key: Uint8Array.from({ length: 32 }, (_, i) => 0xa0 + i),
  certificate: Uint8Array.of(1, 2, 3),
};
/** Tickets that were given out must stay readable: this line never changes. */
const GOLDEN = "cnapt1.Af__AAECAwQFBgcICQoLDA0OD6ChoqOkpaanqKmqq6ytrq-wsbKztLW2t7i5uru8vb6_" +
  "DGhvbWUuZXhhbXBsZQRob21lBmxhcHRvcAECAw22Td4";
const WITHOUT_TLS = "cnapt1.AB5rAAECAwQFBgcICQoLDA0OD6ChoqOkpaanqKmqq6ytrq-wsbKztLW2t7i5uru8" +
  "vb6_CTE5Mi4wLjIuNwRob21lBmxhcHRvcMzji-Y";

Deno.test("a ticket is the line that it always was", () => {
  assertEquals(encodeTicket(TICKET), GOLDEN);
  assertEquals(decodeTicket(GOLDEN), TICKET);
});

Deno.test("a ticket of a SNAPT without TLS has no certificate", () => {
  const ticket = { ...TICKET, address: { host: "192.0.2.7", port: 7787 }, certificate: null };
  assertEquals(encodeTicket(ticket), WITHOUT_TLS);
  assertEquals(decodeTicket(WITHOUT_TLS), ticket);
});

Deno.test("a ticket is read whatever white space it was broken with", () => {
  for (const space of [" ", "\n", "\r\n  ", "\t"]) {
    for (let at = 0; at <= GOLDEN.length; at += 7) {
      assertEquals(decodeTicket(GOLDEN.slice(0, at) + space + GOLDEN.slice(at)), TICKET);
    }
  }
});

Deno.test("a ticket cut off anywhere is refused, and nothing of it is quoted", () => {
  for (const line of [GOLDEN, WITHOUT_TLS]) {
    for (let length = 0; length < line.length; length++) {
      const { message } = assertThrows(() => decodeTicket(line.slice(0, length)), TypeError);
      assert(!message.includes("AAECAwQF"), message);
    }
  }
});

Deno.test("a ticket with one character changed is refused", () => {
  for (let at = 0; at < GOLDEN.length; at++) {
    const other = GOLDEN[at] === "A" ? "B" : "A";
    assertThrows(() => decodeTicket(GOLDEN.slice(0, at) + other + GOLDEN.slice(at + 1)), TypeError);
  }
});

Deno.test("something after the ticket is refused", () => {
  for (const rest of ["A", "AAAA", "==", "!", `.${GOLDEN}`]) {
    assertThrows(() => decodeTicket(GOLDEN + rest), TypeError);
  }
});

Deno.test("a ticket of a later version asks for a newer program", () => {
  assertThrows(() => decodeTicket(GOLDEN.replace("cnapt1", "cnapt2")), TypeError, "newer cnapt");
});

Deno.test("a name that is too long for a ticket is refused when it is made", () => {
  assertThrows(() => encodeTicket({ ...TICKET, name: "ä".repeat(128) }), TypeError, "too long");
  const longest = { ...TICKET, name: "n".repeat(255) };
  assertEquals(decodeTicket(encodeTicket(longest)), longest);
});
