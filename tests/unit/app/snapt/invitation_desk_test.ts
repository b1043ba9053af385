import { SnaptInvitationDesk } from "../../../../lib/app/snapt/invitation_desk.ts";
import { ClientsStore } from "../../../../lib/config/clients_store.ts";
import { InvitationsStore } from "../../../../lib/config/invitations_store.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { TestLog } from "../../../test_log.ts";
import { BEGIN, pendingNamed } from "../../config/kit/pending_named.ts";

const LAPTOP = pendingNamed("laptop", { services: ["ssh"], addresses: ["[2001:db8::7]:443"] });
const ID = LAPTOP.codeIdHex;
const [KEY, OTHER_KEY] = ["aa".repeat(32), "bb".repeat(32)];
const FROM = "192.0.2.1:5";

/** A SNAPT that has given a code out. */
class World {
  readonly log = new TestLog();
  readonly invitations: InvitationsStore;
  readonly clients: ClientsStore;
  readonly desk: SnaptInvitationDesk;
  now = BEGIN;

  constructor(readonly folder: string) {
    this.invitations = new InvitationsStore(`${folder}/snapt.invitations.json`);
    this.clients = new ClientsStore(`${folder}/snapt.clients.json`);
    this.desk = this.open();
  }

  open(): SnaptInvitationDesk {
    return new SnaptInvitationDesk({
      invitations: new InvitationsStore(`${this.folder}/snapt.invitations.json`),
      clients: this.clients,
      site: "home",
      date: () => new Date(this.now),
      log: this.log,
    });
  }
}

function inWorld(test: (world: World) => Promise<void>): () => Promise<void> {
  return () =>
    inFolder(async (folder) => {
      const world = new World(folder);
      await world.invitations.add(LAPTOP, BEGIN);
      await test(world);
    });
}

Deno.test(
  "an invitation is found by the ID of its code, with what CNAPT is to be told",
  inWorld(async ({ desk }) => {
    assertEquals(await desk.find("ff".repeat(16)), null);
    const found = await desk.find(ID);
    assertEquals(found?.welcome, {
      clientId: Uint8Array.fromHex(LAPTOP.clientIdHex),
      name: "laptop",
      site: "home",
      addresses: [{ host: "2001:db8::7", port: 443 }],
    });
    assertEquals(found?.expiresAt, BEGIN + 86_400_000);
  }),
);

Deno.test(
  "a key is stored with what the invitation says, and the code is spent when CNAPT says so",
  inWorld(async ({ clients, desk, log }) => {
    assertEquals(await desk.store(ID, KEY), null);
    const [client] = await clients.list();
    assertEquals(
      [client?.name, client?.idHex, client?.keyHex, client?.services],
      ["laptop", LAPTOP.clientIdHex, KEY, ["ssh"]],
    );
    assertEquals((await desk.find(ID))?.spentAt, null);
    assertEquals(await desk.spend(ID, KEY, FROM), null);
    assertEquals((await desk.find(ID))?.spentAt, BEGIN);
    assert(log.lines.some((line) => line.startsWith("info paired ")), log.lines.join("\n"));
  }),
);

Deno.test(
  "both are said again to whoever lost the answer, also by a SNAPT that was started anew",
  inWorld(async (world) => {
    for (const desk of [world.desk, world.desk, world.open()]) {
      assertEquals(await desk.store(ID, KEY), null);
      assertEquals(await desk.spend(ID, KEY, FROM), null);
    }
    assertEquals((await world.clients.list()).length, 1);
    assertEquals(await world.desk.store(ID, OTHER_KEY), "spent");
    assertEquals((await world.clients.list())[0]?.keyHex, KEY);
  }),
);

Deno.test(
  "until a code is spent another key takes the place of one that was lost",
  inWorld(async ({ clients, desk }) => {
    assertEquals(await desk.store(ID, KEY), null);
    assertEquals(await desk.store(ID, OTHER_KEY), null);
    assertEquals((await clients.list()).map(({ keyHex }) => keyHex), [OTHER_KEY]);
    assertEquals(await desk.spend(ID, KEY, FROM), "spent");
    assertEquals(await desk.spend(ID, OTHER_KEY, FROM), null);
  }),
);

Deno.test(
  "of two CNAPTs with one code at the same moment one ends with the key that counts",
  inWorld(async ({ clients, desk }) => {
    const join = async (key: string) =>
      await desk.store(ID, key) ?? await desk.spend(ID, key, FROM);
    const outcomes = await Promise.all([join(KEY), join(OTHER_KEY)]);
    assertEquals(outcomes.filter((one) => one === null).length, 1, String(outcomes));
    const winner = outcomes[0] === null ? KEY : OTHER_KEY;
    assertEquals((await clients.list()).map(({ keyHex }) => keyHex), [winner]);
  }),
);

Deno.test(
  "a CNAPT that comes with its key spends its code, though its confirmation was lost",
  inWorld(async (world) => {
    const before = world.open(); // SNAPT is started anew in between
    await before.proven(LAPTOP.clientIdHex);
    assertEquals(await before.store(ID, KEY), null);
    for (const desk of [world.open(), before]) {
      await desk.proven("77".repeat(16));
      assertEquals((await desk.find(ID))?.spentAt, null);
    }
    await world.open().proven(LAPTOP.clientIdHex);
    assertEquals((await world.desk.find(ID))?.spentAt, BEGIN);
    assertEquals(await world.desk.store(ID, OTHER_KEY), "spent");
    assertEquals(await world.desk.store(ID, KEY), null);
  }),
);

Deno.test(
  "what was taken back, has expired, or belongs to nobody is not stored",
  inWorld(async (world) => {
    assertEquals(await world.desk.store("ff".repeat(16), KEY), "codeUnknown");
    world.now = BEGIN + 86_400_000;
    assertEquals(await world.desk.store(ID, KEY), "expired");
    world.now = BEGIN;
    await world.invitations.revoke("laptop", BEGIN);
    assertEquals(await world.desk.store(ID, KEY), "revoked");
    assertEquals(await world.clients.list(), []);
  }),
);

Deno.test(
  "a CNAPT that was revoked does not come back with its code",
  inWorld(async ({ clients, desk }) => {
    await desk.store(ID, KEY);
    await desk.spend(ID, KEY, FROM);
    await clients.revoke("laptop");
    assertEquals(await desk.store(ID, KEY), "spent");
    assertEquals(await desk.spend(ID, KEY, FROM), "spent");
  }),
);

Deno.test(
  "a name that somebody else has got meanwhile keeps the key from being stored",
  inWorld(async ({ clients, desk }) => {
    const services = "all";
    const createdAt = new Date(BEGIN).toISOString();
    const idHex = "77".repeat(16);
    await clients.add({ name: "laptop", idHex, keyHex: KEY, services, createdAt, revokedAt: null });
    assertEquals(await desk.store(ID, OTHER_KEY), "notStored");
  }),
);

Deno.test(
  "wrong proofs at the same moment all count, also when the disk takes none of them",
  inWorld(async (world) => {
    const { desk, log } = world;
    await Promise.all([1, 2, 3].map(() => desk.countFailedTry(ID, FROM)));
    assertEquals((await desk.find(ID))?.failedTries, 3);
    assertEquals((await world.open().find(ID))?.failedTries, 3);
    await Deno.writeTextFile(`${world.folder}/snapt.invitations.json`, "{");
    await Promise.all([1, 2].map(() => desk.countFailedTry(ID, FROM)));
    assertEquals((await desk.find(ID))?.failedTries, 5);
    const lines = log.of("warn").filter((line) => line.includes("code-mistrusted"));
    assertEquals(lines.length, 5);
    assert(lines.join("\n").includes("5 of 5 tries"));
  }),
);

Deno.test(
  "a disk that takes nothing costs the CNAPT its joining, and not its code",
  inWorld(async (world) => {
    await Deno.writeTextFile(`${world.folder}/snapt.clients.json`, "{");
    assertEquals(await world.desk.store(ID, KEY), "notStored");
    await Deno.remove(`${world.folder}/snapt.clients.json`);
    assertEquals(await world.desk.store(ID, KEY), null);
  }),
);

Deno.test(
  "a code that is taken back while it is redeemed lets nobody in",
  inWorld(async ({ clients, desk, invitations }) => {
    const enrol = clients.enrol.bind(clients);
    clients.enrol = async (client) => {
      // As `snapt revoke` does, which finds no key yet that it could take back.
      await invitations.revoke("laptop", BEGIN);
      return await enrol(client);
    };
    assertEquals(await desk.store(ID, KEY), "revoked");
    assertEquals(await clients.has("laptop"), false);
  }),
);
