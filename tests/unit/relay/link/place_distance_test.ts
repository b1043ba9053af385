import { distanceOf } from "../../../../lib/relay/link/place_distance.ts";
import { toldPlaceTarget } from "../../../../lib/relay/link/told_place_target.ts";
import { assert, assertEquals } from "../../../assert.ts";

const LAPTOP = {
  via: { kind: "device", device: "wlan0", addresses: ["192.168.7.9", "2a01:4f8::9"] },
} as const;
const ROUTE = "4a64wqnkgx1s26fj";

function distance(host: string, route = ""): number {
  const target = toldPlaceTarget({ host, port: 7787, route }, "foreign");
  assert(target !== null, host);
  return distanceOf(target, LAPTOP);
}

Deno.test("an address in the network itself is near, a public one or a name anywhere, others elsewhere", () => {
  assertEquals(["192.168.7.2", "2a01:4f8::2"].map((host) => distance(host)), [0, 0]);
  assertEquals(["home.example.org", "20.30.40.5", "2a02::1"].map((host) => distance(host)), [
    ...[1, 1, 1],
  ]);
  assertEquals([distance("192.168.7.2", ROUTE), distance("relay.example.org", ROUTE)], [2, 2]);
  assertEquals(["192.168.8.2", "fd00::7", "100.64.0.7"].map((host) => distance(host)), [3, 3, 3]);
});

Deno.test("what cannot be where SNAPT is reached is not dialled", () => {
  const hosts = [
    "",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "255.255.255.255",
    "ff02::1",
    "a b",
    "-",
    "1.2.3",
    "010.0.0.7",
    "::0",
    "0:0:0:0:0:0:0:0%lo",
    "::ffff:0.0.0.0",
    "::ffff:e000:1",
    ":::",
  ];
  const places = hosts.map((host) => ({ host, port: 7787, route: "" }));
  for (const place of [...places, { host: "10.0.0.7", port: 0, route: "" }]) {
    assertEquals(toldPlaceTarget(place, "own"), null, place.host);
  }
  const badRoute = { host: "relay.example.org", port: 7787, route: "short" };
  assertEquals(toldPlaceTarget(badRoute, "own"), null);
});

Deno.test("a name is dialled whatever it begins with", () => {
  for (const host of ["ffm.example.org", "ff", "0.example.org"]) {
    assertEquals(toldPlaceTarget({ host, port: 7787, route: "" }, "foreign")?.host, host);
  }
});

const LOOPBACK = [
  ...["127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "::1%lo", "::ffff:127.0.0.1"],
  ...["::ffff:7f00:1", "localhost", "LOCALHOST.", "any.localhost"],
];

Deno.test("the loopback of SNAPT counts only where SNAPT is reached by loopback", () => {
  for (const host of LOOPBACK) {
    const place = { host, port: 7787, route: "" };
    assertEquals(toldPlaceTarget(place, "foreign"), null, host);
    assertEquals(toldPlaceTarget(place, "own")?.host, host);
  }
});
