import { pathsOf } from "../../lib/relay/server/session_path.ts";
import { TestLog } from "../test_log.ts";
import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
import { openNoticeBoard } from "../../lib/app/program/notice_receivers.ts";
import type { NotifyConfig } from "../../lib/config/notify_config.ts";
import { type Notice, noticeOfPath, reportOf, UNKNOWN_PATH } from "../../lib/core/notice/notice.ts";
import { CnaptNotices } from "../../lib/relay/notice/cnapt_notices.ts";
import type { NoticeBoard } from "../../lib/relay/notice/notice_board.ts";
import { SnaptNotices } from "../../lib/relay/notice/snapt_notices.ts";
import { noticeEvents } from "../../lib/status/notice_events.ts";
import { assert, assertEquals } from "../assert.ts";
import { OTHER_ID, parkLink } from "./kit/attacker.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import {
  echo,
  pattern,
  readExactly,
  ServerApplication,
  writeAll,
} from "./kit/server_application.ts";
import { UdpPeer } from "./kit/udp_peer.ts";

/** A pair that tells what happens to it, on both sides. */
class TellingPair implements AsyncDisposable {
  readonly cnapt: NoticeBoard;
  readonly snapt: NoticeBoard;
  readonly told: { readonly cnapt: Notice[]; readonly snapt: Notice[] } = { cnapt: [], snapt: [] };
  readonly tasks = TaskGroup.root(SYSTEM_CLOCK, new TestLog());
  readonly #server = echo();
  #pair: LoopbackPair | null = null;
  cnaptNotices: CnaptNotices | null = null;
  readonly snaptNotices: SnaptNotices;

  private constructor(notify: readonly NotifyConfig[]) {
    this.cnapt = openNoticeBoard(notify, this.tasks);
    this.snapt = openNoticeBoard(notify, this.tasks);
    this.snaptNotices = new SnaptNotices("home", this.tasks, (notice) => {
      this.told.snapt.push(notice);
      this.snapt.publish(notice);
    });
  }

  static async start(notify: readonly NotifyConfig[]): Promise<TellingPair> {
    const telling = new TellingPair(notify);
    const pair = await LoopbackPair.connected(telling.#server.port, {
      notices: telling.snaptNotices,
      switchEnded: (receipt) => telling.cnaptNotices?.switchEnded(receipt),
    });
    telling.#pair = pair;
    telling.cnaptNotices = new CnaptNotices(pair.site, {
      meteredOf: (key) => key === "b",
      publish: (notice) => {
        telling.told.cnapt.push(notice);
        telling.cnapt.publish(notice);
      },
      tasks: telling.tasks,
    });
    return telling;
  }

  get droppedReports(): number {
    return this.snaptNotices.droppedReports;
  }

  get pair(): LoopbackPair {
    if (this.#pair === null) throw new Error("Cannot use the pair: it has not started");
    return this.#pair;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pair[Symbol.asyncDispose]();
    await this.cnapt.close();
    await this.snapt.close();
    await this.#server[Symbol.asyncDispose]();
  }
}

Deno.test("both sides tell of a switch, with the same facts", async () => {
  await using telling = await TellingPair.start([]);
  const { pair, told } = telling;
  await pair.switchTo("b", "overlapped");
  await pair.eventually(() => told.snapt.length === 1, "SNAPT was told");
  const [here] = told.cnapt;
  const [there] = told.snapt;
  assertEquals([here?.event, here?.from, here?.provider], ["switched", "a", "b"]);
  assertEquals([here?.switchKind, here?.metered, here?.client], ["overlapped", true, null]);
  assertEquals([there?.program, there?.client, there?.site], ["snapt", "laptop", "home"]);
  assertEquals([there?.event, there?.from, there?.provider], ["switched", "a", "b"]);
  assertEquals([there?.switchKind, there?.metered], ["overlapped", true]);
  pair.loseProvider();
  await pair.eventually(() => told.snapt.length === 2, "SNAPT was told of the sudden one");
  assertEquals(told.snapt[1]?.switchKind, "sudden");
});

Deno.test("a CNAPT that reports without end is told of as often as it may, the rest is counted", async () => {
  await using telling = await TellingPair.start([]);
  const { pair, told } = telling;
  const source = { program: "cnapt", site: "home", client: null } as const;
  for (let i = 0; i < 200; i++) {
    const notice = noticeOfPath(
      source,
      { event: "pathChanged", changed: ["roundTrip"], reason: `${i}` },
      UNKNOWN_PATH,
      "",
    );
    pair.site.reportPath(reportOf(notice));
  }
  const isAll = () => told.snapt.length + telling.droppedReports === 200;
  await pair.eventually(isAll, "all reports came");
  assert(told.snapt.length >= 10 && told.snapt.length < 30, `${told.snapt.length} were told`);
});

Deno.test("SNAPT tells once that a CNAPT is not heard of any more", async () => {
  await using telling = await TellingPair.start([]);
  const { pair, told } = telling;
  telling.snaptNotices.start(() => pathsOf(pair.server.sessions));
  try {
    const link = await parkLink(pair, OTHER_ID);
    link.send({ kind: "connect", instance: "00".repeat(8), claim: "atOnce" });
    assertEquals((await link.firstMessage())?.kind, "ack");
    link.close();
    const states = () =>
      [...pair.server.sessions.values()].map(({ driver }) => driver.session.state);
    await pair.eventually(() => states().includes("detached"), "the session is detached");
    for (let looks = 0; looks < 5; looks++) telling.snaptNotices.look();
    assertEquals(told.snapt.map(({ event, client }) => [event, client]), [["pathLost", "laptop"]]);
  } finally {
    telling.snaptNotices.stop();
  }
});

Deno.test("what is told of a switch has the round trip of the new network, and its meter", async () => {
  await using telling = await TellingPair.start([]);
  const { pair, told } = telling;
  await pair.switchTo("b", "overlapped");
  await pair.eventually(() => {
    telling.cnaptNotices?.look();
    return told.snapt.some(({ event }) => event === "switched");
  }, "the switch is told");
  const [here] = told.cnapt;
  assertEquals([here?.event, here?.provider, here?.metered], ["switched", "b", true]);
  assert((here?.roundTripMs ?? -1) >= 0);
  assertEquals(told.snapt[0]?.roundTripMs, here?.roundTripMs);
});

Deno.test("a switch is told by POST, by a command and by a datagram", async () => {
  const posted: unknown[] = [];
  await using web = httpServer(async (request) => {
    posted.push(await request.json());
    return new Response("thanks");
  });
  const folder = await Deno.makeTempDir();
  await using udp = new UdpPeer();
  const file = `${folder}/notice`;
  await using telling = await TellingPair.start([
    { kind: "post", url: `http://127.0.0.1:${web.port}/x` },
    { kind: "command", argv: ["sh", "-c", 'cat > "$0.$$" && mv "$0.$$" "$0"', file] },
    { kind: "udp", to: { host: "127.0.0.1", port: udp.port } },
  ]);
  await telling.pair.switchTo("b", "strict");
  const isAll = (board: NoticeBoard) =>
    board.snapshot().receivers.every(({ delivered }) => delivered === 1);
  await telling.pair.eventually(() => isAll(telling.cnapt) && isAll(telling.snapt), "delivered");
  await udp.until(2);
  const notice: Notice = JSON.parse(await Deno.readTextFile(file));
  assertEquals([notice.version, notice.event, notice.provider], [1, "switched", "b"]);
  assertEquals(posted.length, 2);
  assertEquals(
    udp.got.every((text) => text.startsWith('{"schema":"notice/1","version":1,"event":"switched"')),
    true,
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("receivers that are slow, dead or lie hold up no switch and nobody else", async () => {
  const release = Promise.withResolvers<void>();
  const endless = (url: string) =>
    new Response(endlessBody(), { status: url.endsWith("ok") ? 200 : 500 });
  await using slow = httpServer(async () => {
    await release.promise;
    return new Response();
  });
  await using liar = httpServer((request) =>
    request.url.endsWith("elsewhere")
      ? new Response(null, { status: 307, headers: { location: "http://127.0.0.1:1/" } })
      : endless(request.url)
  );
  await using garbage = new ServerApplication(async (conn) => {
    await writeAll(conn, pattern(1_000));
  });
  const dead = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: deadPort } = dead.addr;
  dead.close();
  const post = (port: number, path = "") =>
    ({ kind: "post", url: `http://127.0.0.1:${port}/${path}` }) as const;
  await using udp = new UdpPeer();
  await using telling = await TellingPair.start([
    post(slow.port),
    post(deadPort),
    post(liar.port, "endless"),
    post(liar.port, "elsewhere"),
    post(garbage.port),
    { kind: "command", argv: ["/nonexistent/program"] },
    { kind: "command", argv: ["false"] },
    post(liar.port, "endless-but-ok"),
    { kind: "udp", to: { host: "127.0.0.1", port: udp.port } },
  ]);
  const { pair, cnapt } = telling;
  using conn = await pair.connect();
  for (let times = 0; times < 10; times++) {
    for (const to of ["b", "a"]) {
      assertEquals((await pair.switchTo(to, "overlapped")).outcome, "switched");
      await writeAll(conn, pattern(1_000));
      assertEquals(await readExactly(conn, 1_000), pattern(1_000));
    }
  }
  await pair.eventually(() => {
    const [stuck, ...others] = cnapt.snapshot().receivers;
    return stuck?.waiting === 16 && others.every(({ waiting }) => waiting === 0) &&
      others.every((one) => one.delivered + one.failed + one.dropped >= 20);
  }, "all but the slow one are through");
  const [stuck, ...others] = cnapt.snapshot().receivers;
  assertEquals([stuck?.delivered, stuck?.dropped], [0, 3]);
  assertEquals(others.map(({ delivered }) => delivered > 0), [
    ...[false, false, false, false, false, false],
    ...[true, true],
  ]);
  assert(others.slice(0, 6).every(({ lastFailure }) => lastFailure !== null));
  release.resolve();
});

Deno.test("a command that does not end is killed when the program stops", {
  ignore: Deno.build.os !== "linux", // it looks in /proc
}, async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/pid`;
  const argv = ["sh", "-c", 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 600', file];
  const board = openNoticeBoard(
    [{ kind: "command", argv }],
    TaskGroup.root(SYSTEM_CLOCK, new TestLog()),
  );
  {
    await using telling = await TellingPair.start([]);
    await telling.pair.switchTo("b", "overlapped");
    const [notice] = telling.told.cnapt;
    if (notice !== undefined) board.publish(notice);
    const isThere = () => Array.from(Deno.readDirSync(folder)).some(({ name }) => name === "pid");
    await telling.pair.eventually(isThere, "the command runs");
  }
  const pid = Number(await Deno.readTextFile(file));
  await board.close();
  assertEquals(await Deno.stat(`/proc/${pid}`).then(() => true, () => false), false);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("/events tells of a switch, and of those that were left out", async () => {
  await using telling = await TellingPair.start([]);
  const response = noticeEvents(telling.cnapt, SYSTEM_CLOCK);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = async () => (await reader?.read())?.value ?? "";
  assertEquals(await next(), ": notices follow\n\n");
  await telling.pair.switchTo("b", "overlapped");
  const [, json = ""] = /^event: notice\ndata: (.*)\n\n$/.exec(await next()) ?? [];
  const notice: Notice = JSON.parse(json);
  assertEquals([notice.event, notice.provider], ["switched", "b"]);
  for (let i = 0; i < 50; i++) telling.cnapt.publish({ ...notice, reason: `${i}` });
  let text = "";
  while (!text.includes('"reason":"49"')) text += await next();
  assert(/: \d+ older notices were left out/.test(text), text);
  await reader?.cancel();
  assertEquals(telling.cnapt.snapshot().listeners, 0);
});

Deno.test("so many listen to /events and no more, and all are let go at the end", async () => {
  const board = openNoticeBoard([], TaskGroup.root(SYSTEM_CLOCK, new TestLog()));
  const responses = Array.from({ length: 40 }, () => noticeEvents(board, SYSTEM_CLOCK));
  assertEquals(responses.filter(({ status }) => status === 200).length, 32);
  assertEquals(responses.filter(({ status }) => status === 503).length, 8);
  await board.close();
  for (const { body } of responses) for await (const _ of body ?? []);
  assertEquals(noticeEvents(board, SYSTEM_CLOCK).status, 503);
});

function httpServer(handler: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  return { port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** An answer that never ends. */
function endlessBody(): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
}
