import { beginAnswered, connectAnswered } from "../../../lib/net/answered_device_socket.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import {
  connectByDevice,
  deviceBinding,
  type DeviceTarget,
  nodeSocketByDevice,
} from "../../../lib/net/device_socket.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { SilentListener, SilentListeners } from "../../../lib/net/silent_listener.ts";
import { formatAddress, socketAddress } from "../../../lib/net/socket_address.ts";
import { findConnectionTo } from "../../../lib/net/socket_table.ts";
import { type TcpInfo, tcpInfoOf } from "../../../lib/net/tcp_info.ts";
import { assert, assertEquals } from "../../assert.ts";
import { immediately } from "../../../lib/net/next_turn.ts";
import { patience } from "./kit/conn_pair.ts";

const binding = deviceBinding();
const ignore = binding.kind === "unavailable";
if (ignore) console.log(`SKIPPED sockets bound to a device: ${binding.reason}`);

const LOOPBACK = { 4: "127.0.0.1", 6: "::1" } as const;
const FAR = 1_000_000;

type Kind = "Deno's own" | "node:net";
const KINDS: readonly Kind[] = ["Deno's own", "node:net"];

/** Connects, and gives what closes the connection. */
async function connect(kind: Kind, target: DeviceTarget, signal: AbortSignal) {
  if (kind === "node:net") {
    const socket = await nodeSocketByDevice(target, signal);
    return () => void socket.destroy();
  }
  const { conn } = await connectByDevice(target, signal);
  return () => conn.close();
}

function targetAt(port: number, family: 4 | 6 = 4): DeviceTarget {
  const resolved = { address: LOOPBACK[family], family };
  return { device: "lo", resolved, port, segmentBytes: null };
}

/** What the system knows of our connection to `target`, as soon as it goes there. */
async function infoOf({ resolved, port }: DeviceTarget): Promise<TcpInfo> {
  const signal = patience();
  for (;;) {
    const found = findConnectionTo(formatAddress(resolved.address, port), FAR);
    const info = found === null ? null : tcpInfoOf(found);
    if (info !== null) return info;
    signal.throwIfAborted();
    await immediately();
  }
}

async function openSilent(family: 4 | 6): Promise<SilentListener> {
  const silent = await SilentListener.open(family);
  assert(silent !== null);
  return silent;
}

for (const kind of KINDS) {
  for (const family of [4, 6] as const) {
    Deno.test({
      name: `a connection by device, ${kind}, IPv${family}, has no round trip before its first one`,
      ignore,
      fn: async () => {
        const silent = await openSilent(family);
        const stop = new AbortController();
        const target = targetAt(silent.port, family);
        const connecting = connect(kind, target, stop.signal).then(() => null, (error) => error);
        const { state, smallestRoundTripMicros } = await infoOf(target);
        stop.abort();
        assertEquals({ state, smallestRoundTripMicros }, {
          state: "connecting",
          smallestRoundTripMicros: null,
        });
        assertEquals((await connecting)?.name, "AbortError");
        assertEquals(findConnectionTo(silent.name, FAR), null, "it was left open");
        silent.close();
      },
    });
  }

  Deno.test({
    name: `a connection by device, ${kind}, sends and asks for no larger segments than it is told`,
    ignore,
    fn: async () => {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const target = { ...targetAt(listener.addr.port), segmentBytes: 600 };
      const close = await connect(kind, target, patience());
      const accepted = await listener.accept();
      const { hostname, port } = accepted.remoteAddr;
      const theirs = findConnectionTo(formatAddress(hostname, port), FAR);
      const ours = await infoOf(target);
      assert(theirs !== null);
      // A part of what is allowed is taken by the options of TCP.
      const sizes = [ours.segmentBytes, tcpInfoOf(theirs)?.segmentBytes ?? 0];
      assert(sizes.every((size) => size > 0 && size <= 600), sizes.join());
      close();
      accepted.close();
    },
  });

  Deno.test({
    name: `a connection by device, ${kind}, fails as what is wrong says`,
    ignore,
    fn: async () => {
      const unused = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = unused.addr;
      unused.close();
      const cases: readonly (readonly [string, DeviceTarget])[] = [
        ["refused", targetAt(port)],
        ["addressGone", { ...targetAt(port), device: "gone7" }],
        ["unreachable", { ...targetAt(port), resolved: { address: "2001:db8::1", family: 6 } }],
      ];
      for (const [code, target] of cases) {
        const failure = await connect(kind, target, patience()).catch((error) => error);
        assert(failure instanceof ConnFailed);
        assertEquals(failure.code, code, failure.message);
      }
    },
  });
}

Deno.test({
  name: "a connection that begins on a port that answers goes where it is to go all the same",
  ignore,
  fn: async () => {
    const opened = openLibc();
    assert(opened.kind === "available");
    const { libc } = opened;
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const sockaddr = socketAddress("127.0.0.1", 4, port);
    const redirection = {
      family: 4,
      remoteAddress: formatAddress("127.0.0.1", port),
      redirect: ({ fd }: { fd: number }) => {
        libc.connect(fd, new Uint8Array(16), 16);
        libc.connect(fd, sockaddr, sockaddr.length);
      },
    } as const;
    const { conn, ends } = await connectAnswered(libc, redirection, patience());
    const first = await listener.accept();
    assertEquals(ends, {
      localAddress: formatAddress("127.0.0.1", first.remoteAddr.port),
      remoteAddress: redirection.remoteAddress,
    });
    const socket = await beginAnswered(redirection, patience());
    const second = await listener.accept();
    const ended = Promise.withResolvers<void>();
    socket.once("close", ended.resolve);
    socket.destroy();
    await ended.promise;
    assertEquals(socket.answer, "some");
    for (const one of [conn, first, second]) one.close();
  },
});

Deno.test({
  name: "a silent port lets nobody through, again and again",
  ignore,
  fn: async () => {
    const silent = await openSilent(4);
    for (let round = 0; round < 3; round++) {
      const stop = new AbortController();
      const target = targetAt(silent.port);
      const connecting = connect("node:net", target, stop.signal).then(() => "connected", () => "");
      assertEquals((await infoOf(target)).state, "connecting");
      stop.abort();
      assertEquals(await connecting, "");
    }
    silent.close();
  },
});

function listenersOf(...made: (SilentListener | null)[]) {
  let now = 0;
  let asked = 0;
  const open = () => Promise.resolve(made[asked++] ?? null);
  const listeners = new SilentListeners(open, () => now);
  return { listeners, asked: () => asked, wait: (ms: number) => now += ms };
}

Deno.test("where no silent port can be made that is tried again later", async () => {
  const { listeners, asked, wait } = listenersOf();
  assertEquals([await listeners.borrow(), await listeners.borrow(), asked()], [null, null, 1]);
  wait(60_000);
  assertEquals([await listeners.borrow(), asked()], [null, 2]);
});

Deno.test({
  name: "a silent port is lent to one at a time, and again when it was given back",
  ignore,
  fn: async () => {
    const silent = await openSilent(4);
    const { listeners } = listenersOf(silent);
    assertEquals(await listeners.borrow(), silent);
    const next = listeners.borrow();
    assertEquals(await Promise.race([next, immediately()]), undefined);
    listeners.giveBack(silent);
    assertEquals(await next, silent);
    const last = listeners.borrow();
    listeners.retire(silent);
    assertEquals(await last, null, "it waits for what nobody gives back");
  },
});
