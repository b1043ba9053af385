import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import type { ResetCode } from "../../../../lib/core/wire/reset_code.ts";
import type { StreamOpening } from "../../../../lib/core/wire/stream_opening.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { NO_CONNECTOR } from "../../../../lib/relay/network/connector.ts";
import { CnaptClientServices } from "../../../../lib/relay/session/cnapt_client_services.ts";
import { CompressionTotals } from "../../../../lib/relay/stream/compression/compression_totals.ts";
import { StreamTraffic } from "../../../../lib/relay/stream/stream_traffic.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { settle } from "../../../virtual_clock.ts";
import { CNAPT_SETTINGS } from "../../core/session/session_settings.ts";
import { ID, KEY, LinkWorld } from "../link/kit/link_world.ts";

/** The client services of a session that offers `web`; `open` reaches its application. */
function made(open: () => Promise<ByteConn>) {
  const world = new LinkWorld("a");
  const { dialer, parked, standby, providers, site, session: tasks, log } = world;
  const answered: StreamOpening[] = [];
  const refused: [number, ResetCode][] = [];
  const supply = world.supply();
  const services = new CnaptClientServices(
    {
      endpoint: { host: "", port: 1, credentials: { id: ID, key: KEY }, tls: null },
      settings: { ...CNAPT_SETTINGS, clientServices: [{ name: "web", port: 80, protocol: "tcp" }] },
      budget: new MemoryBudget(1 << 20),
      flows: new CnaptFlows({ limit: 10, tasks: site, log }),
      openClientApplication: open,
      findClientApplication: () => Promise.reject(new TypeError("Cannot find: not tested here")),
      direct: null,
      packing: new CompressionTotals(),
      traffic: new StreamTraffic(),
      connector: NO_CONNECTOR,
      ...{ dialer, parked, standby, providers, tasks: site, log },
    },
    supply,
    {
      tasks,
      control: () => null,
      requestDial: () => {},
      answer: (opening) => answered.push(opening) > 0,
      refuse: (call, code) => refused.push([call, code]),
    },
  );
  return { world, services, supply, answered, refused };
}

Deno.test("a call is answered by a stream to the client application", async () => {
  const [, application] = MemoryConn.pair();
  const { services, answered, refused } = made(() => Promise.resolve(application));
  services.called(7, "web", "10.0.0.9:1234");
  await settle();
  assertEquals(answered.map(({ target }) => target), [{ kind: "call", name: "web", call: 7 }]);
  assertEquals(refused, []);
  services.close();
});

Deno.test("a call is refused when the client application is out of reach", async () => {
  const { services, answered, refused, world } = made(() =>
    Promise.reject(new ConnFailed("refused", "Cannot connect: refused"))
  );
  services.called(7, "web", "10.0.0.9:1234");
  await settle();
  assertEquals([answered, refused.map(([call]) => call), world.faults], [[], [7], []]);
  services.close();
});

Deno.test("without direct links every stream takes its links from the supply", () => {
  const { services, supply } = made(() => Promise.reject(new TypeError("never asked")));
  assertEquals(services.sourceOf(openingOf("ssh")), supply);
  services.leaveAll();
  services.close();
});
