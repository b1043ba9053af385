import type { DialRequest } from "../../../../../lib/core/wire/client_service_messages.ts";
import type { ByteConn } from "../../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../../lib/net/conn_failed.ts";
import { type ByteListener, ListenFailed } from "../../../../../lib/net/listen.ts";
import { DirectLinks } from "../../../../../lib/relay/link/direct/direct_links.ts";
import type { Link } from "../../../../../lib/relay/link/link.ts";
import { authenticateCnapt } from "../../../../../lib/relay/link/link_auth.ts";
import { assertEquals, assertRejects } from "../../../../assert.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { settle } from "../../../../virtual_clock.ts";
import { ID, KEY, LinkWorld } from "../kit/link_world.ts";

/** A server socket without a network behind it. */
class Listener implements ByteListener {
  readonly port = 4_000;
  readonly address: string;
  #waiting: ((conn: ByteConn | null) => void) | null = null;
  isClosed = false;

  constructor(address: string) {
    this.address = address;
  }
  get name(): string {
    return `${this.address}:${this.port}`;
  }
  accept(): Promise<ByteConn | null> {
    if (this.isClosed) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting = resolve);
  }
  close(): void {
    this.isClosed = true;
    this.#waiting?.(null);
  }
  /** Somebody connects; returns the end of whoever it is. */
  connect(): MemoryConn {
    const [near, far] = MemoryConn.pair();
    this.#waiting?.(near);
    return far;
  }
}

function made(listen?: () => ByteListener) {
  const world = new LinkWorld("a", "b");
  const listeners: Listener[] = [];
  const asked: DialRequest[] = [];
  const links = new DirectLinks({
    settings: {
      services: new Set(["pager"]),
      certificate: new Uint8Array(0),
      listen: (_provider, host) => {
        if (listen !== undefined) return listen();
        const listener = new Listener(host);
        listeners.push(listener);
        return listener;
      },
    },
    credentials: { id: ID, key: KEY },
    providers: world.providers,
    supply: world.supply(),
    control: () => null,
    requestDial: (request) => asked.push(request),
    tasks: world.session,
    log: world.log,
  });
  const taken: Link[] = [];
  return { world, listeners, asked, links, taken, take: (link: Link) => taken.push(link) };
}

/** SNAPT comes and proves itself. */
async function snaptComes(listener: Listener | undefined): Promise<void> {
  const conn = listener?.connect();
  if (conn === undefined) throw new Error("Cannot connect: nobody listens");
  const known = { kind: "known", key: KEY, client: null } as const;
  await authenticateCnapt(conn, () => Promise.resolve(known), "snapt");
}

Deno.test("SNAPT is asked to dial, and the link that it dials is taken", async () => {
  const { world, listeners, asked, links, take, taken } = made();
  links.request("a", take);
  assertEquals(asked.map(({ host, port, count }) => [host, port, count]), [["a", 4_000, 1]]);
  await settle();
  await snaptComes(listeners[0]);
  await settle();
  assertEquals(taken.map((link) => link.provider), ["a"]);
  await world.clock.advance(10_000);
  assertEquals([taken.length, world.dials.length], [1, 0]);
  links.leaveAll();
  taken[0]?.close();
});

Deno.test("where SNAPT does not come in time, a link dialled from here is taken, and that is said", async () => {
  const { world, links, take, taken } = made();
  links.request("a", take);
  await world.clock.advance(1_999);
  assertEquals(taken, []);
  await world.clock.advance(1);
  assertEquals([taken.length, world.dialsOver("a")], [1, 1]);
  assertEquals(world.log.of("warn").length, 1);
  links.leaveAll();
  taken[0]?.close();
});

Deno.test("where SNAPT did not come, nobody waits for it again for a minute", async () => {
  const { world, asked, links, take, taken } = made();
  links.request("a", take);
  await world.clock.advance(2_000);
  links.request("a", take);
  await settle();
  assertEquals([asked.length, taken.length], [1, 2]);
  await world.clock.advance(60_000);
  links.request("a", take);
  assertEquals([asked.length, taken.length], [2, 2]);
  links.leaveAll();
  for (const link of taken) link.close();
});

Deno.test("who cannot prove itself gets no link, and says nothing about SNAPT", async () => {
  const { world, listeners, links, take, taken } = made();
  links.request("a", take);
  await settle();
  const stranger = listeners[0]?.connect();
  await stranger?.write(new TextEncoder().encode("GET / HTTP/1.1\r\n"));
  await settle();
  assertEquals([taken.length, world.faults.length], [0, 0]);
  await snaptComes(listeners[0]);
  await settle();
  assertEquals(taken.length, 1);
  links.leaveAll();
  taken[0]?.close();
});

Deno.test("who comes and says nothing is closed after a while", async () => {
  const { world, listeners, links } = made();
  links.request("a", () => {});
  await settle();
  const silent = listeners[0]?.connect();
  await world.clock.advance(8_000);
  await silent?.write(new Uint8Array(1)).then(() => {
    throw new Error("Cannot be: it is still open");
  }, () => {});
  links.leaveAll();
});

Deno.test("a port that cannot be opened has links dialled from here", async () => {
  const { world, links, take, taken } = made(() => {
    throw new ListenFailed("taken", "Cannot listen: the port is taken");
  });
  links.request("a", take);
  await settle();
  assertEquals([taken.length, world.log.of("warn").length, world.faults.length], [1, 1, 0]);
  taken[0]?.close();
});

Deno.test("a network that is left, or not the one in use, has no port and nobody waiting", async () => {
  const { world, listeners, links, take, taken } = made();
  links.request("a", take);
  links.request("b", take);
  links.use("b");
  assertEquals(listeners.map(({ isClosed }) => isClosed), [true, false]);
  links.leave("b");
  await world.clock.advance(10_000);
  assertEquals([taken.length, listeners.map(({ isClosed }) => isClosed)], [0, [true, true]]);
});

Deno.test("who connects and says nothing is closed with the session", async () => {
  const { world, listeners, links, take } = made();
  links.request("a", take);
  await settle();
  const silent = listeners[0]?.connect();
  await settle();
  world.session.close();
  links.leaveAll();
  await world.session.done();
  await assertRejects(async () => await silent?.readNext(), ConnFailed);
});

Deno.test("who comes when too many are proving themselves is reset, not closed: its handshake would keep it", async () => {
  const { world, listeners, links, take } = made();
  links.request("a", take);
  const come = async () => {
    await settle();
    return listeners[0]?.connect();
  };
  for (let i = 0; i < 64; i++) await come();
  const surplus = await come();
  await assertRejects(async () => await surplus?.readNext(), ConnFailed);
  world.session.close();
  links.leaveAll();
  await world.session.done();
});

Deno.test("who comes when the session has ended is reset, not closed: its handshake would keep it", async () => {
  const { world, listeners, links, take } = made();
  links.request("a", take);
  await settle();
  world.session.close();
  const late = listeners[0]?.connect();
  await settle();
  await assertRejects(async () => await late?.readNext(), ConnFailed);
  links.leaveAll();
  await world.session.done();
});
