import { OfferMemory } from "../../../lib/config/offer_memory.ts";
import { assert, assertEquals } from "../../assert.ts";

const DB = { site: "home", service: "db", protocol: "tcp" } as const;
const PLACE = { host: "127.0.0.2", port: 5_432 };

async function inFolder(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/cnapt.ports.json`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("what was remembered is there after a restart, and only its owner may read it", () =>
  inFolder(async (path) => {
    const failures: string[] = [];
    const before = await OfferMemory.load(path, (reason) => failures.push(reason));
    before.remember(DB, PLACE);
    before.remember({ ...DB, service: "web" }, { host: "::1", port: 80 });
    await before.saved();
    const after = await OfferMemory.load(path, (reason) => failures.push(reason));
    assertEquals(after.placeOf(DB), PLACE);
    assertEquals(after.placeOf({ ...DB, service: "web" }), { host: "::1", port: 80 });
    assertEquals(after.placeOf({ ...DB, site: "office" }), null);
    assertEquals(failures, []);
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
  }));

Deno.test("a place belongs to one service, of each protocol", () => {
  const memory = OfferMemory.passing();
  memory.remember(DB, PLACE);
  assertEquals(memory.isOfAnother(DB, PLACE), false);
  assertEquals(memory.isOfAnother({ ...DB, service: "db2" }, PLACE), true);
  assertEquals(memory.isOfAnother({ ...DB, service: "db2", protocol: "udp" }, PLACE), false);
});

for (
  const text of [
    "",
    "[]",
    "null",
    '{"version":2,"offers":{}}',
    '{"version":1}',
    '{"version":1,"offers":{"home/db/tcp":"nowhere"}}',
    '{"version":1,"offers":{"home/db/tcp":7}}',
    '{"version":1,"offers":{},"announced":7}',
    '{"version":1,"offers":{},"announced":{"home":{}}}',
    '{"version":1,"offers":{},"announced":{"home":[7]}}',
    '{"version":1,"offers":{},"announced":{"home":[{"name":"a b","port":1,"protocol":"tcp"}]}}',
    '{"version":1,"offers":{},"announced":{"home":[{"name":"db","port":1,"protocol":"x"}]}}',
    '{"version":1,"offers":{},"announced":{"home":[{"name":"db","port":-1,"protocol":"tcp"}]}}',
    '{"version":1,"offers":{},"announced":{"home":[{"name":"db","port":"1","protocol":"tcp"}]}}',
  ]
) {
  Deno.test(`a memory that says ${text || "nothing"} is told and found anew`, () =>
    inFolder(async (path) => {
      await Deno.writeTextFile(path, text);
      const failures: string[] = [];
      const memory = await OfferMemory.load(path, (reason) => failures.push(reason));
      assertEquals(failures.length, 1);
      assert(failures[0]?.startsWith(`Cannot read ${path}: `), failures[0]);
      memory.remember(DB, PLACE);
      await memory.saved();
      assertEquals((await OfferMemory.load(path, () => {})).placeOf(DB), PLACE);
    }));
}

Deno.test("a memory that cannot be written is told, and holds until the end", () =>
  inFolder(async (path) => {
    const failures: string[] = [];
    await Deno.writeTextFile(path, "a file where a folder is to be");
    const memory = await OfferMemory.load(`${path}/x.json`, (reason) => {
      failures.push(reason);
    });
    memory.remember(DB, PLACE);
    await memory.saved();
    assertEquals(memory.placeOf(DB), PLACE);
    assert(failures.at(-1)?.startsWith("Cannot write "), failures.join("\n"));
  }));

Deno.test("what was announced is there after a restart, for each site, as it was heard last", () =>
  inFolder(async (path) => {
    const fail = (reason: string) => assert(false, reason);
    const memory = await OfferMemory.load(path, fail);
    const [db, dns] = [
      { name: "db", port: 5_432, protocol: "tcp" },
      { name: "dns", port: 53, protocol: "udp" },
    ] as const;
    memory.rememberAnnounced("home", [db, dns]);
    memory.rememberAnnounced("office", [db]);
    memory.rememberAnnounced("home", [dns]);
    await memory.saved();
    const after = await OfferMemory.load(path, fail);
    assertEquals(after.announcedBy("home"), [dns]);
    assertEquals(after.announcedBy("office"), [db]);
    assertEquals(after.announcedBy("elsewhere"), []);
  }));

Deno.test("a site that is forgotten leaves its places to others, also after a restart", () =>
  inFolder(async (path) => {
    const before = await OfferMemory.load(path, () => {});
    before.remember(DB, PLACE);
    before.remember({ ...DB, site: "office" }, { host: "::1", port: 80 });
    before.rememberAnnounced("home", [{ name: "db", port: 5_432, protocol: "tcp" }]);
    before.forgetSite("home");
    await before.saved();
    const after = await OfferMemory.load(path, () => {});
    assertEquals([after.placeOf(DB), after.announcedBy("home")], [null, []]);
    assertEquals(after.isOfAnother({ ...DB, site: "new" }, PLACE), false);
    assertEquals(after.placeOf({ ...DB, site: "office" }), { host: "::1", port: 80 });
  }));

Deno.test("a memory that an older version has written is read", () =>
  inFolder(async (path) => {
    await Deno.writeTextFile(path, '{"version":1,"offers":{"home/db/tcp":"127.0.0.2:5432"}}');
    const memory = await OfferMemory.load(path, (reason) => assert(false, reason));
    assertEquals([memory.placeOf(DB), memory.announcedBy("home")], [PLACE, []]);
  }));

Deno.test("of thousands of sites the oldest are forgotten", () => {
  const memory = OfferMemory.passing();
  for (let i = 0; i < 1_000; i++) {
    memory.rememberAnnounced(`s${i}`, [{ name: "db", port: 1, protocol: "tcp" }]);
  }
  assertEquals([memory.announcedBy("s0").length, memory.announcedBy("s999").length], [0, 1]);
});

Deno.test("while the file is written, or waits, whatever is remembered is written once", () =>
  inFolder(async (path) => {
    let writes = 0;
    await Deno.writeTextFile(path, "a file where a folder is to be");
    const memory = await OfferMemory.load(`${path}/x.json`, (reason) => {
      if (reason.startsWith("Cannot write ")) writes += 1;
    });
    const many = (what: string) => {
      for (let i = 0; i < 64; i++) {
        memory.remember({ ...DB, service: `${what}${i}` }, { ...PLACE, port: 1 + i });
      }
      memory.rememberAnnounced("home", [{ name: what, port: 1, protocol: "tcp" }]);
    };
    many("a");
    many("b");
    await memory.saved();
    assertEquals(writes, 2);
    {
      using _held = memory.hold();
      many("c");
      await Promise.resolve();
      many("d");
    }
    await memory.saved();
    assertEquals(writes, 3);
    using _held = memory.hold();
    many("e");
    await memory.saved();
    assertEquals(writes, 4, "at the end nothing waits");
  }));
