import { noticeOfPath, UNKNOWN_PATH } from "../../../lib/core/notice/notice.ts";
import { NoticeBoard } from "../../../lib/relay/notice/notice_board.ts";
import { noticeEvents } from "../../../lib/status/notice_events.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testTasks } from "../../test_tasks.ts";
import { VirtualClock } from "../../virtual_clock.ts";

const SOURCE = { program: "cnapt", site: "home", client: null } as const;

class Listening {
  readonly clock = new VirtualClock();
  readonly board = new NoticeBoard([], testTasks(this.clock));
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(leftMs = Infinity) {
    this.reader = this.open(leftMs);
  }

  open(leftMs = Infinity): ReadableStreamDefaultReader<Uint8Array> {
    const endsAt = this.clock.date().getTime() + leftMs;
    const body = noticeEvents(this.board, this.clock, endsAt).body;
    assert(body !== null);
    return body.getReader();
  }
  publish(reason: string): void {
    this.board.publish(
      noticeOfPath(SOURCE, { event: "pathLost", changed: [], reason }, UNKNOWN_PATH, "now"),
    );
  }
  async read(): Promise<string | null> {
    const { value } = await this.reader.read();
    return value === undefined ? null : new TextDecoder().decode(value);
  }
}

Deno.test("a listener is greeted, and gets each notice as an event", async () => {
  const listening = new Listening();
  assertEquals(await listening.read(), ": notices follow\n\n");
  listening.publish("first");
  const event = await listening.read();
  assert(event?.startsWith("event: notice\ndata: {") && event.includes("first"), event ?? "");
  await listening.reader.cancel();
});

Deno.test("a listener without news hears each 15 s that CNAPT is still there", async () => {
  const listening = new Listening();
  await listening.read();
  const next = listening.read();
  await listening.clock.advance(15_000);
  assertEquals(await next, ": still here\n\n");
  await listening.reader.cancel();
});

Deno.test("a listener that does not read loses the oldest notices, and is told how many", async () => {
  const listening = new Listening();
  await listening.read();
  await listening.clock.advance(0);
  for (let index = 0; index < 20; index++) listening.publish(`notice ${index}`);
  const texts: string[] = [];
  for (let index = 0; index < 16; index++) texts.push(await listening.read() ?? "");
  assert(texts.some((text) => text.includes("older notices were left out")), texts.join("\n"));
  assert(texts.some((text) => text.includes("notice 19")));
  await listening.reader.cancel();
});

Deno.test("the stream ends with the board, and leaves no timer", async () => {
  const listening = new Listening();
  await listening.read();
  const next = listening.read();
  await listening.clock.advance(0);
  await listening.board.close();
  assertEquals(await next, null);
  assertEquals(listening.clock.pending, 0);
});

Deno.test("who listens with a pass is told no more when the time of the pass is over", async () => {
  const listening = new Listening(20_000);
  await listening.read();
  const [still, end] = [listening.read(), listening.read()];
  await listening.clock.advance(15_000);
  assertEquals(await still, ": still here\n\n");
  await listening.clock.advance(5_000);
  listening.publish("too late");
  assertEquals(await end, null);
  assertEquals(listening.board.snapshot().listeners, 0);
});
