import { TripHistory } from "../../../../lib/app/screen/trip_history.ts";
import { assertEquals } from "../../../assert.ts";

const REMEMBERED = {
  ...{ schema: "cnapt.history/1", intervalMs: 5_000, times: [0, 5_000] },
  networks: [{
    ...{ site: "home", provider: "eth0", roundTripMs: [1, 2], loss: [], bytesPerSecond: [] },
  }],
};

Deno.test("what the program remembers is gone on with, a sample each five seconds", () => {
  const trips = new TripHistory();
  trips.begin(REMEMBERED);
  trips.take(new Map([["eth0", 3], ["lte", 9]]), 0);
  trips.take(new Map([["eth0", 99]]), 4_999);
  trips.take(new Map([["lte", 8]]), 5_000);
  assertEquals([trips.of("eth0"), trips.of("lte"), trips.of("none")], [
    [1, 2, 3, null],
    [9, 8],
    [],
  ]);
});

Deno.test("samples of another interval are not mixed in, and networks that are gone are forgotten", () => {
  const trips = new TripHistory();
  trips.begin({ ...REMEMBERED, intervalMs: 60_000 });
  assertEquals(trips.of("eth0"), []);
  trips.take(new Map([["eth0", 1]]), 0);
  for (let at = 1; at <= 200; at++) trips.take(new Map(), 5_000 * at);
  assertEquals(trips.of("eth0"), []);
});
