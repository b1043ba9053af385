import { DatagramPlaces, PLACE_IDLE_MS } from "../../../../lib/core/relay/datagram_places.ts";
import { assert, assertEquals } from "../../../assert.ts";

const peer = (host: number, port = 1) => ({ key: `10.0.0.${host}:${port}` });

function placesOf(limit: number) {
  let number = 100;
  return new DatagramPlaces<{ readonly key: string }>({
    limit: () => limit,
    sourceOf: ({ key }) => key.replace(/:.*/, ""),
    random: () => number++,
  });
}

Deno.test("an address has one place, and what SNAPT sends there goes to it", () => {
  const places = placesOf(8);
  assertEquals(places.received(peer(1), 50, 0), 100);
  assertEquals(places.received(peer(2), 50, 0), 101);
  assertEquals(places.received(peer(1), 50, 0), 100);
  assertEquals(places.send(101, 50, false, 0), peer(2));
  assertEquals(places.send(999, 1, true, 0), null, "no place has this number");
});

Deno.test("an address that has proven nothing gets no more bytes than came from it", () => {
  const places = placesOf(8);
  places.received(peer(1), 50, 0);
  assertEquals(places.send(100, 51, false, 0), null);
  assertEquals(places.send(100, 30, false, 0), peer(1));
  assertEquals(places.send(100, 21, false, 0), null);
  places.received(peer(1), 10, 0);
  assertEquals(places.send(100, 30, false, 0), peer(1));
  assertEquals(places.send(100, 5_000, true, 0), peer(1), "SNAPT has the proof");
  assertEquals(places.send(100, 5_000, false, 0), peer(1));
});

Deno.test("strangers make room for one another, and never take the place of one that is proven", () => {
  const places = placesOf(8); // two of them unproven
  places.received(peer(1), 50, 0);
  places.send(100, 1, true, 0);
  for (let host = 2; host < 60; host++) assert(places.received(peer(host), 50, host) !== null);
  assertEquals([places.size, places.unproven], [3, 2]);
  assertEquals(places.received(peer(1), 50, 60), 100);
});

Deno.test("no place is left where all are proven", () => {
  const places = placesOf(2);
  for (const host of [1, 2]) {
    const number = places.received(peer(host), 50, 0);
    assert(number !== null);
    places.send(number, 1, true, 0);
  }
  assertEquals(places.received(peer(3), 50, 0), null);
});

Deno.test("one source has few unproven places, and a small part of what strangers may send", () => {
  const places = placesOf(1_000);
  let taken = 0;
  for (let port = 1; port <= 100; port++) {
    if (places.received(peer(1, port), 1_000, 0) !== null) taken += 1;
  }
  assertEquals(taken, 16);
  let bytes = 0;
  for (let now = 0; now < 2_000; now++) {
    if (places.received(peer(1, 1), 1_200, now) !== null) bytes += 1_200;
  }
  assert(bytes <= 3 * 128 * 1_024, `${bytes} in two seconds and what is allowed at once`);
  let others = 0;
  for (let host = 2; host < 250; host++) {
    for (let i = 0; i < 100; i++) {
      if (places.received(peer(host), 1_200, 5_000) !== null) others += 1_200;
    }
  }
  assert(others <= 513 * 1_024 + 1_200, `${others} of all strangers at once`);
});

Deno.test("a stranger is forgotten soon, a place that is proven when nothing was heard for long", () => {
  const places = placesOf(8);
  places.received(peer(1), 50, 0);
  places.received(peer(2), 50, 0);
  places.send(100, 1, true, 0);
  places.sweep(20_000);
  assertEquals([places.size, places.unproven], [1, 0]);
  places.received(peer(1), 50, 20_000);
  places.sweep(PLACE_IDLE_MS + 10_000);
  assertEquals(places.size, 1);
  places.sweep(PLACE_IDLE_MS + 20_000);
  assertEquals(places.size, 0);
  assertEquals(places.received(peer(2), 50, 200_000), 102, "its number means nothing any more");
});
