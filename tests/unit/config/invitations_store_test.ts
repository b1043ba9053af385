import { ClientsFailed } from "../../../lib/config/clients_store.ts";
import {
  InvitationsStore,
  type PendingInvitation,
  stateOfPending,
} from "../../../lib/config/invitations_store.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { BEGIN, pendingNamed } from "./kit/pending_named.ts";

async function inStore(test: (store: InvitationsStore, path: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const path = `${folder}/snapt.invitations.json`;
    await test(new InvitationsStore(path), path);
  });
}

async function stateOf(store: InvitationsStore, { codeIdHex }: PendingInvitation, now = BEGIN) {
  const found = await store.find(codeIdHex);
  return found === null ? "gone" : stateOfPending(found, now);
}

Deno.test("an invitation is kept as it was added, for its owner only", () =>
  inStore(async (store, path) => {
    const laptop = pendingNamed("laptop", { services: ["ssh"], addresses: ["192.0.2.7:443"] });
    await store.add(laptop, BEGIN);
    assertEquals(await new InvitationsStore(path).find(laptop.codeIdHex), laptop);
    if (Deno.build.os !== "windows") {
      assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("one code at a time is open for a name", () =>
  inStore(async (store) => {
    const [first, second] = [pendingNamed("laptop"), pendingNamed("laptop", { codeByte: "02" })];
    await store.add(first, BEGIN);
    await assertRejects(() => store.add(second, BEGIN), ClientsFailed, "snapt revoke laptop");
    assertEquals(await store.revoke("laptop", BEGIN), true);
    await store.add(second, BEGIN);
    assertEquals([await stateOf(store, first), await stateOf(store, second)], ["revoked", "open"]);
  }));

Deno.test("a code that has expired, was spent or tried too often gives its name free", () =>
  inStore(async (store) => {
    const laptop = pendingNamed("laptop");
    await store.add(laptop, BEGIN);
    assertEquals(await store.isOpenFor("laptop", BEGIN), true);
    assertEquals(await store.isOpenFor("laptop", Date.parse(laptop.expiresAt)), false);
    await store.spend(laptop.codeIdHex, BEGIN);
    assertEquals(await store.isOpenFor("laptop", BEGIN), false);
    assertEquals(await store.revoke("laptop", BEGIN), false);
  }));

Deno.test("wrong proofs are counted, five of them are enough", () =>
  inStore(async (store) => {
    const laptop = pendingNamed("laptop");
    await store.add(laptop, BEGIN);
    const states: string[] = [];
    for (let tries = 1; tries <= 5; tries++) {
      assertEquals(await store.countFailedTry(laptop.codeIdHex), tries);
      states.push(await stateOf(store, laptop));
    }
    assertEquals(states, ["open", "open", "open", "open", "triedTooOften"]);
    assertEquals(await store.revoke("laptop", BEGIN), true);
  }));

Deno.test("what one program changes another one sees", () =>
  inStore(async (store, path) => {
    const laptop = pendingNamed("laptop");
    assertEquals(await stateOf(store, laptop), "gone");
    await new InvitationsStore(path).add(laptop, BEGIN);
    assertEquals(await stateOf(store, laptop), "open");
    await new InvitationsStore(path).spend(laptop.codeIdHex, BEGIN);
    assertEquals(await stateOf(store, laptop), "spent");
  }));

Deno.test("what has long expired is forgotten when the next one is added", () =>
  inStore(async (store) => {
    const [old, young] = [pendingNamed("old"), pendingNamed("young", { codeByte: "02" })];
    await store.add(old, BEGIN);
    await store.add(young, BEGIN + 40 * 86_400_000);
    assertEquals((await store.list()).map(({ name }) => name), ["young"]);
  }));

Deno.test("a damaged file is said to be one, and nothing of it is quoted", () =>
  inStore(async (store, path) => {
    const laptop = pendingNamed("laptop");
    for (
      const damage of [
        { proofKeyHex: "abc" },
        { codeIdHex: "zz".repeat(16) },
        { expiresAt: "soon" },
        { failedTries: "none" },
        { services: [1] },
        { addresses: null },
      ]
    ) {
      const invitations = [{ ...laptop, ...damage }];
      await Deno.writeTextFile(path, JSON.stringify({ version: 1, invitations }));
      const error = await assertRejects(() => store.list(), ClientsFailed, "invitation 1");
      assert(!error.message.includes(laptop.proofKeyHex), error.message);
    }
    await Deno.writeTextFile(path, "{");
    await assertRejects(() => store.list(), ClientsFailed, "not JSON");
  }));
