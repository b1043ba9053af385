import { admissionOf } from "../../../../lib/app/snapt/admission_of.ts";
import { Admissions } from "../../../../lib/app/snapt/admissions.ts";
import { Revocations } from "../../../../lib/app/snapt/revocations.ts";
import { ClientsStore } from "../../../../lib/config/clients_store.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import type { SnaptServer } from "../../../../lib/relay/server/snapt_server.ts";
import { assertEquals } from "../../../assert.ts";
import { inFolder } from "../../../temporary_folder.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { clientNamed } from "../../config/kit/client_named.ts";

const CONFIG = parseSnaptConfig("services: { ssh: { to: 127.0.0.1:22 } }", "snapt.yaml");
const LAPTOP = clientNamed("laptop");

/** A server with a session of the laptop, as far as reviews go. */
class Sessions implements Pick<SnaptServer, "review"> {
  names = ["laptop"];
  reviewed = () => {};

  review(judge: Parameters<SnaptServer["review"]>[0]): readonly string[] {
    const ended = judge(LAPTOP.idHex).kind === "refused" ? this.names : [];
    if (ended.length > 0) this.names = [];
    this.reviewed();
    return ended;
  }
}

async function withSessions(
  test: (revocations: Revocations, store: ClientsStore, sessions: Sessions) => Promise<void>,
) {
  await inFolder(async (folder) => {
    const store = new ClientsStore(`${folder}/snapt.clients.json`);
    await store.add(LAPTOP);
    const admissions = await Admissions.open({
      store: new ClientsStore(`${folder}/snapt.clients.json`),
      admissionOf: (client) => admissionOf(client, CONFIG, null),
      log: new TestLog(),
    });
    const sessions = new Sessions();
    await test(new Revocations(admissions, sessions), store, sessions);
  });
}

Deno.test("who asks after a revocation hears once that the session was ended", () =>
  withSessions(async (revocations, store) => {
    assertEquals(await revocations.hasEnded("laptop"), false);
    await store.revoke("laptop");
    assertEquals(await revocations.hasEnded("desktop"), false);
    assertEquals(await revocations.hasEnded("laptop"), true);
    assertEquals(await revocations.hasEnded("laptop"), false);
  }));

Deno.test("a revocation that nobody tells SNAPT of ends the session at the next look", () =>
  withSessions(async (revocations, store, sessions) => {
    const clock = new VirtualClock();
    const tasks = testTasks(clock);
    revocations.watch(tasks);
    await store.revoke("laptop");
    const reviewed = new Promise<void>((resolve) => sessions.reviewed = resolve);
    await clock.advance(1_000);
    await reviewed;
    assertEquals([sessions.names, await revocations.hasEnded("laptop")], [[], true]);
    tasks.close();
  }));
