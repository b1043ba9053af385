import type { ResolvedAddress } from "../../../../lib/net/resolve.ts";
import { SnaptAddresses } from "../../../../lib/relay/link/snapt_addresses.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const NEVER = new AbortController().signal;
const ADDRESS: ResolvedAddress = { address: "192.0.2.2", family: 4 };

/** Look-ups that are answered when the test says so. */
class Names {
  readonly clock = new VirtualClock();
  readonly asked: PromiseWithResolvers<readonly ResolvedAddress[]>[] = [];

  of(host: string): SnaptAddresses {
    const resolve = () => {
      const answer = Promise.withResolvers<readonly ResolvedAddress[]>();
      this.asked.push(answer);
      return answer.promise;
    };
    return new SnaptAddresses(host, resolve, this.clock);
  }
}

Deno.test("where SNAPT proved its key over a network comes first there, and the newest elsewhere", () => {
  const addresses = new Names().of("home.example");
  assertEquals(addresses.provenFor("a"), []);
  addresses.proved("a", "192.0.2.1:7787");
  addresses.proved("b", "[2001:db8::2]:7787");
  addresses.proved("c", "192.0.2.3:7787");
  assertEquals(addresses.provenFor("a"), ["192.0.2.1", "192.0.2.3", "2001:db8::2"]);
  assertEquals(addresses.provenFor("new"), ["192.0.2.3", "2001:db8::2"]);
  addresses.proved("a", "192.0.2.3:7787");
  assertEquals(addresses.provenFor("a"), ["192.0.2.3", "2001:db8::2"]);
});

Deno.test("a host that is an address is dialled as it is", () => {
  const addresses = new Names().of("192.0.2.1");
  addresses.proved("a", "192.0.2.1:7787");
  assertEquals(addresses.provenFor("a"), []);
});

Deno.test("what many ask for at a time is looked up once, and later anew", async () => {
  const names = new Names();
  const addresses = names.of("home.example");
  const answers = [addresses.lookUp(NEVER), addresses.lookUp(NEVER)];
  names.asked[0]?.resolve([ADDRESS]);
  assertEquals(await Promise.all(answers), [[ADDRESS], [ADDRESS]]);
  await names.clock.advance(1_000);
  const later = addresses.lookUp(NEVER);
  assertEquals(names.asked.length, 2);
  names.asked[1]?.resolve([]);
  assertEquals(await later, []);
});

Deno.test("a name server that does not answer keeps nobody waiting who is called off, nor many look-ups", async () => {
  const names = new Names();
  const addresses = names.of("home.example");
  const stop = new AbortController();
  const waiting: Promise<unknown>[] = [];
  for (let count = 0; count < 10; count++) {
    waiting.push(assertRejects(() => addresses.lookUp(stop.signal)));
    await names.clock.advance(1_000);
  }
  assertEquals(names.asked.length, 4);
  stop.abort();
  await Promise.all(waiting);
});
