import { Link } from "../../../../lib/relay/link/link.ts";
import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { dial } from "../../../../lib/net/dial.ts";
import { listenPlain } from "../../../../lib/net/listen.ts";
import { testTasks } from "../../../test_tasks.ts";
import { assert, assertEquals } from "../../../assert.ts";

openLibc(); // once and for good: not a leak of the test that is first to need it

Deno.test("a link that becomes the control link while its first frame is awaited reads it whole", async () => {
  const listener = listenPlain({ host: "127.0.0.1", port: 0 });
  const { signal } = new AbortController();
  const [near, far] = await Promise.all([
    dial({ host: "127.0.0.1", port: listener.port }, { kind: "any" }, { signal }),
    listener.accept(),
  ]);
  assert(far !== null);
  const link = new Link(near, "eth0", testTasks());
  const parked = link.firstMessage();
  link.useForControl();
  const frames = [{ kind: "okToRedirection", epoch: 7 }, { kind: "ping", token: 3 }] as const;
  for (const frame of frames) await far.write(encodeMessage(frame));
  assertEquals(await parked, frames[0]);
  assertEquals(await link.nextMessage(), frames[1]);
  link.close();
  far.close();
  listener.close();
});
