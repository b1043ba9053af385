import { listenDatagrams, openDatagramSocket } from "../../../lib/net/datagram_socket.ts";
import {
  type Endpoint,
  EndpointCache,
  endpointOf,
  parseEndpoint,
} from "../../../lib/net/endpoint.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { ListenFailed } from "../../../lib/net/listen.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const LOOPBACK = { host: "127.0.0.1", port: 0 };
const IGNORE = { received: () => {}, notSent: () => {} };

Deno.test("a datagram arrives whole, from the address that it was sent from", async () => {
  const arrived = Promise.withResolvers<{ length: number; from: Endpoint }>();
  const receiver = openDatagramSocket(LOOPBACK, {
    received: (bytes, from) => arrived.resolve({ length: bytes.length, from }),
    notSent: () => {},
  });
  const sender = openDatagramSocket(LOOPBACK, IGNORE);
  sender.send(new Uint8Array(5_000), endpointOf("127.0.0.1", receiver.port));
  const { length, from } = await arrived.promise;
  assertEquals([length, from.key], [5_000, `127.0.0.1:${sender.port}`]);
  await sender.close();
  await receiver.close();
});

Deno.test("a datagram that fits nowhere is told its sender as too big", async () => {
  const told = Promise.withResolvers<string>();
  const socket = openDatagramSocket({ ...LOOPBACK, fragments: "never" }, {
    received: () => {},
    notSent: (why, bytes) => told.resolve(`${why} ${bytes}`),
  });
  socket.send(new Uint8Array(65_530), endpointOf("127.0.0.1", socket.port));
  assertEquals(await told.promise, "tooBig 65530");
  await socket.close();
});

Deno.test("a port that is taken is a failure to listen that says so", async () => {
  const first = listenDatagrams(LOOPBACK, IGNORE);
  const failure = assertThrows(
    () => listenDatagrams({ host: "127.0.0.1", port: first.port }, IGNORE),
    ListenFailed,
  );
  assertEquals(failure.code, "taken");
  await first.close();
});

Deno.test("an address is the same endpoint whichever way it was heard of", () => {
  const cache = new EndpointCache();
  for (const [host, key] of [["192.0.2.7", "192.0.2.7:53"], ["2001:db8::7", "[2001:db8::7]:53"]]) {
    const made = endpointOf(host ?? "", 53);
    const heard = cache.ofSockaddr(made.sockaddr);
    assertEquals([heard.key, heard.port], [key, 53]);
    assert(cache.ofSockaddr(made.sockaddr) === heard, "it is remembered");
    assertEquals(parseEndpoint(key ?? "")?.key, key);
  }
  assertEquals(parseEndpoint("example.org:53"), null);
});

Deno.test("a port goes on, and says so, when its owner makes a mistake with a datagram", async () => {
  const mistakes: unknown[] = [];
  const noted = (event: ErrorEvent) => {
    event.preventDefault();
    mistakes.push(event.error);
  };
  globalThis.addEventListener("error", noted);
  const { promise, resolve } = Promise.withResolvers<void>();
  const mistake = new RangeError("ours");
  const receiver = listenDatagrams({ host: "127.0.0.1", port: 0 }, {
    received: (bytes) => {
      if (bytes[0] === 1) throw mistake;
      resolve();
    },
    notSent: () => {},
  });
  const sender = listenDatagrams({ host: "127.0.0.1", port: 0 }, {
    received: () => {},
    notSent: () => {},
  });
  const to = endpointOf("127.0.0.1", receiver.port);
  sender.send(Uint8Array.of(1), to);
  sender.send(Uint8Array.of(2), to);
  await promise;
  await Promise.all([sender.close(), receiver.close()]);
  globalThis.removeEventListener("error", noted);
  assertEquals(mistakes, [mistake]);
});
