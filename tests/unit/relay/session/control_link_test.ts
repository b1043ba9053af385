import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import type { Message } from "../../../../lib/core/wire/message.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { ControlLink } from "../../../../lib/relay/session/control_link.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

function made(received: (message: Message) => void = () => {}) {
  const log = new TestLog();
  const clock = new VirtualClock();
  const outside = TaskGroup.root(clock, log);
  const faults: unknown[] = [];
  const said: string[] = [];
  const control = new ControlLink({
    tasks: outside.child("session", (error) => faults.push(error)),
    outside,
    violated: (reason) => said.push(`violated: ${reason}`),
    received: (_link, message) => {
      said.push(message.kind);
      received(message);
    },
    lost: (link, reason) => said.push(`lost ${link.provider}: ${reason}`),
  });
  const open = (provider: string) => {
    const [near, far] = MemoryConn.pair();
    return { link: new Link(near, provider, outside), far: new Link(far, "", outside), conn: far };
  };
  return { log, clock, faults, said, control, open };
}

Deno.test("frames are read in order, and the end of the link is told", async () => {
  const { control, said, open } = made();
  const { link, far } = open("a");
  assertEquals(control.adopt(link), null);
  far.send({ kind: "ping", token: 1 });
  far.send({ kind: "pong", token: 1 });
  await settle();
  far.close();
  await settle();
  assertEquals(said, ["ping", "pong", "lost a: SNAPT or CNAPT closed the control link"]);
});

Deno.test("a link that is replaced is closed after what was put on it", async () => {
  const { control, open } = made();
  const [old, next] = [open("a"), open("b")];
  control.adopt(old.link);
  control.send({ kind: "ping", token: 7 });
  assertEquals(control.adopt(next.link), old.link);
  assertEquals(control.current, next.link);
  assertEquals((await old.far.nextMessage())?.kind, "ping");
  assertEquals(await old.far.nextMessage(), null);
});

Deno.test("a link that nothing gets through is closed all the same", async () => {
  const { control, clock, open } = made();
  const { link } = open("a");
  control.adopt(link);
  assertEquals(control.close(), link);
  assertEquals(control.close(), null);
  await clock.advance(300);
  assertEquals([link.isOpen, control.current], [false, null]);
});

Deno.test("a violation of the peer ends the link, and is told", async () => {
  const { control, said, faults, open } = made(() => {
    throw new ProtocolViolation("unexpected", "Cannot take ping: not now");
  });
  const { link, far } = open("a");
  control.adopt(link);
  far.send({ kind: "ping", token: 1 });
  await settle();
  assertEquals(said, [
    "ping",
    "violated: Cannot take ping: not now",
    "lost a: Cannot take ping: not now",
  ]);
  assertEquals(faults, []);
});

Deno.test("what is no frame is a violation too", async () => {
  const { control, said, open } = made();
  const { link, conn } = open("a");
  control.adopt(link);
  await conn.write(new Uint8Array(64).fill(0xff));
  await settle();
  assertEquals(said.map((line) => line.split(" ")[0]), ["violated:", "lost"]);
});

Deno.test("a mistake of ours with a frame reaches the session's group, and is no violation", async () => {
  const { control, log, said, faults, open } = made(() => {
    throw new TypeError("planted");
  });
  const { link, far } = open("a");
  control.adopt(link);
  far.send({ kind: "ping", token: 1 });
  await settle();
  assertEquals([said, faults], [["ping"], [new TypeError("planted")]]);
  assertEquals([log.of("warn"), log.of("error").length], [[], 1]);
});
