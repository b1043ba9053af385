import { PathMeter } from "../../../../lib/core/path/path_meter.ts";
import { PathMeasurements } from "../../../../lib/relay/decision/path_measurements.ts";
import type { SubjectView } from "../../../../lib/relay/decision/decision_subject.ts";
import { NO_CONNECTOR } from "../../../../lib/relay/network/connector.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { providerRow } from "../../../integration/kit/provider_row.ts";
import { DecidedSession, SETTINGS } from "./kit/decided_session.ts";

/** A session on "a" with a meter that a test can turn, beside "b". */
class Measured extends DecidedSession {
  readonly meter = new PathMeter();
  services: readonly string[] = [];

  override view(): SubjectView | null {
    const { meter, services } = this;
    const view = super.view();
    return view === null ? null : { ...view, meter, streams: services.length, services };
  }

  measurements(): PathMeasurements {
    const { site: tasks } = this.world;
    return new PathMeasurements({
      settings: () => SETTINGS,
      subject: this,
      rows: () => this.rows,
      tasks,
    });
  }
}

const [A, B] = [providerRow("a", "a"), providerRow("b", "b")];

Deno.test("the network in use is measured by the session itself", () => {
  const session = new Measured();
  session.meter.noteAnswer(40, 1_000);
  const row = { ...A, signalPercent: 60 };
  assertEquals(session.measurements().of(row, 1_500), {
    reach: { kind: "answering" },
    at: 1_000,
    validUntil: 1_500,
    roundTripMs: 40,
    jitterMs: 10,
    loss: 0,
    signalPercent: 60,
  });
});

Deno.test("the network in use answers also before its first round trip is known", () => {
  const measurement = new Measured().measurements().of(A, 1_500);
  assertEquals([measurement?.at, measurement?.roundTripMs], [0, null]);
});

Deno.test("nothing is known of another network before it was probed, and its answer after that", async () => {
  const session = new Measured();
  const measurements = session.measurements();
  assertEquals(measurements.of(B, 0), null);
  await measurements.search("due", []);
  assertEquals(measurements.of(B, 0)?.reach, { kind: "answering" });
  assertEquals([session.world.dialsOver("a"), session.world.dialsOver("b")], [0, 1]);
});

Deno.test("without a session all networks are probed, since none is in use", async () => {
  const session = new Measured();
  session.provider = null;
  await session.measurements().search("all", []);
  assertEquals([session.world.dialsOver("a"), session.world.dialsOver("b")], [1, 1]);
});

Deno.test("a session without a network probes only those that need a person", async () => {
  const session = new Measured();
  session.provider = null;
  session.rows = [A, providerRow("b", "b", { connects: "byPerson" })];
  await session.measurements().searchForSeeking();
  assertEquals([session.world.dialsOver("a"), session.world.dialsOver("b")], [0, 1]);
});

Deno.test("of a network that is not connected no more is known than that it failed", () => {
  const session = new Measured();
  const row = providerRow("b", "b", { state: "raisable" });
  const measurements = session.measurements();
  assertEquals(measurements.ofOther(row, 700), null);
  session.connector = {
    ...NO_CONNECTOR,
    failureOf: (key) => key === "b" ? "its command failed" : null,
  };
  const failed = session.measurements().ofOther(row, 700);
  assertEquals([failed?.reach, failed?.at, failed?.validUntil], [
    { kind: "silent", detail: "its command failed" },
    700,
    700,
  ]);
});

Deno.test("a switch that failed makes its network silent, whatever the last probe said", async () => {
  const session = new Measured();
  const measurements = session.measurements();
  await measurements.search("due", []);
  measurements.noteFailure("b", "it is gone again");
  assertEquals(measurements.of(B, 0)?.reach, { kind: "silent", detail: "it is gone again" });
});

Deno.test("services in use that a network is not allowed to carry speak against that one", () => {
  const session = new Measured();
  session.services = ["ssh", "backup"];
  const rule = { kind: "allBut", names: new Set(["backup"]) } as const;
  session.rows = [A, { ...B, rule }];
  const waiting = session.measurements().rows().map(({ candidate }) => candidate.waitingServices);
  assertEquals(waiting, [[], ["backup"]]);
  session.provider = null;
  assertEquals(session.measurements().rows()[1]?.candidate.waitingServices, []);
});

Deno.test("what is known of all networks leaves out those of which nothing is", async () => {
  const session = new Measured();
  const measurements = session.measurements();
  assertEquals([...measurements.ofAll(session.rows, 0).keys()], ["a"]);
  await measurements.search("due", []);
  assertEquals([...measurements.ofAll(session.rows, 0).keys()], ["a", "b"]);
  assert(measurements.ofAll([], 0).size === 0);
});
