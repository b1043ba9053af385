import { LocalMisuse } from "../../../../lib/core/local_misuse.ts";
import type { PairingFrame } from "../../../../lib/core/pairing/pairing_messages.ts";
import { PAIRING_REFUSALS } from "../../../../lib/core/pairing/pairing_messages.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";
import { CHANNEL, Exchange, INVITATION, KEY, WELCOME } from "./kit/exchange.ts";

const kinds = (effects: readonly { readonly kind: string }[]) => effects.map(({ kind }) => kind);

Deno.test("a code is redeemed: stored at SNAPT, saved at CNAPT, spent, in this order", () => {
  const exchange = new Exchange();
  exchange.begin();
  exchange.snapt({ kind: "found", invitation: INVITATION, now: 10 });
  assertEquals(exchange.toCnapt(), [{ kind: "chooseKey", welcome: WELCOME }]);
  exchange.cnapt({ kind: "keyChosen", key: KEY });
  assertEquals(exchange.toSnapt(), [{ kind: "store", key: KEY }]);
  exchange.snapt({ kind: "stored", refusal: null });
  assertEquals(exchange.toCnapt(), [{ kind: "save", welcome: WELCOME, key: KEY }]);
  exchange.cnapt({ kind: "saved" });
  assertEquals(exchange.toSnapt(), [{ kind: "spend", key: KEY }]);
  assertEquals(kinds(exchange.snapt({ kind: "spent", refusal: null })), ["send", "finished"]);
  assertEquals(exchange.toCnapt(), [{ kind: "finished" }]);
  assertEquals(exchange.states, ["over", "over"]);
});

Deno.test("another certificate in between costs the code a try, and is noticed at both ends", () => {
  const exchange = new Exchange();
  exchange.begin(new Uint8Array(32).fill(66), CHANNEL);
  const effects = exchange.snapt({ kind: "found", invitation: INVITATION, now: 10 });
  assertEquals(kinds(effects), ["countFailedTry", "send", "refused"]);
  assertEquals(exchange.toCnapt(), [{ kind: "refused", code: "badProof" }]);
});

Deno.test("a welcome of somebody who does not know the code is not believed", () => {
  const exchange = new Exchange();
  exchange.begin();
  exchange.snapt({ kind: "found", invitation: INVITATION, now: 10 });
  assertEquals(exchange.toCnapt(withWrongMac), [{ kind: "mistrusted" }]);
  assertEquals(exchange.states[0], "over");
});

Deno.test("a welcome whose content was changed is not believed", () => {
  const exchange = new Exchange();
  exchange.begin();
  exchange.snapt({ kind: "found", invitation: INVITATION, now: 10 });
  const changed = exchange.toCnapt((frame) =>
    frame.kind === "welcome" ? { ...frame, content: frame.content.with(20, 1) } : frame
  );
  assertEquals(changed, [{ kind: "mistrusted" }]);
});

Deno.test("stored and done of somebody else are not believed", () => {
  const stored = new Exchange();
  stored.welcomed();
  stored.cnapt({ kind: "keyChosen", key: KEY });
  stored.toSnapt();
  stored.snapt({ kind: "stored", refusal: null });
  assertEquals(stored.toCnapt(withWrongMac), [{ kind: "mistrusted" }]);
  const done = new Exchange();
  done.enrolled();
  done.cnapt({ kind: "saved" });
  done.toSnapt();
  done.snapt({ kind: "spent", refusal: null });
  assertEquals(done.toCnapt(withWrongMac), [{ kind: "mistrusted" }]);
});

Deno.test("a key, or a confirmation, that is not proven ends the exchange at SNAPT", () => {
  const enrolling = new Exchange();
  enrolling.welcomed();
  enrolling.cnapt({ kind: "keyChosen", key: KEY });
  assertEquals(
    assertThrows(() => enrolling.toSnapt(withWrongMac), ProtocolViolation).code,
    "badProof",
  );
  const confirming = new Exchange();
  confirming.enrolled();
  confirming.cnapt({ kind: "saved" });
  assertThrows(() => confirming.toSnapt(withWrongMac), ProtocolViolation, "not proven");
});

for (
  const [invitation, now, code] of [
    [null, 10, "codeUnknown"],
    [INVITATION, 1_000, "expired"],
    [{ ...INVITATION, revokedAt: 4 }, 10, "revoked"],
    [{ ...INVITATION, failedTries: 5 }, 10, "triedTooOften"],
  ] as const
) {
  Deno.test(`${code}: SNAPT says so, and no try is counted`, () => {
    const exchange = new Exchange();
    exchange.begin();
    const effects = exchange.snapt({ kind: "found", invitation, now });
    assertEquals(kinds(effects), ["send", "refused"]);
    assertEquals(exchange.toCnapt(), [{ kind: "refused", code }]);
    assertEquals(exchange.states, ["over", "over"]);
  });
}

Deno.test("who has redeemed a spent code is welcomed again; the shell decides by the key", () => {
  const exchange = new Exchange();
  exchange.welcomed({ ...INVITATION, spentAt: 5 });
  exchange.cnapt({ kind: "keyChosen", key: KEY });
  assertEquals(exchange.toSnapt(), [{ kind: "store", key: KEY }]);
  assertEquals(kinds(exchange.snapt({ kind: "stored", refusal: "spent" })), ["send", "refused"]);
  assertEquals(exchange.toCnapt(), [{ kind: "refused", code: "spent" }]);
});

Deno.test("a refusal at any stage ends the exchange at CNAPT", () => {
  for (const code of PAIRING_REFUSALS) {
    const enrolled = new Exchange();
    enrolled.enrolled(code);
    assertEquals(enrolled.cnaptDid.at(-1), { kind: "refused", code });
    const spending = new Exchange();
    spending.enrolled();
    spending.cnapt({ kind: "saved" });
    spending.toSnapt();
    spending.snapt({ kind: "spent", refusal: code });
    assertEquals(spending.toCnapt(), [{ kind: "refused", code }]);
  }
});

Deno.test("another version is refused before anything is looked up", () => {
  const exchange = new Exchange();
  const nonce = new Uint8Array(32);
  const pair = { version: 9, codeId: new Uint8Array(16), nonce, mac: nonce };
  const effects = exchange.snapt({
    kind: "pairReceived",
    pair,
    serverNonce: nonce,
    channel: nonce,
  });
  assertEquals(kinds(effects), ["send", "refused"]);
});

const MAC = new Uint8Array(32);
const FRAMES: readonly PairingFrame[] = [
  { kind: "welcome", mac: MAC, welcome: WELCOME, content: new Uint8Array(0) },
  { kind: "enrol", key: KEY, mac: MAC },
  { kind: "stored", mac: MAC },
  { kind: "confirm", mac: MAC },
  { kind: "done", mac: MAC },
  { kind: "refused", code: "spent" },
];

Deno.test("what cannot be said in a state is a violation, and changes nothing", () => {
  const wanted: Readonly<Record<string, readonly string[]>> = {
    proving: ["welcome", "refused"],
    enrolling: ["stored", "refused"],
    confirming: ["done", "refused"],
    choosing: ["refused"],
    saving: ["refused"],
    welcoming: ["enrol"],
  };
  const stages: readonly ((exchange: Exchange) => void)[] = [
    () => {},
    (exchange) => exchange.begin(),
    (exchange) => exchange.welcomed(),
    (exchange) => exchange.enrolled(),
    (exchange) => {
      exchange.enrolled();
      exchange.cnapt({ kind: "saved" });
    },
    (exchange) => exchange.welcomed(null),
  ];
  for (const stage of stages) {
    for (const frame of FRAMES) {
      for (const side of ["cnapt", "snapt"] as const) {
        const exchange = new Exchange();
        stage(exchange);
        const state = exchange.states[side === "cnapt" ? 0 : 1];
        const mayCome = wanted[state] ?? [];
        if (mayCome.includes(frame.kind) || (state === "confirming" && frame.kind === "confirm")) {
          continue;
        }
        const error = assertThrows(
          () => exchange[side]({ kind: "received", frame }),
          ProtocolViolation,
        );
        assertEquals([error.code, exchange.states[side === "cnapt" ? 0 : 1]], [
          "unexpected",
          state,
        ]);
      }
    }
  }
});

Deno.test("facts of our own that cannot be are our mistake", () => {
  assertThrows(() => new Exchange().cnapt({ kind: "saved" }), LocalMisuse);
  assertThrows(() => new Exchange().cnapt({ kind: "keyChosen", key: KEY }), LocalMisuse);
  assertThrows(() => new Exchange().snapt({ kind: "stored", refusal: null }), LocalMisuse);
  assertThrows(() => new Exchange().snapt({ kind: "spent", refusal: null }), LocalMisuse);
  assertThrows(
    () => new Exchange().snapt({ kind: "found", invitation: null, now: 0 }),
    LocalMisuse,
  );
  const begun = new Exchange();
  begun.begin();
  assertThrows(() => begun.begin(), LocalMisuse);
});

function withWrongMac(frame: PairingFrame): PairingFrame {
  return "mac" in frame ? { ...frame, mac: frame.mac.with(3, (frame.mac[3] ?? 0) ^ 1) } : frame;
}
