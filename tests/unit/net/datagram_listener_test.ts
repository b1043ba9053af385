import { DatagramListener, type DatagramPath } from "../../../lib/net/datagram_listener.ts";
import { openDatagramSocket } from "../../../lib/net/datagram_socket.ts";
import { endpointOf } from "../../../lib/net/endpoint.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const ignore = openLibc().kind !== "available" || Deno.build.os !== "linux";

/** Answers each datagram on its path, and remembers the paths. */
function echo(
  host: string,
): { readonly listener: DatagramListener; readonly paths: DatagramPath[] } {
  const paths: DatagramPath[] = [];
  const listener = new DatagramListener({ host, port: 0 }, {
    received: (bytes, from) => {
      paths.push(from);
      from.socket.send(bytes, from.peer);
    },
    notSent: () => {},
  });
  return { listener, paths };
}

/** Sends to the addresses, one after the other, and returns where the answers came from. */
async function askEach(addresses: readonly string[], port: number): Promise<string[]> {
  const from: string[] = [];
  let next = Promise.withResolvers<string>();
  const host = addresses[0]?.includes(":") === true ? "::1" : "127.0.0.9";
  const socket = openDatagramSocket({ host, port: 0 }, {
    received: (_bytes, endpoint) => next.resolve(endpoint.key),
    notSent: () => next.reject(new Error("it was not sent")),
  });
  try {
    for (const address of addresses) {
      next = Promise.withResolvers();
      socket.send(new Uint8Array([1]), endpointOf(address, port));
      from.push(await next.promise);
    }
  } finally {
    await socket.close();
  }
  return from;
}

Deno.test("a datagram is answered from the address it came to when that has a socket", {
  ignore,
}, async () => {
  for (const host of ["0.0.0.0", "::"]) {
    const { listener, paths } = echo(host);
    const { port } = listener;
    listener.useAddresses(["127.0.0.1", "127.0.0.2", "127.0.0.3", "not an address"]);
    assertEquals(listener.addresses, ["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
    const asked = ["127.0.0.2", "127.0.0.3", "127.0.0.1", "127.0.0.3"];
    assertEquals(await askEach(asked, port), asked.map((address) => `${address}:${port}`));
    assertEquals(new Set(paths.map(({ key }) => key)).size, 3);
    assert(paths[1] === paths[3], "the same path twice");

    listener.useAddresses(["127.0.0.2"]);
    assertEquals(listener.addresses, ["127.0.0.2"]);
    const left = await askEach(["127.0.0.2", "127.0.0.1"], port);
    assertEquals(left[0], `127.0.0.2:${port}`);
    assertEquals(left.length, 2, "the socket on all addresses takes the others");
    await listener.close();
  }
});

Deno.test("a socket on one address is all there is when only that was asked for", {
  ignore,
}, async () => {
  const { listener } = echo("127.0.0.2");
  listener.useAddresses(["127.0.0.1", "127.0.0.2"]);
  assertEquals(listener.addresses, []);
  assertEquals(await askEach(["127.0.0.2"], listener.port), [`127.0.0.2:${listener.port}`]);
  await listener.close();
});

Deno.test("no other program can take the port when it is shared among our sockets", {
  ignore,
}, async () => {
  const { listener: { port }, listener } = echo("0.0.0.0");
  listener.useAddresses(["127.0.0.1"]);
  for (const hostname of ["127.0.0.1", "127.0.0.2", "0.0.0.0"]) {
    const taken = { transport: "udp", hostname, port, reuseAddress: true } as const;
    assertThrows(() => Deno.listenDatagram(taken), Deno.errors.AddrInUse);
  }
  await listener.close();
});
