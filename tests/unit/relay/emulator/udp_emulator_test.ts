import { openDatagramSocket } from "../../../../lib/net/datagram_socket.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { SYSTEM_CLOCK } from "../../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { UdpEmulator } from "../../../../lib/relay/emulator/udp_emulator.ts";
import type { PacketCarrier } from "../../../../lib/relay/datagram/packet_carrier.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const ignore = openLibc().kind !== "available" || Deno.build.os !== "linux";

/** Sends back what an application sent, as a server application would. */
function echoing(flows: CnaptFlows): PacketCarrier {
  return {
    way: "sealed",
    mayCarry: () => true,
    epoch: 0,
    send: (packet) => {
      if (packet.kind !== "bind" && packet.kind !== "data") return;
      const { flow, payload } = packet;
      flows.received({ kind: "data", flow, payload: new Uint8Array(payload) });
    },
    forget: () => {},
  };
}

Deno.test("an application is answered from the address that it sends to when CNAPT has several", {
  ignore,
}, async () => {
  const log = new TestLog();
  const flows = new CnaptFlows({ limit: 16, tasks: TaskGroup.root(SYSTEM_CLOCK, log), log });
  flows.attach(echoing(flows), []);
  const emulator = new UdpEmulator("dns", { host: "0.0.0.0", port: 0 }, flows);
  emulator.useAddresses(["127.0.0.1", "127.0.0.2"]);
  let answered = Promise.withResolvers<string>();
  const application = openDatagramSocket({ host: "127.0.0.9", port: 0 }, {
    received: (_bytes, from) => answered.resolve(from.key),
    notSent: () => answered.reject(new Error("it was not sent")),
  });
  for (const address of ["127.0.0.2", "127.0.0.1", "127.0.0.2"]) {
    answered = Promise.withResolvers();
    application.send(new Uint8Array([1]), endpointOf(address, emulator.port));
    assertEquals(await answered.promise, `${address}:${emulator.port}`);
  }
  assertEquals(flows.count, 2, "one for each address that it sent to");
  assertEquals(flows.snapshot()[0]?.application, `127.0.0.9:${application.port}`);
  await Promise.all([application.close(), emulator.close()]);
  flows.closeAll();
});
