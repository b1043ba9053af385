import { createSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { type ByteListener, listenPlain } from "../../../lib/net/listen.ts";
import { monotonicMs } from "../../../lib/net/clock.ts";
import { descriptorLimit } from "../../../lib/net/descriptor_limit.ts";
import { findConnection, findConnectionTo, findListener } from "../../../lib/net/socket_table.ts";
import { assert, assertEquals } from "../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const libc = openLibc();
/** A descriptor that none of these connections has. */
const FAR = 100_000;
const ignore = libc.kind !== "available" || Deno.build.os !== "linux";
if (ignore) console.log("SKIPPED the tests of the socket table: they need Linux and FFI");

async function connectFrom(listener: ByteListener, localAddress: string, localPort?: number) {
  const host = listener.address.includes(":") ? "::1" : "127.0.0.1";
  const socket = connect({ host, port: listener.port, localAddress, localPort });
  await once(socket, "connect");
  const accepted = await listener.accept();
  assert(accepted !== null);
  return { socket, accepted };
}

/** What ends a socket: `end`, or the code of the error. */
async function endOf(socket: Socket): Promise<string> {
  socket.resume();
  return await new Promise((resolve) => {
    socket.once("end", () => resolve("end"));
    socket.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
  });
}

async function closeAll(sockets: readonly Socket[], conns: readonly ByteConn[]): Promise<void> {
  for (const conn of conns) conn.close();
  for (const socket of sockets) {
    if (socket.closed) continue;
    const closed = once(socket, "close");
    socket.destroy();
    await closed;
  }
}

Deno.test({
  name: "a reset concerns only its own connection when another has the same two ports",
  ignore,
  fn: async () => {
    const listener = listenPlain({ host: "0.0.0.0", port: 0 });
    const first = await connectFrom(listener, "127.0.0.11");
    const second = await connectFrom(listener, "127.0.0.12", first.socket.localPort);
    const end = endOf(second.socket);
    second.accepted.reset();
    assertEquals(await end, "ECONNRESET");
    const reply = once(first.socket, "data");
    await first.accepted.write(new TextEncoder().encode("still here"));
    assertEquals(String((await reply)[0]), "still here");
    await closeAll([first.socket, second.socket], [first.accepted, second.accepted]);
    listener.close();
  },
});

for (const host of ["127.0.0.1", "::1", "::"]) {
  Deno.test({
    name: `a connection accepted on ${host} is found until its peer has reset it`,
    ignore,
    fn: async () => {
      const listener = listenPlain({ host, port: 0 });
      const { socket, accepted } = await connectFrom(listener, host === "127.0.0.1" ? host : "::1");
      const found = () => findConnection(accepted.localAddress, accepted.remoteAddress);
      const mirror = () => findConnection(accepted.remoteAddress, accepted.localAddress);
      const [here, there] = [found(), mirror()];
      assert(here !== null && there !== null && here.fd !== there.fd);
      assertEquals(found()?.fd, here.fd);
      const failed = accepted.readNext().then(() => "ended", (error) => error.code);
      socket.resetAndDestroy();
      assertEquals(await failed, "reset");
      assertEquals(found(), null);
      assertEquals(mirror(), null);
      await closeAll([socket], [accepted]);
      listener.close();
    },
  });
}

Deno.test({
  name: "a descriptor that another socket has by now is not mistaken for the one it was",
  ignore,
  fn: async () => {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const first = await connectFrom(listener, "127.0.0.1");
    const [local, remote] = [first.accepted.localAddress, first.accepted.remoteAddress];
    assert(findConnection(local, remote) !== null);
    await closeAll([first.socket], [first.accepted]);
    const others = [];
    for (let i = 0; i < 4; i++) others.push(await connectFrom(listener, "127.0.0.1"));
    assertEquals(findConnection(local, remote), null);
    const { accepted } = others[0] ?? first;
    assert(findConnection(accepted.localAddress, accepted.remoteAddress) !== null);
    await closeAll(others.map((one) => one.socket), others.map((one) => one.accepted));
    listener.close();
  },
});

Deno.test({
  name: "a listener is found by its address, a UDP socket on the same port is not",
  ignore,
  fn: async () => {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const { port } = listener;
    const elsewhere = listenPlain({ host: "127.0.0.2", port });
    const udp = createSocket("udp4");
    const bound = once(udp, "listening");
    udp.bind(port, "127.0.0.1");
    await bound;
    const found = [findListener(`127.0.0.1:${port}`), findListener(`127.0.0.2:${port}`)];
    assert(found.every((socket) => socket));
    assert(found[0]?.fd !== found[1]?.fd);
    listener.close();
    assertEquals(findListener(`127.0.0.1:${port}`), null);
    elsewhere.close();
    const closed = once(udp, "close");
    udp.close();
    await closed;
  },
});

/** Takes the next `count` descriptors, copies of `descriptor`; returns what gives them back. */
function occupy(count: number, descriptor: number): () => void {
  assert(libc.kind === "available");
  const { dup, close } = libc.libc;
  const taken = Array.from({ length: count }, () => dup(descriptor));
  assert(!taken.includes(-1), "there are too few descriptors");
  return () => taken.forEach((one) => close(one));
}

Deno.test({
  name: "a connection is found when it is far above all others after a burst",
  ignore,
  fn: async () => {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const release = occupy(Math.min(9_000, (descriptorLimit() ?? 9_000) - 300), 0);
    const { socket, accepted } = await connectFrom(listener, "127.0.0.1");
    release();
    const found = findConnection(accepted.localAddress, accepted.remoteAddress);
    assert(found !== null);
    const end = endOf(socket);
    accepted.reset();
    assertEquals(await end, "ECONNRESET");
    await closeAll([socket], []);
    listener.close();
  },
});

/** The shortest of a few runs, in ms. */
function shortest(run: () => void): number {
  return Math.min(...Array.from({ length: 5 }, () => {
    const from = performance.now();
    run();
    return performance.now() - from;
  }));
}

Deno.test({
  name: "looking for one that is new, or gone, takes less than a look at all when there are many",
  ignore,
  fn: async () => {
    const listener = listenPlain({ host: "127.0.0.1", port: 0 });
    const since = monotonicMs();
    const found = findListener(listener.name);
    assert(found !== null);
    const release = occupy(Math.min(2_000, (descriptorLimit() ?? 2_000) - 300), found.fd);
    const { socket, accepted } = await connectFrom(listener, "127.0.0.1");
    const { localAddress, remoteAddress } = accepted;
    const fresh = shortest(() => assert(findConnection(localAddress, remoteAddress) !== null));
    const nowhere = (hint: { since?: number }) => () =>
      assertEquals(findConnection("127.0.0.1:1", "127.0.0.1:2", hint), null);
    const all = shortest(nowhere({}));
    const gone = shortest(nowhere({ since }));
    assert(fresh < all / 2 && gone < all / 2, `${fresh}, ${gone} and ${all} ms`);
    release();
    await closeAll([socket], [accepted]);
    listener.close();
  },
});

Deno.test("of very many connections to ports of our own, made at once, one look finds all", {
  ignore,
}, async () => {
  const listeners = Array.from({ length: 200 }, () => listenPlain({ host: "127.0.0.1", port: 0 }));
  const ends = await Promise.all(listeners.map((one) => connectFrom(one, "127.0.0.1")));
  const took = listeners.map(({ name }) => {
    const began = monotonicMs();
    const found = findConnectionTo(name, FAR);
    assert(found !== null, name);
    return monotonicMs() - began;
  });
  const [first = 0, ...others] = took;
  const sum = others.reduce((all, one) => all + one, 0);
  assert(sum < first * others.length / 2, `${first} ms, and ${sum} ms for the others`);
  await closeAll(ends.map(({ socket }) => socket), ends.map(({ accepted }) => accepted));
  for (const one of listeners) one.close();
});
