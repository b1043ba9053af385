import { noticeOfPath, UNKNOWN_PATH } from "../../../../lib/core/notice/notice.ts";
import { NoticeBoard, type NoticeListener } from "../../../../lib/relay/notice/notice_board.ts";
import type { NoticeReceiver } from "../../../../lib/relay/notice/notice_queue.ts";
import { assertEquals } from "../../../assert.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

const NOTICE = noticeOfPath(
  { program: "cnapt", site: "home", client: null },
  { event: "pathLost", changed: [], reason: "there is no network" },
  UNKNOWN_PATH,
  "1970-01-01T00:00:00.000Z",
);

function boardWith(...receivers: readonly NoticeReceiver[]): NoticeBoard {
  return new NoticeBoard(receivers, testTasks(new VirtualClock()));
}

/** A listener, and what it has heard. */
function listener(): NoticeListener & { readonly heard: string[] } {
  const heard: string[] = [];
  return { heard, noticed: (text) => heard.push(text), ended: () => heard.push("end") };
}

Deno.test("a notice goes to each receiver and each listener, as JSON", async () => {
  const got: string[] = [];
  const deliver = (text: string) => {
    got.push(text);
    return Promise.resolve();
  };
  const board = boardWith({ name: "one", deliver }, { name: "other", deliver });
  const [a, b] = [listener(), listener()];
  board.listen(a);
  board.listen(b);
  board.publish(NOTICE);
  await settle();
  const text = JSON.stringify(NOTICE);
  assertEquals([got, a.heard, b.heard], [[text, text], [text], [text]]);
  const { published, listeners, receivers } = board.snapshot();
  assertEquals([published, listeners], [1, 2]);
  assertEquals(receivers.map(({ to, delivered }) => [to, delivered]), [["one", 1], ["other", 1]]);
  await board.close();
});

Deno.test("a receiver that is stuck keeps nobody else from being told", async () => {
  const got: string[] = [];
  const board = boardWith(
    { name: "stuck", deliver: () => new Promise(() => {}) },
    { name: "quick", deliver: (text) => Promise.resolve(void got.push(text)) },
  );
  board.publish(NOTICE);
  await settle();
  assertEquals(got.length, 1);
});

Deno.test("there are 32 listeners at most; one that leaves makes room, and hears no more", async () => {
  const board = boardWith();
  const all = Array.from({ length: 32 }, listener);
  assertEquals(all.map((one) => board.listen(one)).includes(false), false);
  const late = listener();
  assertEquals(board.listen(late), false);
  const [first = late] = all;
  board.leave(first);
  assertEquals(board.listen(late), true);
  board.publish(NOTICE);
  assertEquals([first.heard.length, late.heard.length], [0, 1]);
  await board.close();
});

Deno.test("a listener that leaves while a notice is told costs no other the notice", async () => {
  const board = boardWith();
  const other = listener();
  const leaving: NoticeListener = { noticed: () => board.leave(leaving), ended: () => {} };
  board.listen(leaving);
  board.listen(other);
  board.publish(NOTICE);
  assertEquals([other.heard.length, board.snapshot().listeners], [1, 1]);
  await board.close();
});

Deno.test("a board that is closed ends each listener once, and takes and tells nothing more", async () => {
  const got: string[] = [];
  const board = boardWith({ name: "x", deliver: (text) => Promise.resolve(void got.push(text)) });
  const one = listener();
  board.listen(one);
  await board.close();
  await board.close(); // the program does so on two ways
  assertEquals(one.heard, ["end"]);
  board.publish(NOTICE);
  await settle();
  assertEquals([board.listen(listener()), one.heard, got], [false, ["end"], []]);
  assertEquals([board.snapshot().published, board.snapshot().listeners], [0, 0]);
});
