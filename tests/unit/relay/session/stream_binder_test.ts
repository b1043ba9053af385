import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import type { Bound } from "../../../../lib/core/wire/message.ts";
import type { StreamRecord } from "../../../../lib/core/stream/stream_record.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import {
  type BinderHost,
  type LinkRequest,
  StreamBinder,
} from "../../../../lib/relay/session/stream_binder.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { settle } from "../../../virtual_clock.ts";
import { LinkWorld } from "../link/kit/link_world.ts";
import { streamRecord } from "./kit/stream_record.ts";

const BOUND: Bound = { kind: "bound", stream: 1, epoch: 0, binding: 1, from: 0, received: 0 };

/** Gives each request a link at once, and notes what becomes of it. */
class Host implements BinderHost {
  readonly world = new LinkWorld("a");
  readonly stream: StreamRecord = streamRecord(1);
  readonly log: string[] = [];
  readonly far: MemoryConn[] = [];
  readonly binder = new StreamBinder(this, this.world.session, this.world.log);
  isThere = true;

  /** The stream needs another link. */
  rebind(): void {
    this.stream.link = { kind: "requested", since: 0, previous: null };
    this.stream.binding += 1;
    const { binding } = this.stream;
    this.binder.request({ kind: "requestLink", stream: 1, binding, provider: "a" });
  }

  streamOf(): StreamRecord | null {
    return this.isThere ? this.stream : null;
  }
  sourceOf() {
    return {
      request: (provider: string, take: (link: Link) => void) => {
        const [near, far] = MemoryConn.pair();
        this.far.push(far);
        take(new Link(near, provider, this.world.site));
      },
    };
  }
  linkReady({ binding }: LinkRequest): void {
    this.log.push(`ready ${binding}`);
  }
  bound(_stream: number, link: Link): void {
    this.log.push("bound");
    link.close();
  }
  broken(_stream: number, link: Link): void {
    this.log.push("broken");
    link.close();
  }
}

Deno.test("a stream gets its link in the same turn, and BOUND on it is told", async () => {
  const host = new Host();
  host.rebind();
  assertEquals(host.log, ["ready 1"]);
  await host.far[0]?.write(encodeMessage(BOUND));
  await settle();
  assertEquals(host.log, ["ready 1", "bound"]);
});

Deno.test("a link that ends, or on which SNAPT says something else, is broken", async () => {
  const host = new Host();
  for (let count = 0; count < 3; count++) host.rebind();
  host.far[0]?.close();
  await host.far[1]?.write(encodeMessage({ kind: "okToRedirection", epoch: 1 }));
  await host.far[2]?.write(new Uint8Array(16).fill(255));
  await settle();
  assertEquals(host.log.filter((line) => line === "broken").length, 3);
  assertEquals(host.world.faults, []);
  const [line = "", ...none] = host.world.log.of("warn");
  assertEquals([line.includes("protocol-violation"), none], [true, []]);
});

Deno.test("a stream whose links end at once is bound four times a second, not in a loop", async () => {
  const host = new Host();
  host.broken = (_stream, link) => {
    link.close();
    host.rebind();
  };
  const close = () => host.far.splice(0).forEach((conn) => conn.close());
  const timer = host.world.site.every(10, close);
  host.rebind();
  await host.world.clock.advance(10_000);
  timer.cancel();
  const { length } = host.log.filter((line) => line.startsWith("ready"));
  assertEquals(length >= 38 && length <= 44, true, `${length} links in 10 s`);
});

Deno.test("after its pause a stream that is gone, or was bound anew, gets no link", async () => {
  for (const change of ["gone", "boundAnew"] as const) {
    const host = new Host();
    for (let count = 0; count < 4; count++) host.rebind();
    assertEquals(host.log.length, 3);
    if (change === "gone") host.isThere = false;
    else host.stream.binding += 1;
    await host.world.clock.advance(1_000);
    assertEquals(host.log.length, 3);
  }
});

Deno.test("the request of a stream that is gone, or was asked for anew, is wanted no longer", () => {
  const host = new Host();
  const wanted: (() => boolean)[] = [];
  const binder = new StreamBinder(
    {
      ...{ linkReady: () => {}, bound: () => {}, broken: () => {} },
      streamOf: () => host.streamOf(),
      sourceOf: () => ({
        request: (_provider, _take, isWanted = () => true) => wanted.push(isWanted),
      }),
    },
    host.world.site,
    host.world.log,
  );
  host.stream.link = { kind: "requested", since: 0, previous: null };
  for (const binding of [1, 2]) {
    host.stream.binding = binding;
    binder.request({ kind: "requestLink", stream: 1, binding, provider: "a" });
  }
  assertEquals(wanted.map((isWanted) => isWanted()), [false, true]);
  host.isThere = false;
  assertEquals(wanted.map((isWanted) => isWanted()), [false, false]);
});
