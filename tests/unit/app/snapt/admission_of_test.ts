import { admissionOf } from "../../../../lib/app/snapt/admission_of.ts";
import { type Client, ClientsStore } from "../../../../lib/config/clients_store.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";

const CONFIG = parseSnaptConfig(
  `
services:
  ssh: { to: 127.0.0.1:22 }
  dns: { to: 127.0.0.1:53, protocol: udp }
destinations: ["10.0.0.0/8:*"]
clients:
  laptop: { destinations: ["192.168.7.0/24:22"] }
`,
  "snapt.yaml",
);

const LAPTOP: Client = {
  name: "laptop",
  idHex: "01".repeat(16),
  keyHex: "02".repeat(32),
  services: ["ssh"],
  createdAt: "2026-01-01T00:00:00.000Z",
  revokedAt: null,
};

async function withClients(test: (store: ClientsStore, file: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const file = `${folder}/snapt.clients.json`;
    await test(new ClientsStore(file), file);
  });
}

Deno.test("a CNAPT that was invited gets its services and destinations, and no more", () =>
  withClients(async (clients) => {
    await clients.add(LAPTOP);
    const admission = await admissionOf({ clients, config: CONFIG, addresses: null }, LAPTOP.idHex);
    assert(admission.kind === "known");
    const { name, services, destinations, datagrams } = admission.client;
    assertEquals([name, services.map((service) => service.name)], ["laptop", ["ssh"]]);
    assertEquals([destinations.length, datagrams], [2, []]);
  }));

Deno.test("a CNAPT that was invited to everything gets the UDP services too", () =>
  withClients(async (clients) => {
    await clients.add({ ...LAPTOP, services: "all" });
    const admission = await admissionOf({ clients, config: CONFIG, addresses: null }, LAPTOP.idHex);
    assert(admission.kind === "known");
    assertEquals(admission.client.datagrams.map(({ name }) => name), ["dns"]);
  }));

Deno.test("a CNAPT that is unknown or revoked is refused with a sentence", () =>
  withClients(async (clients) => {
    const invitations = { clients, config: CONFIG, addresses: null };
    const unknown = await admissionOf(invitations, LAPTOP.idHex);
    assert(unknown.kind === "refused");
    assertEquals(unknown.code, "unknownId");
    await clients.add(LAPTOP);
    await clients.revoke("laptop");
    const revoked = await admissionOf(invitations, LAPTOP.idHex);
    assert(revoked.kind === "refused");
    assertEquals([revoked.code, revoked.sentence], ["revoked", "laptop was revoked at SNAPT"]);
  }));

Deno.test("a file that cannot be read costs the link, and not SNAPT", () =>
  withClients(async (clients, file) => {
    await Deno.writeTextFile(file, "{ no JSON");
    await assertRejects(
      () => admissionOf({ clients, config: CONFIG, addresses: null }, LAPTOP.idHex),
      ConnFailed,
    );
  }));
