import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { ClientOpenings } from "../../../../lib/relay/session/client_openings.ts";
import type { OpeningWaiter } from "../../../../lib/relay/stream/opening_waiter.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { TestLog } from "../../../test_log.ts";

function made(room = 1) {
  const log = new TestLog();
  const said: string[] = [];
  const applications: Promise<ByteConn | null>[] = [];
  const watched: number[] = [];
  const departed = {
    watch: (stream: number) => {
      watched.push(stream);
    },
  };
  const openings = new ClientOpenings(
    {
      openStream: (_opening, applicationOf) => {
        if (applications.length >= room) return false;
        applications.push(applicationOf(applications.length));
        return true;
      },
      applicationFailed: (stream, code) => said.push(`failed ${stream} ${code}`),
      streamFault: (stream, what) => said.push(`fault ${stream} ${what}`),
    },
    departed,
    log,
  );
  return { log, said, watched, applications, openings };
}

function waiter(opened: () => Promise<ByteConn>, failures: string[] = []): OpeningWaiter {
  return { application: null, opened, failed: (code) => failures.push(code) };
}

Deno.test("whoever opens a stream is looked after until it has a link, a server that is called is not", () => {
  const { openings, watched } = made(3);
  const [, application] = MemoryConn.pair();
  openings.open(openingOf("ssh"), application);
  openings.openFor(openingOf("ssh"), {
    ...waiter(() => Promise.resolve(application)),
    application,
  });
  openings.relay(openingOf("ssh"), application);
  assertEquals(watched, [0, 1]);
});

Deno.test("an application is relayed, and reset when there are too many", async () => {
  const { openings, applications, log } = made();
  const [, first] = MemoryConn.pair();
  const [, second] = MemoryConn.pair();
  openings.open(openingOf("ssh"), first);
  openings.open(openingOf("ssh"), second);
  openings.announced(0);
  assertEquals([await applications[0], first.isOpen, second.isOpen], [first, true, false]);
  assert(log.of("warn")[0]?.includes("too many connections"));
});

Deno.test("who waits for an answer gives its application when there is one", async () => {
  const { openings, applications, said } = made();
  const [, application] = MemoryConn.pair();
  openings.openFor(openingOf("ssh"), waiter(() => Promise.resolve(application)));
  await openings.opened(0);
  assertEquals([await applications[0], said], [application, []]);
});

Deno.test("who waits hears the limit, a reset and the end of the session", async () => {
  const { openings, applications } = made(2);
  const failures: string[] = [];
  const one = waiter(() => Promise.reject(new TypeError("never asked")), failures);
  openings.openFor(openingOf("ssh"), one);
  openings.openFor(openingOf("ssh"), one);
  openings.openFor(openingOf("ssh"), one);
  openings.announced(1);
  openings.failed(0, "serviceUnreachable");
  openings.close();
  assertEquals(failures, ["limit", "serviceUnreachable", "sessionEnded"]);
  assertEquals(await Promise.all(applications), [null, null]);
});

Deno.test("an application that is gone fails its stream; a mistake of ours is told as one", async () => {
  const { openings, said } = made(2);
  const gone = new ConnFailed("reset", "Cannot write");
  openings.openFor(openingOf("ssh"), waiter(() => Promise.reject(gone)));
  openings.openFor(openingOf("ssh"), waiter(() => Promise.reject(new TypeError("planted"))));
  await openings.opened(0);
  await openings.opened(1);
  assertEquals(said, ["failed 0 application", "fault 1 opened"]);
});

Deno.test("an application whose stream fails before it has a link is reset", async () => {
  const { openings, applications } = made();
  const [, application] = MemoryConn.pair();
  openings.open(openingOf("ssh"), application);
  openings.failed(0, "connectTimedOut");
  assertEquals([await applications[0], application.isOpen], [null, false]);
  assertEquals(openings.takeUnserved(), []);
});

for (const how of ["by itself", "for a mistake"] as const) {
  Deno.test(`a session that ends ${how} leaves to the next one whom it has not announced`, async () => {
    const { openings, applications } = made(4);
    const failures: string[] = [];
    const opening = openingOf("ssh");
    const [, served] = MemoryConn.pair();
    const [, application] = MemoryConn.pair();
    for (const one of [served, application]) openings.open(opening, one);
    const never = () => Promise.reject(new TypeError("never asked"));
    const told = waiter(never, failures);
    const untold = waiter(never, failures);
    for (const one of [told, untold]) openings.openFor(opening, one);
    for (const stream of [0, 2]) openings.announced(stream);
    if (how === "by itself") {
      const heard = [0, 1, 2, 3].map((stream) => openings.failed(stream, "sessionEnded"));
      assertEquals(heard, ["reset", "nothing", "reset", "nothing"]);
    }
    openings.close();
    assertEquals(openings.takeUnserved(), [
      { kind: "relayed", opening, application },
      { kind: "waiting", opening, waiter: untold },
    ]);
    assertEquals([openings.takeUnserved(), failures], [[], ["sessionEnded"]]);
    assertEquals(await Promise.all(applications), [served, null, null, null]);
    assert(application.isOpen);
  });
}
