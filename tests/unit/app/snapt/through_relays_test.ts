import { ThroughRelays } from "../../../../lib/app/snapt/through_relays.ts";
import { createIdentity } from "../../../../lib/config/identity.ts";
import { derOf } from "../../../../lib/config/pem.ts";
import { RelayKeys } from "../../../../lib/config/relay_keys.ts";
import type { ByteListener } from "../../../../lib/net/listen.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const IDENTITY = await createIdentity();

class World implements Disposable {
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(new VirtualClock(), this.log);
  readonly keys: RelayKeys;
  readonly served: ByteListener[] = [];
  readonly relays: ThroughRelays;

  constructor(folder: string) {
    this.keys = new RelayKeys(`${folder}/snapt.relays.json`);
    this.relays = new ThroughRelays({
      datagrams: () => null,
      keysFile: `${folder}/snapt.relays.json`,
      identity: IDENTITY,
      serve: (listener) => this.served.push(listener),
      dial: () => new Promise(() => {}),
      tasks: this.tasks,
      log: this.log,
    });
  }

  async putKey(name: string, digit: string): Promise<void> {
    await this.keys.put({
      name,
      certificateHex: derOf(IDENTITY.certificatePem).toHex(),
      idHex: digit.repeat(32),
      keyHex: digit.repeat(64),
    });
  }

  /** Those that were given up. */
  get left(): readonly string[] {
    return this.log.of("info").filter((line) => line.includes("relay-left"));
  }

  [Symbol.dispose](): void {
    this.tasks.close();
  }
}

const at = (port: number) => ({ host: "relay.example.org", port });

Deno.test("a relay without a key is shown with what to do, and used when there is one", () =>
  inFolder(async (folder) => {
    using world = new World(folder);
    await world.relays.use(new Map([["vps", at(7)]]));
    const [shown] = world.relays.snapshot();
    assertEquals([shown?.name, shown?.address, shown?.state], [
      "vps",
      "relay.example.org:7",
      "absent",
    ]);
    assert(shown?.why?.reason.includes("no key") && shown.why.remedy.includes("snapt through"));
    assertEquals(world.served.length, 0);
    await world.putKey("vps", "1");
    await world.relays.use(new Map([["vps", at(7)]]));
    assertEquals([world.served.length, world.relays.snapshot()[0]?.why], [1, null]);
  }));

Deno.test("only a relay with another address or key is begun anew, and one that is gone is left", () =>
  inFolder(async (folder) => {
    using world = new World(folder);
    for (const name of ["same", "moved", "rekeyed", "gone"]) await world.putKey(name, "1");
    const first = ["same", "moved", "rekeyed", "gone"].map((name) => [name, at(7)] as const);
    await world.relays.use(new Map(first));
    const [same, ...others] = [...world.served];
    await world.putKey("rekeyed", "2");
    await world.relays.use(new Map([["rekeyed", at(7)], ["same", at(7)], ["moved", at(8)]]));
    await settle();
    assertEquals(world.served.length, 6);
    assertEquals(world.left.length, 3);
    for (const listener of others) assertEquals(await listener.accept(), null);
    const ended = await Promise.race([same?.accept(), Promise.resolve("still open")]);
    assertEquals(ended, "still open");
    assertEquals(world.relays.snapshot().map(({ name }) => name), ["rekeyed", "same", "moved"]);
  }));
