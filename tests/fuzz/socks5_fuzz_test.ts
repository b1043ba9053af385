import { readSocks5Greeting, readSocks5Request } from "../../lib/core/proxy/socks5.ts";
import { readSocks5Datagram, socks5DatagramHead } from "../../lib/core/proxy/socks5_datagram.ts";
import { parseEndpoint } from "../../lib/net/endpoint.ts";
import { formatAddress } from "../../lib/net/socket_address.ts";
import { assert, assertEquals } from "../assert.ts";
import { fuzzTest } from "./fuzz_test_case.ts";
import type { RandomBytes } from "./random_bytes.ts";

function randomHost(random: RandomBytes): string {
  switch (random.below(2)) {
    case 0:
      return Array.from({ length: 4 }, () => random.below(255)).join(".");
    case 1:
      return Array.from({ length: 8 }, () => random.below(0xffff).toString(16)).join(":");
    default:
      return Array.from({ length: 1 + random.below(4) }, () => random.pick(["a", "b-1", "ü"]))
        .join(".");
  }
}

fuzzTest("every SOCKS5 datagram is read as it was written", (random) => {
  for (let round = 0; round < 1_000; round++) {
    const [host, port] = [randomHost(random), 1 + random.below(65_534)];
    const payload = random.bytes(random.size(1_500));
    const bytes = new Uint8Array([...socks5DatagramHead(host, port), ...payload]);
    assertEquals(readSocks5Datagram(bytes), { kind: "datagram", host, port, payload });
  }
});

fuzzTest("random bytes and mutated requests of SOCKS5 are read or refused", (random) => {
  for (let round = 0; round < 3_000; round++) {
    const host = randomHost(random);
    const head = socks5DatagramHead(host, random.below(65_535));
    const bytes = random.below(3) === 0 ? random.bytes(random.below(40)) : random.mutated(head);
    readSocks5Greeting(bytes);
    readSocks5Request(bytes);
    const datagram = readSocks5Datagram(bytes);
    if (datagram.kind !== "datagram") continue;
    // What is done next with it must not fail either.
    assert(datagram.port > 0 && datagram.host.length > 0);
    parseEndpoint(formatAddress(datagram.host, datagram.port));
  }
});
