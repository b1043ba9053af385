import { VirtualAddresses } from "../../../../lib/app/snapt/virtual_addresses.ts";
import { Log } from "../../../../lib/app/program/log.ts";
import { AddressBook } from "../../../../lib/config/address_book.ts";
import { parseSourceRange } from "../../../../lib/core/access/source_list.ts";
import { NoVirtualAddress } from "../../../../lib/relay/access/client_service_policy.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";

const LAPTOP = { idHex: "01", name: "laptop" };
const TABLET = { idHex: "02", name: "tablet" };
const PHONE = { idHex: "03", name: "phone" };

async function withAddresses(
  pool: string,
  test: (open: (fixed?: Record<string, string>) => Promise<VirtualAddresses>) => Promise<void>,
  known: readonly string[] = ["01", "02", "03"],
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/snapt.addresses.json`;
  const open = async (fixed: Record<string, string> = {}) =>
    new VirtualAddresses({
      virtual: {
        addresses: [parseSourceRange(pool)],
        manage: false,
        interface: "lo",
        allow: null,
      },
      fixed: new Map(Object.entries(fixed)),
      book: await AddressBook.load(path),
      known: () => Promise.resolve(new Set(known)),
      log: Log.open({ level: "warn" }),
    });
  try {
    await test(open);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const isLinux = Deno.build.os === "linux";
if (!isLinux) console.log("SKIPPED: only Linux has all of 127.0.0.0/8");

Deno.test({
  name: "each CNAPT gets an address of its own, and keeps it across restarts",
  ignore: !isLinux,
  fn: () =>
    withAddresses("127.77.0.0/24", async (open) => {
      const before = await open();
      const [one, two] = await Promise.all([before.acquire(LAPTOP), before.acquire(TABLET)]);
      assertEquals([one, two], ["127.77.0.1", "127.77.0.2"]);
      assertEquals(await before.acquire(LAPTOP), one);
      const after = await open();
      assertEquals(await after.acquire(TABLET), two);
      assertEquals(await after.acquire(PHONE), "127.77.0.3");
    }),
});

Deno.test({
  name: "an address of the configuration is kept for its CNAPT",
  ignore: !isLinux,
  fn: () =>
    withAddresses("127.77.0.0/24", async (open) => {
      const addresses = await open({ tablet: "127.77.0.1" });
      assertEquals(await addresses.acquire(LAPTOP), "127.77.0.2");
      assertEquals(await addresses.acquire(TABLET), "127.77.0.1");
    }),
});

Deno.test({
  name: "the address of a CNAPT that was revoked goes to another one, and an empty pool is said",
  ignore: !isLinux,
  fn: () =>
    withAddresses("127.77.0.1", async (open) => {
      const addresses = await open();
      assertEquals(await addresses.acquire(LAPTOP), "127.77.0.1");
      assertEquals(await addresses.acquire(TABLET), "127.77.0.1");
      const error = await assertRejects(() => addresses.acquire(PHONE), NoVirtualAddress);
      assert(error.message.includes("no virtual address is free"));
    }, ["02", "03"]),
});

Deno.test("an address that is not on this machine is said with the command that adds it", () =>
  withAddresses("192.0.2.7", async (open) => {
    const error = await assertRejects(async () => (await open()).acquire(LAPTOP), NoVirtualAddress);
    assert(error.message.includes("192.0.2.7"), error.message);
    assert(/sudo|netsh/.test(error.message), error.message);
  }));
