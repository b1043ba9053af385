import { loadSodium } from "../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { parseDestinationRule } from "../../../../lib/core/access/destination_rule.ts";
import { DropCounters } from "../../../../lib/core/datagram/drop_counters.ts";
import { decodePacket, type Packet } from "../../../../lib/core/datagram/packet.ts";
import { openDatagramSocket } from "../../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { deriveDatagramKeys } from "../../../../lib/relay/datagram/sealing/datagram_keys.ts";
import { DatagramSeal } from "../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { SnaptFlows } from "../../../../lib/relay/datagram/snapt_flows.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";

await loadSodium();

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const OFFER = { protection: "sealed", tag: 7, secret: "00".repeat(32), flows: 4_096 } as const;

/** The flows of a session, and what a CNAPT does with them. */
function session(find: () => Promise<Endpoint>) {
  const keys = deriveDatagramKeys(new Uint8Array(32), OFFER);
  const { protection, tag } = OFFER;
  const cnapt = new DatagramSeal({ protection, tag, sending: keys.cnapt, receiving: keys.snapt });
  const answers: Packet[] = [];
  const drops = new DropCounters();
  const log = new TestLog();
  const flows = new SnaptFlows({
    offer: { ...OFFER, services: [] },
    keys: { protection, tag, sending: keys.snapt, receiving: keys.cnapt },
    rules: [parseDestinationRule("*.test:53")],
    drops,
    findServer: find,
    tasks: TaskGroup.root(SYSTEM_CLOCK, log),
    log,
    send: (bytes) => {
      const opened = cnapt.open(bytes);
      if (opened.kind === "opened") answers.push(decodePacket(opened.packet.slice()));
    },
    bindAddress: () => {},
  });
  const socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
    received: () => {},
    notSent: () => {},
  });
  const path = { key: "here", peer: endpointOf("127.0.0.1", 9), socket };
  const bind = (flow: number, host: string) => {
    const target = { kind: "destination", host, port: 53 } as const;
    const payload = new Uint8Array(100);
    const packet = { kind: "bind", flow, epoch: 0, target, source: "", payload } as const;
    flows.client.sealedReceived(cnapt.seal(packet), path);
  };
  const close = async () => {
    flows.close();
    await socket.close();
  };
  return { flows, bind, answers, drops, close };
}

Deno.test("a flood of names is looked for a few at a time", async () => {
  const searches: ((found: Endpoint) => void)[] = [];
  const { bind, answers, drops, close } = session(() =>
    new Promise((resolve) => searches.push(resolve))
  );
  for (let flow = 1; flow <= 100; flow++) bind(flow, `n${flow}.test`);
  const refused = answers.filter((one) => one.kind === "unbound").map(({ code }) => code);
  assertEquals(searches.length, 64);
  assertEquals(refused, Array.from({ length: 36 }, () => "limit"));
  assertEquals(drops.snapshot().flowLimit, 36);

  searches[0]?.(endpointOf("127.0.0.1", 9));
  await Promise.resolve();
  await Promise.resolve();
  bind(101, "n101.test");
  assertEquals(searches.length, 65, "one search has ended, so there is room for another");
  await close();
});

Deno.test("a name is refused at once when no rule allows it, and nobody looks for it", async () => {
  let searches = 0;
  const { bind, answers, drops, close } = session(() => {
    searches += 1;
    return Promise.resolve(endpointOf("127.0.0.1", 9));
  });
  bind(1, "example.org");
  assertEquals(searches, 0);
  assertEquals(answers.find((one) => one.kind === "unbound"), {
    kind: "unbound",
    flow: 1,
    code: "notAllowed",
  });
  assertEquals(drops.snapshot().notAllowed, 1);
  await close();
});
