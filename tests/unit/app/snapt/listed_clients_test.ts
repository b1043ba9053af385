import { ListedClients } from "../../../../lib/app/snapt/listed_clients.ts";
import { ClientsFailed } from "../../../../lib/config/clients_store.ts";
import type { Client } from "../../../../lib/config/clients_store.ts";
import type { PendingInvitation } from "../../../../lib/config/invitations_store.ts";
import { assertEquals } from "../../../assert.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { clientNamed } from "../../config/kit/client_named.ts";

const ENDED = { endedAt: "2026-01-01T00:00:00.000Z", reason: "gone", from: "198.51.100.1:1" };

function pending(name: string, changes: Partial<PendingInvitation> = {}): PendingInvitation {
  return {
    name,
    codeIdHex: "00".repeat(16),
    proofKeyHex: "00".repeat(32),
    clientIdHex: "00".repeat(16),
    services: ["ssh"],
    addresses: [],
    createdAt: "2026-01-01T00:00:00.000Z",
    expiresAt: "2999-01-01T00:00:00.000Z",
    failedTries: 0,
    spentAt: null,
    revokedAt: null,
    ...changes,
  };
}

class World {
  readonly clock = new VirtualClock();
  readonly tasks = testTasks(this.clock);
  clients: () => readonly Client[] = () => [];
  invitations: readonly PendingInvitation[] = [];
  reads = 0;
  readonly listed = new ListedClients({
    clients: {
      list: () => {
        this.reads += 1;
        return Promise.resolve().then(this.clients);
      },
    },
    invitations: { list: () => Promise.resolve(this.invitations) },
    lastSessionOf: (idHex) => idHex === clientNamed("laptop").idHex ? ENDED : null,
    addressOf: ({ name }) => name === "laptop" ? "127.0.2.1" : null,
    tasks: this.tasks,
  });
}

Deno.test("those that have a key are listed, and the codes that are open, without any secret", async () => {
  const all = new World();
  all.clients = () => [
    clientNamed("laptop"),
    clientNamed("phone", { services: ["ssh"] }),
    clientNamed("gone", { revokedAt: "2026-01-02T00:00:00.000Z" }),
  ];
  all.invitations = [
    pending("tablet", { failedTries: 2 }),
    pending("tried", { failedTries: 5 }),
    pending("old", { expiresAt: "1960-01-01T00:00:00.000Z" }),
    pending("spent", { spentAt: "2026-01-02T00:00:00.000Z" }),
    pending("back", { revokedAt: "2026-01-02T00:00:00.000Z" }),
  ];
  await all.listed.look();
  const shown = all.listed.snapshot();
  const createdAt = "2026-01-01T00:00:00.000Z";
  assertEquals(shown.clients, [
    { name: "laptop", services: "all", createdAt, virtualAddress: "127.0.2.1", lastSession: ENDED },
    { name: "phone", services: ["ssh"], createdAt, virtualAddress: null, lastSession: null },
  ]);
  const expiresAt = "2999-01-01T00:00:00.000Z";
  const services = ["ssh"];
  assertEquals(shown.invitations, [
    { name: "tablet", services, createdAt, expiresAt, failedTries: 2, state: "open" },
    { name: "tried", services, createdAt, expiresAt, failedTries: 5, state: "triedTooOften" },
  ]);
  all.tasks.close();
});

Deno.test("who asks again and again has the files looked at twice a second at most", async () => {
  const world = new World();
  for (let n = 0; n < 100; n++) world.listed.snapshot();
  await settle();
  for (let n = 0; n < 100; n++) world.listed.snapshot();
  await settle();
  assertEquals(world.reads, 1);
  await world.clock.advance(500);
  world.listed.snapshot();
  await settle();
  assertEquals(world.reads, 2);
  world.tasks.close();
});

Deno.test("a list that cannot be read leaves the one before, and says so", async () => {
  const world = new World();
  world.clients = () => [clientNamed("laptop")];
  await world.listed.look();
  world.clients = () => {
    throw new ClientsFailed("Cannot read it: it is not JSON");
  };
  await world.listed.look();
  const { clients, clientsFailure } = world.listed.snapshot();
  assertEquals([clients.length, clientsFailure], [1, "Cannot read it: it is not JSON"]);
  world.tasks.close();
});
