import { SnaptClientActions } from "../../../../lib/app/snapt/snapt_client_actions.ts";
import { ClientsStore } from "../../../../lib/config/clients_store.ts";
import { InvitationsStore } from "../../../../lib/config/invitations_store.ts";
import { parsePairingCode } from "../../../../lib/config/pairing_code.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { formatHostPort } from "../../../../lib/config/host_port.ts";
import { ActionRefused } from "../../../../lib/status/client_actions.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { TestLog } from "../../../test_log.ts";
import { clientNamed } from "../../config/kit/client_named.ts";

const SERVICES = "services: { ssh: { to: 127.0.0.1:22 }, db: { to: 127.0.0.1:5432 } }\n";
const NEEDED = { services: "all", expiresMs: null, addresses: ["home.example:7787"] } as const;

class World {
  readonly clients: ClientsStore;
  readonly invitations: InvitationsStore;
  readonly log = new TestLog();
  readonly actions: SnaptClientActions;
  readonly ended: string[] = [];
  looks = 0;

  constructor(folder: string, yaml: string) {
    const paths = {
      identity: `${folder}/identity`,
      clients: `${folder}/clients`,
      invitations: `${folder}/invitations`,
      addresses: `${folder}/addresses`,
      relays: `${folder}/relays`,
    };
    this.clients = new ClientsStore(paths.clients);
    this.invitations = new InvitationsStore(paths.invitations);
    const config = parseSnaptConfig(`listen: 127.0.0.1:7787\n${yaml}${SERVICES}`, "snapt.yaml");
    this.actions = new SnaptClientActions({
      paths,
      clients: this.clients,
      invitations: this.invitations,
      current: () => config,
      mapping: () => [],
      revocations: {
        hasEnded: () => {
          this.looks += 1;
          return Promise.resolve(true);
        },
      },
      sessionsOf: (name) => name === "laptop" ? ["aa"] : [],
      endSession: (idHex) => void this.ended.push(idHex),
      changed: () => Promise.resolve(),
      tasks: { date: () => new Date() },
      log: this.log,
    });
  }

  async services(name: string): Promise<unknown> {
    return (await this.clients.list()).find((one) => one.name === name)?.services;
  }
}

async function inWorld(test: (world: World) => Promise<void>, yaml = ""): Promise<void> {
  await inFolder((folder) => test(new World(folder, yaml)));
}

async function refusal(act: () => Promise<unknown>): Promise<ActionRefused> {
  const error = await assertRejects(act);
  assert(error instanceof ActionRefused, String(error));
  return error;
}

Deno.test("an invitation is stored, and its code leads here for as long as was asked", () =>
  inWorld(async ({ actions, invitations, log }) => {
    const { code, command, expiresAt, qr } = await actions.invite({
      ...{ name: "laptop", services: ["ssh"], expiresMs: 3_600_000 },
      addresses: ["home.example"],
    });
    assertEquals(formatHostPort(parsePairingCode(code).address), "home.example:7787");
    assertEquals(command, `cnapt join ${code}`);
    const [pending] = await invitations.list();
    assertEquals([pending?.name, pending?.services, pending?.expiresAt], [
      "laptop",
      ["ssh"],
      expiresAt,
    ]);
    assertEquals([qr.rows.length, qr.rows.every((row) => row.length === qr.size)], [qr.size, true]);
    assertEquals(log.of("info").length, 1);
    const secret = code.replace(/.*\//, "");
    assert(!JSON.stringify(log.of("info")).includes(secret), "a code is a secret");
  }));

for (
  const [what, wanted, part] of [
    ["a name that is none", { name: "two words" }, "a name has letters"],
    ["markup in the name", { name: "<img src=x>" }, "a name has letters"],
    ["a service that is not there", { services: ["shh"] }, "did you mean ssh?"],
    ["no service", { services: [] }, "no service at all"],
    ["an expiry of a second", { expiresMs: 1_000 }, "1m at least"],
    ["an expiry of a year", { expiresMs: 31_536_000_000 }, "30d at most"],
    ["an address that is none", { addresses: ["::::"] }, "Cannot use this address"],
    ["an address no code has room for", { addresses: ["a".repeat(3_000)] }, "no valid host"],
  ] as const
) {
  Deno.test(`an invitation with ${what} is refused as wrong, and not stored`, () =>
    inWorld(async ({ actions, invitations }) => {
      const error = await refusal(() => actions.invite({ name: "laptop", ...NEEDED, ...wanted }));
      assertEquals(error.refusal, "wrong");
      assert(error.message.includes(part), error.message);
      assertEquals(await invitations.list(), []);
    }));
}

Deno.test("of two invitations of one name at once one is made", () =>
  inWorld(async ({ actions, invitations }) => {
    const both = await Promise.allSettled(
      [1, 2].map(() => actions.invite({ name: "laptop", ...NEEDED })),
    );
    assertEquals(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const [lost] = both.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
    assert(lost instanceof ActionRefused && lost.refusal === "impossible", String(lost));
    assertEquals((await invitations.list()).length, 1);
  }));

Deno.test("without TLS there are no codes, and it is said what there is instead", () =>
  inWorld(async ({ actions }) => {
    const error = await refusal(() => actions.invite({ name: "laptop", ...NEEDED }));
    assertEquals(error.refusal, "impossible");
    assert(error.message.includes("`snapt invite laptop` makes a ticket"), error.message);
  }, "security: none\n"));

Deno.test("who is revoked is let in no longer, and again it does no harm", () =>
  inWorld(async ({ actions, clients }) => {
    await clients.add(clientNamed("laptop"));
    assertEquals(await actions.revoke("laptop"), { ended: true, revoked: "key" });
    assertEquals(await clients.has("laptop"), false);
    assertEquals(await actions.revoke("laptop"), { ended: true, revoked: "before" });
  }));

Deno.test("a code that is taken back is worth nothing", () =>
  inWorld(async ({ actions, invitations }) => {
    await actions.invite({ name: "laptop", ...NEEDED });
    assertEquals((await actions.revoke("laptop")).revoked, "code");
    assertEquals(await invitations.isOpenFor("laptop", Date.now()), false);
  }));

Deno.test("what a CNAPT may use is changed in its line, and its session is told", () =>
  inWorld(async (world) => {
    await world.clients.add({ ...clientNamed("laptop"), services: ["ssh", "gone"] });
    await world.actions.allow("laptop", ["db", "gone", "db"]);
    assertEquals(await world.services("laptop"), ["db", "gone"], "what it had may stay");
    await world.actions.allow("laptop", "all");
    assertEquals([await world.services("laptop"), world.looks], ["all", 2]);
    for (const services of [[], ["gone"]]) {
      const error = await refusal(() => world.actions.allow("laptop", services));
      assertEquals(error.refusal, "wrong");
    }
    assertEquals(await world.services("laptop"), "all");
  }));

Deno.test("two changes at once leave one of them, whole", () =>
  inWorld(async (world) => {
    await world.clients.add(clientNamed("laptop"));
    await Promise.all([["ssh"], ["db"]].map((one) => world.actions.allow("laptop", one)));
    const services = await world.services("laptop");
    assert([`["ssh"]`, `["db"]`].includes(JSON.stringify(services)), JSON.stringify(services));
  }));

Deno.test("the session of a CNAPT is ended, and nobody's else", () =>
  inWorld((world) => {
    world.actions.end("laptop");
    assertEquals(world.ended, ["aa"]);
    const error = assertThrows(() => world.actions.end("desktop"));
    assert(error instanceof ActionRefused && error.refusal === "unknown");
    assertEquals(world.ended, ["aa"]);
    return Promise.resolve();
  }));

Deno.test("nobody of the name is said, with no more of it than a person reads", () =>
  inWorld(async ({ actions, clients }) => {
    const name = "x".repeat(300);
    await clients.add({ ...clientNamed("gone"), revokedAt: "2026-01-01T00:00:00.000Z" });
    for (const act of [() => actions.allow(name, "all"), () => actions.allow("gone", "all")]) {
      assertEquals((await refusal(act)).refusal, "unknown");
    }
    const { message } = await refusal(() => actions.allow(name, "all"));
    assert(message.length < 150, message);
  }));

Deno.test("a list of clients that cannot be read is said, and nothing is changed", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/clients`, "{ half", { mode: 0o600 });
    const { actions } = new World(folder, "");
    const error = await refusal(() => actions.allow("laptop", "all"));
    assertEquals(error.refusal, "impossible");
    assertEquals(await Deno.readTextFile(`${folder}/clients`), "{ half");
  }));

Deno.test("what a command revokes at the same moment is revoked, and its session is ended", () =>
  inWorld(async ({ actions, clients }) => {
    await clients.add(clientNamed("laptop"));
    const revoke = clients.revoke.bind(clients);
    clients.revoke = async (name) => {
      await revoke(name); // by the command, which was quicker
      return await revoke(name);
    };
    assertEquals(await actions.revoke("laptop"), { ended: true, revoked: "key" });
  }));
