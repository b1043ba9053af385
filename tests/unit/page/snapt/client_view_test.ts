import {
  absentClients,
  clientRows,
  filtered,
  stateOf,
  textOfRow,
  usesOf,
} from "../../../../lib/page/snapt/client_view.ts";
import { assertEquals } from "../../../assert.ts";
import { servedSession } from "../../status/kit/snapt_snapshot.ts";
import { knownClient } from "../../../browser/snapt/sample_snapt.ts";

const NOW = 1_000_000;
const AWAY = {
  since: "2026-01-01T00:00:00.000Z",
  until: "2026-01-08T00:00:00.000Z",
  streams: 1,
  waitingBytes: 0,
};

function rowsOf(...sessions: readonly Parameters<typeof servedSession>[0][]) {
  return clientRows({ sessions: sessions.map((one) => servedSession(one)), clients: [] }, NOW);
}

Deno.test("rows stand by their names, numbers as numbers, with what is known besides", () => {
  const sessions = ["pc10", "pc9", "PC1"].map((client) => servedSession({ client }));
  const rows = clientRows({ sessions, clients: [knownClient("pc9", { services: ["ssh"] })] }, NOW);
  assertEquals(
    rows.map(({ session, known, heardAt }) => [session.client, known?.services ?? null, heardAt]),
    [["PC1", null, NOW - 200], ["pc9", ["ssh"], NOW - 200], ["pc10", null, NOW - 200]],
  );
});

Deno.test("two sessions of one name are two rows", () => {
  const rows = rowsOf({ since: "2026-01-01T00:00:00.000Z" }, { since: "2026-01-02T00:00:00.000Z" });
  assertEquals(new Set(rows.map(({ key }) => key)).size, 2);
});

Deno.test("who has a key and no session is absent", () => {
  const clients = ["b", "laptop", "a"].map((name) => knownClient(name));
  const absent = absentClients({ sessions: [servedSession()], clients });
  assertEquals(absent.map(({ name }) => name), ["a", "b"]);
});

Deno.test("a session is connected only while SNAPT hears something, as SNAPT has said", () => {
  const [connected, silent, moving, away] = rowsOf(
    { client: "1" },
    { client: "2", heardAgoMs: 12_000 },
    { client: "3", state: "strictDraining" },
    { client: "4", state: "detached", away: AWAY, heardAgoMs: 90_000 },
  );
  const states = [connected, silent, moving, away].map((row) => row && stateOf(row));
  assertEquals(states, ["connected", "silent", "moving", "away"]);
});

Deno.test("the filter finds by name, address, network, relay and service, all words of it", () => {
  const rows = rowsOf(
    { client: "laptop", network: { provider: "wifi0", metered: false }, relay: "vps" },
    { client: "phone", from: "203.0.113.9:1", services: ["files"] },
  );
  const found = (filter: string) =>
    filtered(rows, filter, textOfRow).map(({ session }) => session.client);
  assertEquals(found(" "), ["laptop", "phone"]);
  assertEquals(found("LAP"), ["laptop"]);
  assertEquals([found("wifi0"), found("vps ssh")], [["laptop"], ["laptop"]]);
  assertEquals([found("203.0.113"), found("files phone")], [["phone"], ["phone"]]);
  assertEquals(found("phone vps"), []);
});

Deno.test("connections and conversations are put together by what they lead to", () => {
  const uses = usesOf(servedSession({
    applications: [
      { stream: 1, service: "ssh", opener: "client", source: "a:1" },
      { stream: 2, service: "ssh", opener: "client", source: "b:2" },
      { stream: 3, service: "ssh", opener: "server", source: "c:3" },
    ],
  }));
  assertEquals(uses, [
    { service: "ssh", opener: "client", connections: 2, sources: ["a:1", "b:2"] },
    { service: "ssh", opener: "server", connections: 1, sources: ["c:3"] },
  ]);
});
