import { ContestedAddresses } from "../../../../lib/relay/datagram/contested_addresses.ts";
import type { DatagramPath } from "../../../../lib/net/datagram_listener.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { assert } from "../../../assert.ts";
import { UdpEnd } from "./kit/udp_end.ts";

Deno.test("a claim is kept until it is settled, its flow ends, or too many newer ones have come", async () => {
  await using end = new UdpEnd();
  const at = (number: number): DatagramPath => {
    const peer = endpointOf("192.0.2.1", number);
    return { key: peer.key, peer, socket: end.socket };
  };
  const contested = new ContestedAddresses();
  const first = contested.at(at(1));
  assert(contested.at(at(1)) === first);
  contested.settled(at(1));
  const second = contested.at(at(1));
  assert(second !== first);
  second.flow = 7;
  contested.forget(8);
  assert(contested.at(at(1)) === second);
  contested.forget(7);
  const third = contested.at(at(1));
  assert(third !== second);
  for (let number = 2; number <= 64; number++) contested.at(at(number));
  assert(contested.at(at(1)) === third);
  contested.at(at(65));
  assert(contested.at(at(1)) !== third);
});
