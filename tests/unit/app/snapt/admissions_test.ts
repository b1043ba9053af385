import { admissionOf } from "../../../../lib/app/snapt/admission_of.ts";
import { Admissions } from "../../../../lib/app/snapt/admissions.ts";
import { ClientsFailed, ClientsStore } from "../../../../lib/config/clients_store.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { clientNamed } from "../../config/kit/client_named.ts";

const CONFIG = parseSnaptConfig("services: { ssh: { to: 127.0.0.1:22 } }", "snapt.yaml");
const LAPTOP = clientNamed("laptop");

/** A SNAPT that has invited the laptop. */
class Invited {
  readonly log = new TestLog();
  readonly file: string;

  constructor(folder: string) {
    this.file = `${folder}/snapt.clients.json`;
  }

  async open(): Promise<Admissions> {
    return await Admissions.open({
      store: new ClientsStore(this.file),
      admissionOf: (client) => admissionOf(client, CONFIG, null),
      log: this.log,
    });
  }

  /** Writes the list as somebody with an editor does. */
  async write(...clients: readonly unknown[]): Promise<void> {
    await Deno.writeTextFile(this.file, JSON.stringify({ version: 1, clients }));
  }
}

async function invited(test: (admissions: Admissions, world: Invited) => Promise<void>) {
  await inFolder(async (folder) => {
    const world = new Invited(folder);
    await world.write(LAPTOP);
    await test(await world.open(), world);
  });
}

async function verdict(admissions: Admissions): Promise<string> {
  const admission = await admissions.admit(LAPTOP.idHex);
  return admission.kind === "refused" ? admission.code : admission.kind;
}

Deno.test("what another program or an editor changes holds at the next question", () =>
  invited(async (admissions, world) => {
    assertEquals(await verdict(admissions), "known");
    await new ClientsStore(world.file).revoke("laptop");
    assertEquals(await verdict(admissions), "revoked");
    await world.write(LAPTOP);
    assertEquals(await verdict(admissions), "known");
    await world.write();
    assertEquals(await verdict(admissions), "unknownId");
  }));

for (
  const [what, damage] of [
    ["half written", (file: string) => Deno.writeTextFile(file, '{"clients": [{"keyHex": "5e5e')],
    ["emptied for the moment of a change", (file: string) => Deno.writeTextFile(file, "")],
    ["gone", (file: string) => Deno.remove(file)],
  ] as const
) {
  Deno.test(`a list that is ${what} leaves the last one in force, and that is said once`, () =>
    invited(async (admissions, world) => {
      await damage(world.file);
      for (let times = 0; times < 3; times++) assertEquals(await verdict(admissions), "known");
      assertEquals(world.log.of("warn").length, 1);
      assert(world.log.lines[0]?.includes("clients-unreadable"), world.log.lines.join("\n"));
      assert(!world.log.lines.join().includes("5e5e"), "a key is shown");
      await world.write({ ...LAPTOP, revokedAt: "2026-01-02T00:00:00.000Z" });
      assertEquals(await verdict(admissions), "revoked");
      assertEquals(world.log.of("info").length, 1);
    }));
}

Deno.test("SNAPT without any list has invited nobody, and says nothing of it", () =>
  inFolder(async (folder) => {
    const world = new Invited(folder);
    const admissions = await world.open();
    assertEquals([await verdict(admissions), world.log.lines], ["unknownId", []]);
    await world.write(LAPTOP);
    assertEquals(await verdict(admissions), "known");
  }));

Deno.test("a list that cannot be read at the start is an error", () =>
  inFolder(async (folder) => {
    const world = new Invited(folder);
    await Deno.writeTextFile(world.file, "damaged");
    await assertRejects(() => world.open(), ClientsFailed);
  }));

Deno.test("an unchanged line of the list is the same admission each time", () =>
  invited(async (admissions) => {
    const first = await admissions.admit(LAPTOP.idHex);
    assert(first === await admissions.admit(LAPTOP.idHex));
  }));

Deno.test("the list is looked at each second until the tasks end", () =>
  invited(async (admissions, world) => {
    const clock = new VirtualClock();
    const tasks = testTasks(clock, world.log);
    const seen: string[] = [];
    let wake = () => {};
    admissions.watch(tasks, () => {
      seen.push(admissions.judge(LAPTOP.idHex).kind);
      wake();
    });
    const second = async () => {
      const looked = new Promise<void>((resolve) => wake = resolve);
      await clock.advance(1_000);
      await looked;
    };
    await second();
    await world.write();
    await second();
    assertEquals(seen, ["known", "refused"]);
    tasks.close();
    await clock.advance(5_000);
    assertEquals([seen.length, clock.pending], [2, 0]);
  }));
