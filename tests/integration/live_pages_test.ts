import { openLibc } from "../../lib/net/libc.ts";
import { serveHttp } from "../../lib/net/http_server.ts";
import { LiveEventReader } from "../../lib/page/common/live_events.ts";
import { liveEvents } from "../../lib/status/live/live_events.ts";
import { LiveFeed } from "../../lib/status/live/live_feed.ts";
import { assert, assertEquals } from "../assert.ts";
import { eventually } from "../unit/relay/datagram/kit/eventually.ts";
import { VirtualClock } from "../virtual_clock.ts";

openLibc(); // it stays open, which no test is to be blamed for

/** More than a browser and all who look on ever open; as many at once as the endpoint lets in unasked. */
const PAGES = 300;
const AT_ONCE = 20;
const CHANGES = 20;
/** What the buffers of the system at both ends of a connection hold is a fraction of this. */
const FLOOD_BYTES = 32 * 1024 * 1024;
/** All are told of a change within this. */
const TOLD_MS = 900;
const NOTICE_BYTES = 64 * 1024;

/** A program that many pages look at over real sockets, whose seconds pass when a test says so. */
class Watched implements AsyncDisposable {
  readonly clock = new VirtualClock();
  n = 0;
  readonly feed = new LiveFeed({ document: () => ({ n: this.n }), run: "r", clock: this.clock });
  readonly server = serveHttp(
    { host: "127.0.0.1", port: 0 },
    ({ headers }) =>
      liveEvents(this.feed, {
        lastEventId: headers.get("last-event-id") ?? "",
        endsAt: Infinity,
      }),
  );

  async change(): Promise<void> {
    this.n += 1;
    await this.clock.advance(1_000);
    await this.clock.advance(TOLD_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.feed.close();
    await this.server.close();
  }
}

/** One page, and the events that it got, as `document 0` or `changes 3`. */
class Page implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #events = new LiveEventReader();
  readonly #decoder = new TextDecoder();
  readonly got: string[] = [];

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  static async open({ server }: Watched): Promise<Page> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    // HTTP/1.0: no chunks in between.
    await conn.write(new TextEncoder().encode("GET /live HTTP/1.0\r\nHost: x\r\n\r\n"));
    const page = new Page(conn);
    await page.until("document");
    return page;
  }

  /** Reads until the last event is this one; a part of it is enough. */
  async until(last: string): Promise<void> {
    await this.#readUntil(() => this.got.at(-1)?.startsWith(last) === true);
  }

  async untilCount(count: number): Promise<void> {
    await this.#readUntil(() => this.got.length >= count);
  }

  async #readUntil(isEnough: () => boolean): Promise<void> {
    const buffer = new Uint8Array(65_536);
    while (!isEnough()) {
      const count = await this.#conn.read(buffer);
      if (count === null) throw new Error(`the page ended at ${this.got.at(-1)}`);
      const text = this.#decoder.decode(buffer.subarray(0, count), { stream: true });
      const piece = text.replace(/^HTTP\/1\.1 200[^]*?\r\n\r\n/, "");
      for (const { type, data } of this.#events.read(piece)) {
        this.got.push(type === "notice" ? type : `${type} ${JSON.parse(data).n}`);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

Deno.test("hundreds of pages get every change once, and those that leave leave nothing", async () => {
  await using watched = new Watched();
  const pages: Page[] = [];
  while (pages.length < PAGES) {
    pages.push(...await Promise.all(Array.from({ length: AT_ONCE }, () => Page.open(watched))));
  }
  const reading = pages.map((page) => page.until(`changes ${CHANGES}`));
  for (let change = 0; change < CHANGES; change++) await watched.change();
  await Promise.all(reading);
  const expected = Array.from({ length: CHANGES }, (_, index) => `changes ${index + 1}`);
  for (const page of pages) assertEquals(page.got, ["document 0", ...expected]);
  for (const page of pages.splice(100)) page[Symbol.dispose]();
  await eventually(() => watched.feed.listeners === 100);
  for (const page of pages) page[Symbol.dispose]();
  await eventually(() => watched.feed.listeners === 0);
  assertEquals(watched.clock.pending, 0);
});

Deno.test("a page that does not read is skipped ahead to the whole document, and costs no other", async () => {
  await using watched = new Watched();
  using slow = await Page.open(watched);
  using quick = await Page.open(watched);
  const text = JSON.stringify({ text: "x".repeat(NOTICE_BYTES) });
  const count = FLOOD_BYTES / NOTICE_BYTES;
  for (let sent = 0; sent < count; sent++) {
    watched.feed.notice(text);
    await watched.clock.advance(4);
    await quick.untilCount(2 + sent); // the document and all notices
  }
  await watched.change();
  await quick.until("changes 1");
  assertEquals(quick.got.filter((event) => event.startsWith("document")).length, 1);
  await slow.until("document 1");
  assert(slow.got.length < count, `${slow.got.length} events of ${count}`);
});
