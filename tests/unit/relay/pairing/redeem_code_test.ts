import type { Invitation } from "../../../../lib/core/pairing/invitation.ts";
import type { PairingRefusal } from "../../../../lib/core/pairing/pairing_messages.ts";
import { codeKeys } from "../../../../lib/core/pairing/pairing_proof.ts";
import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { welcomeCnapt } from "../../../../lib/relay/link/link_auth.ts";
import {
  answerPairing,
  type InvitationDesk,
} from "../../../../lib/relay/pairing/answer_pairing.ts";
import { PAIRING_HASHES } from "../../../../lib/relay/pairing/pairing_hashes.ts";
import { redeemCode } from "../../../../lib/relay/pairing/redeem_code.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

const KEYS = codeKeys(new Uint8Array(16).fill(4), PAIRING_HASHES);
const KEY = new Uint8Array(32).fill(6);
const CERTIFICATE = new TextEncoder().encode("SNAPT's certificate");
const WELCOME = {
  clientId: new Uint8Array(16).fill(1),
  name: "laptop",
  site: "home",
  addresses: [],
};

/** Invitations in memory; says what was done. */
class TestDesk implements InvitationDesk {
  readonly done: string[] = [];
  refusal: PairingRefusal | null = null;
  invitation: Invitation | null = {
    proofKey: KEYS.proofKey,
    welcome: WELCOME,
    expiresAt: 100,
    failedTries: 0,
    spentAt: null,
    revokedAt: null,
  };

  find(codeIdHex: string): Promise<Invitation | null> {
    return Promise.resolve(codeIdHex === KEYS.codeId.toHex() ? this.invitation : null);
  }

  now(): number {
    return 50;
  }

  countFailedTry(): Promise<void> {
    this.done.push("failed");
    return Promise.resolve();
  }

  store(_codeIdHex: string, keyHex: string): Promise<PairingRefusal | null> {
    this.done.push(`stored ${keyHex === KEY.toHex()}`);
    return Promise.resolve(this.refusal);
  }

  spend(_codeIdHex: string, keyHex: string): Promise<PairingRefusal | null> {
    this.done.push(`spent ${keyHex === KEY.toHex()}`);
    return Promise.resolve(null);
  }
}

/** Both ends of a connection; what each was shown, or has shown. */
class World {
  readonly desk = new TestDesk();
  readonly near: MemoryConn;
  readonly far: MemoryConn;
  readonly saved: string[] = [];

  constructor(shownToCnapt = CERTIFICATE) {
    [this.near, this.far] = MemoryConn.pair();
    this.near.shownCertificate = shownToCnapt;
    this.far.shownCertificate = CERTIFICATE;
  }

  snapt(): Promise<unknown> {
    const nobody = () => Promise.reject(new TypeError("never asked"));
    return welcomeCnapt(this.far, nobody, {
      answer: (opening) => answerPairing(opening, this.desk),
      proven: nobody,
    });
  }

  cnapt(keys = KEYS) {
    return redeemCode(this.near, keys, {
      chooseKey: ({ name }) => {
        this.saved.push(`chosen ${name}`);
        return Promise.resolve(KEY);
      },
      save: (_welcome, _key, certificate) => {
        this.saved.push(`saved ${certificate === CERTIFICATE}`);
        return Promise.resolve();
      },
    });
  }
}

Deno.test("a code is redeemed over a connection", async () => {
  const world = new World();
  const [outcome, known] = await Promise.all([world.cnapt(), world.snapt()]);
  assertEquals([outcome, known], [{ kind: "finished" }, null]);
  assertEquals(world.saved, ["chosen laptop", "saved true"]);
  assertEquals(world.desk.done, ["stored true", "spent true"]);
});

Deno.test("an interceptor who shows his own certificate is noticed, and nothing is given away", async () => {
  const world = new World(new TextEncoder().encode("somebody else's"));
  const [outcome, error] = await Promise.all([
    world.cnapt(),
    assertRejects(() => world.snapt(), ProtocolViolation),
  ]);
  assertEquals([outcome, error.code], [{ kind: "refused", code: "badProof" }, "badProof"]);
  assertEquals([world.saved, world.desk.done], [[], ["failed"]]);
});

Deno.test("a code that nobody gave out costs no invitation a try", async () => {
  const world = new World();
  const other = codeKeys(new Uint8Array(16).fill(5), PAIRING_HASHES);
  const [outcome, error] = await Promise.all([
    world.cnapt(other),
    assertRejects(() => world.snapt(), ProtocolViolation),
  ]);
  assertEquals([outcome, error.code], [{ kind: "refused", code: "codeUnknown" }, "unknownId"]);
  assertEquals(world.desk.done, []);
});

Deno.test("a key that cannot be stored ends the exchange before anything is saved", async () => {
  const world = new World();
  world.desk.refusal = "notStored";
  const [outcome] = await Promise.all([
    world.cnapt(),
    assertRejects(() => world.snapt(), ProtocolViolation),
  ]);
  assertEquals(outcome, { kind: "refused", code: "notStored" });
  assertEquals(world.saved, ["chosen laptop"]);
});

Deno.test("a site that cannot be saved is a failure of CNAPT's, and the code is not spent", async () => {
  const world = new World();
  const joiner = {
    chooseKey: () => Promise.resolve(KEY),
    save: () => Promise.reject(new RangeError("the disk is full")),
  };
  const failing = assertRejects(() => redeemCode(world.near, KEYS, joiner), RangeError)
    .finally(() => world.near.close());
  await Promise.all([failing, assertRejects(() => world.snapt(), ProtocolViolation)]);
  assertEquals(world.desk.done, ["stored true"]);
});

Deno.test("a connection that breaks anywhere ends both sides, and spends nothing unsaved", async () => {
  let finished = 0;
  for (let bytes = 0; bytes < 600; bytes += 11) {
    const world = new World();
    const [near, cut] = MemoryConn.pair();
    const [uncut, far] = MemoryConn.pair();
    near.shownCertificate = CERTIFICATE;
    far.shownCertificate = CERTIFICATE;
    const budget = { left: bytes };
    const wire = Promise.all([pass(cut, uncut, budget), pass(uncut, cut, budget)]);
    const over = { near, far, desk: world.desk, saved: world.saved };
    const cnapt = World.prototype.cnapt.call(over).then(({ kind }) => kind, expected)
      .finally(() => near.close());
    const snapt = World.prototype.snapt.call(over).catch(expected).finally(() => far.close());
    const [outcome] = await Promise.all([cnapt, snapt, wire]);
    if (outcome === "finished") finished += 1;
    const hasSaved = world.saved.includes("saved true");
    if (world.desk.done.includes("spent true")) assert(hasSaved);
    if (hasSaved) assertEquals(world.desk.done[0], "stored true");
  }
  assert(finished > 0, "the budget never sufficed");
});

/** Passes bytes on until there are none left in the budget of the wire; then it breaks. */
async function pass(from: MemoryConn, to: MemoryConn, budget: { left: number }): Promise<void> {
  try {
    for (;;) {
      const bytes = await from.readNext();
      if (bytes === null) return to.close();
      const part = bytes.subarray(0, budget.left);
      budget.left -= part.length;
      if (part.length > 0) await to.write(part);
      if (part.length === bytes.length) continue;
      from.reset();
      return to.reset();
    }
  } catch (error) {
    expected(error); // the other direction broke it
  }
}

function expected(error: unknown): void {
  assert(error instanceof ProtocolViolation || error instanceof ConnFailed, String(error));
}
