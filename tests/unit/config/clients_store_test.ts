import { ClientsFailed, ClientsStore } from "../../../lib/config/clients_store.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { clientNamed } from "./kit/client_named.ts";
import { inFolder } from "../../temporary_folder.ts";

const PROGRAM = new URL("./kit/clients_program.ts", import.meta.url);

function program(...args: readonly string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=test", PROGRAM.href, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  });
}

async function inStore(test: (store: ClientsStore, path: string) => Promise<void>) {
  await inFolder((folder) => {
    const path = `${folder}/snapt.clients.json`;
    return test(new ClientsStore(path), path);
  });
}

Deno.test("a store without a file has no clients and makes no file by being asked", () =>
  inStore(async (store, path) => {
    assertEquals(await store.list(), []);
    assertEquals(await store.find("00".repeat(16)), null);
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  }));

Deno.test("a client is the same after it was added, for this store and another", () =>
  inStore(async (store, path) => {
    const client = clientNamed("laptop", { services: ["ssh", "db"] });
    await store.add(client);
    assertEquals(await store.find(client.idHex), client);
    assertEquals(await new ClientsStore(path).list(), [client]);
    if (Deno.build.os !== "windows") {
      const { mode } = await Deno.stat(path);
      assertEquals((mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("a name is taken until it is revoked, and revoking needs one that is not", () =>
  inStore(async (store) => {
    await store.add(clientNamed("laptop"));
    await assertRejects(
      () => store.add(clientNamed("laptop")),
      ClientsFailed,
      "snapt revoke laptop",
    );
    const revoked = await store.revoke("laptop");
    assert(revoked.name === "laptop");
    assert((await store.find(revoked.idHex))?.revokedAt !== null);
    await assertRejects(() => store.revoke("laptop"), ClientsFailed, "`snapt list`");
    await store.add(clientNamed("laptop", { idHex: "aa".repeat(16) }));
    assertEquals((await store.list()).length, 2);
  }));

Deno.test("what is removed is forgotten, revoked or not, and its name is free again", () =>
  inStore(async (store) => {
    await store.add(clientNamed("laptop"));
    await store.revoke("laptop");
    await store.add(clientNamed("laptop", { idHex: "aa".repeat(16) }));
    await store.add(clientNamed("desktop", { idHex: "bb".repeat(16) }));
    await store.remove("laptop");
    assertEquals((await store.list()).map(({ name }) => name), ["desktop"]);
    await assertRejects(() => store.remove("laptop"), ClientsFailed, "`snapt list`");
    await store.add(clientNamed("laptop"));
  }));

Deno.test("a change by another program is seen at the next look", () =>
  inStore(async (store, path) => {
    await store.add(clientNamed("laptop"));
    await new ClientsStore(path).add(clientNamed("desktop"));
    assertEquals((await store.list()).map(({ name }) => name), ["laptop", "desktop"]);
    await new ClientsStore(path).revoke("laptop");
    assert((await store.list())[0]?.revokedAt !== null);
    await Deno.remove(path);
    assertEquals(await store.list(), []);
  }));

Deno.test("two programs that add at once lose nothing of each other", () =>
  inStore(async (store, path) => {
    const ended = await Promise.all(
      ["a", "b"].map((prefix) => program("add", path, prefix, "25").output()),
    );
    assertEquals(ended.map(({ code }) => code), [0, 0]);
    const names = (await store.list()).map(({ name }) => name);
    assertEquals([names.length, new Set(names).size], [50, 50]);
  }));

Deno.test("many changes at once in one program lose nothing", () =>
  inStore(async (store) => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.add(clientNamed(`c${i}`))));
    assertEquals((await store.list()).length, 20);
  }));

Deno.test("a program that is killed while it holds the lock leaves none", () =>
  inStore(async (store, path) => {
    await using child = program("hold", path).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    const adding = store.add(clientNamed("laptop"));
    child.kill("SIGKILL");
    await adding;
    assertEquals((await store.list()).length, 1);
    await reader.cancel();
  }));

for (
  const [what, content] of [
    ["empty", ""],
    ["cut off", '{"version":1,"clients":[{"name":"laptop","keyHex":"5e5e5e5e5e'],
    ["no object", "[]"],
    ["without clients", "{}"],
    ["with a client that is none", '{"clients":[null]}'],
    ["without a key", JSON.stringify({ clients: [{ ...clientNamed("a"), keyHex: undefined }] })],
    ["with half a key", JSON.stringify({ clients: [clientNamed("a", { keyHex: "5e5e" })] })],
    ["with half an ID", JSON.stringify({ clients: [clientNamed("a", { idHex: "5e5e" })] })],
    ["without services", JSON.stringify({ clients: [{ ...clientNamed("a"), services: 1 }] })],
    ["with odd services", JSON.stringify({ clients: [{ ...clientNamed("a"), services: [1] }] })],
  ] as const
) {
  Deno.test(`a file that is ${what} is an error that names it, quotes no key, and stays`, () =>
    inStore(async (store, path) => {
      await Deno.writeTextFile(path, content);
      const { message } = await assertRejects(() => store.list(), ClientsFailed, path);
      assert(!message.includes("5e5e"), message);
      await assertRejects(() => store.add(clientNamed("other")), ClientsFailed, path);
      assertEquals(await Deno.readTextFile(path), content);
    }));
}

Deno.test("after an error the file is read again when it was mended", () =>
  inStore(async (store, path) => {
    await Deno.writeTextFile(path, "damaged");
    await assertRejects(() => store.list(), ClientsFailed);
    await assertRejects(() => store.list(), ClientsFailed);
    await Deno.writeTextFile(path, JSON.stringify({ clients: [clientNamed("laptop")] }));
    assertEquals((await store.list()).length, 1);
  }));

Deno.test("a folder that cannot be made is an error that says where", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const store = new ClientsStore(`${folder}/file/snapt.clients.json`);
    await assertRejects(() => store.add(clientNamed("laptop")), ClientsFailed, `${folder}/file`);
  }));

Deno.test("a SNAPT of a relay gets another limit, and one that is not there is said", () =>
  inStore(async (store) => {
    await store.add(clientNamed("homepc"));
    await store.limit("homepc", { monthBytes: 5 });
    assertEquals((await store.list())[0]?.monthBytes, 5);
    await store.limit("homepc", { monthBytes: null });
    assertEquals((await store.list())[0]?.monthBytes, null);
    await assertRejects(() => store.limit("tablet", { monthBytes: 5 }), ClientsFailed, "tablet");
  }));
