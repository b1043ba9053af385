import { InvitedSnapts } from "../../../../lib/app/relay/invited_snapts.ts";
import { relayCode } from "../../../../lib/app/commands/made_relay_code.ts";
import { ClientsStore } from "../../../../lib/config/clients_store.ts";
import { InvitationsStore } from "../../../../lib/config/invitations_store.ts";
import { parsePairingCode } from "../../../../lib/config/pairing_code.ts";
import { relayFiles } from "../../../../lib/config/relay_files.ts";
import { relayCodeKeys, relayName } from "../../../../lib/core/relay/relay_name.ts";
import { PAIRING_HASHES } from "../../../../lib/relay/pairing/pairing_hashes.ts";
import { assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { TestLog } from "../../../test_log.ts";

const KEY = new Uint8Array(32).fill(9);
const ID = "0a".repeat(16);
const SNAPT = {
  name: "homepc",
  idHex: ID,
  keyHex: KEY.toHex(),
  services: "all",
  createdAt: "2026-01-01T00:00:00.000Z",
  revokedAt: null,
} as const;
const ROUTE = relayName("route", KEY, PAIRING_HASHES);
const CONTROL = relayName("control", KEY, PAIRING_HASHES);

/** The lists as commands change them, and what a relay makes of them. */
async function inWorld(
  test: (world: {
    readonly files: ReturnType<typeof relayFiles>;
    readonly snapts: ClientsStore;
    readonly invited: InvitedSnapts;
    readonly log: TestLog;
    readonly clock: { now: number };
  }) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const files = relayFiles(folder);
    const log = new TestLog();
    const clock = { now: 1_000 };
    const invited = await InvitedSnapts.open({
      snapts: new ClientsStore(files.snapts),
      invitations: new InvitationsStore(files.invitations),
      log,
      now: () => clock.now,
    });
    await test({ files, snapts: new ClientsStore(files.snapts), invited, log, clock });
  });
}

Deno.test("the names of a SNAPT lead somewhere as soon as it is in the list", () =>
  inWorld(async ({ snapts, invited }) => {
    assertEquals(await invited.meaningOf(ROUTE), null);
    await snapts.add(SNAPT);
    await invited.look();
    assertEquals(await invited.meaningOf(ROUTE), {
      kind: "route",
      snapt: { idHex: ID, name: "homepc" },
    });
    assertEquals(await invited.meaningOf(CONTROL), { kind: "own" });
    assertEquals((await invited.admit(ID)).kind, "known");
    assertEquals(invited.isInvited(ID), true);
  }));

Deno.test("a SNAPT that is revoked has no route, and hears why when it comes", () =>
  inWorld(async ({ snapts, invited }) => {
    await snapts.add(SNAPT);
    await snapts.revoke("homepc");
    await invited.look();
    assertEquals([await invited.meaningOf(ROUTE), invited.isInvited(ID)], [null, false]);
    assertEquals(await invited.meaningOf(CONTROL), { kind: "own" });
    const admission = await invited.admit(ID);
    assertEquals(admission.kind === "refused" && admission.code, "revoked");
  }));

Deno.test("a code leads to the relay itself until it is taken back", () =>
  inWorld(async ({ files, invited }) => {
    const address = { host: "relay.example.org", port: 7787 };
    const { code } = await relayCode({ files, name: "homepc", address }, 60_000);
    const { codeId } = relayCodeKeys(parsePairingCode(code).secret, PAIRING_HASHES);
    const name = relayName("pairing", codeId, PAIRING_HASHES);
    await invited.look();
    assertEquals(await invited.meaningOf(name), { kind: "own" });
    await new InvitationsStore(files.invitations).revoke("homepc", Date.now());
    await invited.look();
    assertEquals(await invited.meaningOf(name), null);
  }));

Deno.test("a list that cannot be read changes nothing, and is told once", () =>
  inWorld(async ({ files, snapts, invited, log }) => {
    await snapts.add(SNAPT);
    await invited.look();
    await Deno.writeTextFile(files.snapts, "{ half");
    for (let i = 0; i < 3; i++) await invited.look();
    await Deno.remove(files.snapts);
    await invited.look();
    assertEquals(invited.isInvited(ID), true);
    assertEquals(log.of("warn").length, 2); // damaged, then gone
    await snapts.add(SNAPT);
    await invited.look();
    assertEquals(log.of("info").length, 1);
  }));

Deno.test("for a name that is not known the lists are looked at once more, but not for each stranger", () =>
  inWorld(async ({ snapts, invited, clock }) => {
    assertEquals(await invited.meaningOf(ROUTE), null);
    await snapts.add(SNAPT);
    assertEquals(await invited.meaningOf(ROUTE), null);
    clock.now += 100;
    assertEquals((await invited.meaningOf(ROUTE))?.kind, "route");
  }));

Deno.test("a name that is asked for while the lists are looked at waits for that", () =>
  inWorld(async ({ snapts, invited }) => {
    await snapts.add(SNAPT);
    const looking = invited.look();
    assertEquals((await invited.meaningOf(ROUTE))?.kind, "route");
    await looking;
  }));
