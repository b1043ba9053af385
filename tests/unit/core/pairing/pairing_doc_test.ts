import {
  encodePairingFrame,
  encodeWelcome,
  MAX_OTHER_ADDRESSES,
  MAX_PAIRING_BODY_BYTES,
  PAIR_BYTES,
  PAIRING_REFUSALS,
  PAIRING_VERSION,
} from "../../../../lib/core/pairing/pairing_messages.ts";
import { codeKeys, pairingMacInput } from "../../../../lib/core/pairing/pairing_proof.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { KEY, WELCOME } from "./kit/exchange.ts";

const DOC = await Deno.readTextFile(new URL("../../../../docs/wire.md", import.meta.url));
const SECTION = DOC.slice(DOC.indexOf("## Pairing"), DOC.indexOf("## Frames"));

/** The cells of the row that begins with `part`. */
function row(part: string): readonly string[] {
  const line = SECTION.split("\n").find((one) => one.startsWith(`| ${part} `));
  return line?.split("|").slice(1, -1).map((cell) => cell.trim()) ?? [];
}

Deno.test("docs/wire.md has the sizes and types of what pairs two ends", () => {
  const mac = new Uint8Array(32);
  const least = { ...WELCOME, name: "", site: "", addresses: [] };
  const size = (frame: Parameters<typeof encodePairingFrame>[0]) => encodePairingFrame(frame);
  const content = encodeWelcome(least);
  const smallest = size({ kind: "welcome", mac, welcome: least, content });
  assertEquals(row("PAIR")[2], `${PAIR_BYTES}`);
  assertEquals(
    row("WELCOME, 1")[2],
    `${smallest.length} to ${3 + MAX_PAIRING_BODY_BYTES}`,
  );
  assert(row("WELCOME, 1")[3]?.includes(`count u8 ≤ ${MAX_OTHER_ADDRESSES}`));
  const fixed = [
    size({ kind: "enrol", key: KEY, mac }),
    size({ kind: "stored", mac }),
    size({ kind: "confirm", mac }),
    size({ kind: "done", mac }),
    size({ kind: "refused", code: "spent" }),
  ];
  const names = ["ENROL, 2", "STORED, 3", "CONFIRM, 4", "DONE, 5", "REFUSED, 6"];
  fixed.forEach((bytes, at) => {
    const name = names[at] ?? "";
    assertEquals(row(name)[2], `${bytes.length}`, name);
    assertEquals(Number(name.slice(-1)), bytes[0], name);
  });
  assertEquals(row("REFUSED, 6")[3], `index in: ${PAIRING_REFUSALS.join(", ")}`);
  assert(SECTION.includes(`The version of this exchange is ${PAIRING_VERSION}.`));
});

Deno.test("docs/wire.md has the labels of what is proven", () => {
  const inputs: string[] = [];
  const decoder = new TextDecoder();
  codeKeys(KEY, {
    hmac: (_key, input) => {
      inputs.push(decoder.decode(input));
      return new Uint8Array(32);
    },
    isEqual: () => false,
  });
  const [codeId, nonce] = [new Uint8Array(16).fill(65), new Uint8Array(32).fill(65)];
  const covered = { version: 1, codeId, serverNonce: nonce, clientNonce: nonce, channel: nonce };
  for (const message of ["pair", "welcome", "enrol", "stored", "confirm", "done"] as const) {
    inputs.push(decoder.decode(pairingMacInput(message, covered)));
  }
  for (const input of inputs) {
    const label = input.slice(0, input.indexOf("\0"));
    assert(SECTION.includes(`\`${label}\``), label);
  }
});
