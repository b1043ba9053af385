import { CodeMistyped, formatSecret, parseSecret } from "../../lib/core/pairing/pairing_secret.ts";
import { formatPairingCode, parsePairingCode } from "../../lib/config/pairing_code.ts";
import {
  decodePair,
  decodePairingFrame,
  encodePairingFrame,
  encodeWelcome,
  PAIR_BYTES,
  type PairingFrame,
} from "../../lib/core/pairing/pairing_messages.ts";
import { codeKeys } from "../../lib/core/pairing/pairing_proof.ts";
import { PAIR_MAGIC } from "../../lib/core/wire/preamble_start.ts";
import { ProtocolViolation } from "../../lib/core/wire/protocol_violation.ts";
import { ConnFailed } from "../../lib/net/conn_failed.ts";
import { welcomeCnapt } from "../../lib/relay/link/link_auth.ts";
import { answerPairing } from "../../lib/relay/pairing/answer_pairing.ts";
import { PAIRING_HASHES } from "../../lib/relay/pairing/pairing_hashes.ts";
import { redeemCode } from "../../lib/relay/pairing/redeem_code.ts";
import { assert, assertEquals } from "../assert.ts";
import { MemoryConn } from "../memory_conn.ts";
import { fuzzTest } from "./fuzz_test_case.ts";
import type { RandomBytes } from "./random_bytes.ts";

const CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Each with a place for a digit, so that no two are the same. */
const HOSTS = ["homeN.example.org", "192.168.1.N", "fd00::N", "fe80::N%eth0", "pcN"];
const MAC = new Uint8Array(32).fill(1);
const WELCOME = {
  clientId: new Uint8Array(16),
  name: "laptop",
  site: "home",
  addresses: [{ host: "h", port: 1 }],
};
const FRAMES: readonly PairingFrame[] = [
  { kind: "welcome", mac: MAC, welcome: WELCOME, content: encodeWelcome(WELCOME) },
  { kind: "enrol", key: MAC, mac: MAC },
  { kind: "stored", mac: MAC },
  { kind: "confirm", mac: MAC },
  { kind: "done", mac: MAC },
  { kind: "refused", code: "spent" },
];

fuzzTest("no mistyped code is taken for another one, but by chance of one in 32768", (random) => {
  let taken = 0;
  for (let round = 0; round < 20_000; round++) {
    const secret = random.bytes(16);
    const typed = mistyped(formatSecret(secret), random);
    try {
      if (parseSecret(typed).toHex() !== secret.toHex()) taken += 1;
    } catch (error) {
      assert(error instanceof CodeMistyped, String(error));
    }
  }
  assert(taken <= 8, `${taken} of 20000`);
});

fuzzTest("whatever is typed is a code or has a sentence", (random) => {
  for (let round = 0; round < 5_000; round++) {
    const text = new TextDecoder().decode(random.bytes(random.below(80)));
    const places = `${text.replaceAll("/", ",")}/${formatSecret(random.bytes(16))}`;
    for (const typed of [text, `h/${text}`, text.replace("", "/"), places, `h,${places}`]) {
      try {
        parsePairingCode(typed);
      } catch (error) {
        assert(error instanceof CodeMistyped || error instanceof TypeError, String(error));
      }
    }
  }
});

fuzzTest("a code with any places is read as it was written", (random) => {
  for (let round = 0; round < 2_000; round++) {
    const places = Array.from({ length: random.below(3) + 1 }, (_, at) => ({
      host: HOSTS[random.below(HOSTS.length - 1)]?.replace("N", `${at}`) ?? "",
      port: random.below(1) === 0 ? 7787 : random.below(65_534) + 1,
    }));
    const [address, ...others] = places;
    assert(address !== undefined);
    const route = random.below(1) === 0 ? {} : { route: "4a64wqnkgx1s26fj" };
    const more = others.length === 0 ? {} : { others };
    const code = { address, secret: random.bytes(16), ...more, ...route };
    assertEquals(parsePairingCode(formatPairingCode(code)), code);
  }
});

fuzzTest("frames of random and of changed bytes are read or are violations", (random) => {
  for (let round = 0; round < 20_000; round++) {
    const frame = FRAMES[random.below(FRAMES.length - 1)];
    assert(frame !== undefined);
    const bytes = round % 2 === 0 ? random.bytes(random.below(200)) : encodePairingFrame(frame);
    if (bytes.length > 0) bytes[random.below(bytes.length - 1)] = random.below(0xff);
    for (const read of [decodePairingFrame, decodePair]) {
      try {
        read(bytes);
      } catch (error) {
        assert(error instanceof ProtocolViolation, String(error));
      }
    }
  }
});

fuzzTest("a stranger at SNAPT who says anything behind PAIR is turned away", async (random) => {
  const desk = {
    find: () => Promise.resolve(null),
    now: () => 0,
    countFailedTry: () => Promise.reject(new TypeError("there was no invitation")),
    store: () => Promise.reject(new TypeError("nothing was proven")),
    spend: () => Promise.reject(new TypeError("nothing was proven")),
  };
  for (let round = 0; round < 300; round++) {
    const [near, far] = MemoryConn.pair();
    const nobody = () => Promise.reject(new ProtocolViolation("unknownId", "Cannot admit"));
    const snapt = welcomeCnapt(far, nobody, {
      answer: (opening) => answerPairing(opening, desk),
      proven: nobody,
    })
      .catch(expected).finally(() => far.close());
    const bytes = random.bytes(PAIR_BYTES + random.below(100));
    bytes.set(PAIR_MAGIC.subarray(0, 4 - random.below(2)));
    bytes[4] = random.below(3);
    await near.write(bytes).catch(expected);
    near.close();
    assertEquals(await snapt, undefined);
  }
});

fuzzTest("a SNAPT that says anything has CNAPT neither choose nor save a key", async (random) => {
  const keys = codeKeys(random.bytes(16), PAIRING_HASHES);
  const joiner = {
    chooseKey: () => Promise.reject(new TypeError("nothing was proven")),
    save: () => Promise.reject(new TypeError("nothing was proven")),
  };
  for (let round = 0; round < 300; round++) {
    const [near, far] = MemoryConn.pair();
    const cnapt = redeemCode(near, keys, joiner).catch(expected).finally(() => near.close());
    const hello = Uint8Array.of(...new TextEncoder().encode("SNPT"), 3, ...random.bytes(32));
    await far.write(hello);
    const frame = FRAMES[random.below(FRAMES.length - 1)];
    if (frame !== undefined) await far.write(encodePairingFrame(frame)).catch(expected);
    await far.write(random.bytes(random.below(200) + 1)).catch(expected);
    far.close();
    const outcome = await cnapt;
    assert(outcome?.kind !== "finished", JSON.stringify(outcome));
  }
});

function mistyped(text: string, random: RandomBytes): string {
  const characters = [...text];
  const places = characters.flatMap((one, at) => one === "-" ? [] : [at]);
  for (let mistakes = random.below(5) + 1; mistakes > 0; mistakes--) {
    const place = places[random.below(places.length - 1)] ?? 0;
    characters[place] = CHARACTERS[random.below(31)] ?? "0";
  }
  return characters.join("");
}

function expected(error: unknown): undefined {
  assert(error instanceof ProtocolViolation || error instanceof ConnFailed, String(error));
}
