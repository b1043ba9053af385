import { RememberedPlaces } from "../../../lib/config/remembered_places.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const keyOf = (site: string, service: string) => ({ site, service, protocol: "tcp" } as const);
const place = (port: number) => ({ host: "127.0.0.1", port });

Deno.test("a SNAPT whose services never stay the same costs other sites no place", () => {
  const places = new RememberedPlaces();
  for (let n = 0; n < 20; n++) places.remember(keyOf("home", `s${n}`), place(5_000 + n));
  for (let n = 0; n < 10_000; n++) places.remember(keyOf("odd", `s${n}`), place(10_000 + n));
  const names = Object.keys(places.content);
  assertEquals(names.filter((name) => name.startsWith("home/")).length, 20);
  assertEquals(names.length, 20 + 128);
  assertEquals(places.placeOf(keyOf("odd", "s9999")), place(19_999));
});

Deno.test("a place is free again when its service is forgotten or is elsewhere", () => {
  const places = new RememberedPlaces();
  const db = keyOf("home", "db");
  places.remember(db, place(5_432));
  assertEquals(places.isOfAnother(keyOf("home", "web"), place(5_432)), true);
  assertEquals(places.remember(db, place(5_432)), false);
  assertEquals(places.remember(db, place(6_000)), true);
  assertEquals(places.isOfAnother(keyOf("home", "web"), place(5_432)), false);
  for (let n = 0; n < 128; n++) places.remember(keyOf("home", `s${n}`), place(7_000 + n));
  assertEquals(places.placeOf(db), null);
  assertEquals(places.isOfAnother(keyOf("home", "web"), place(6_000)), false);
});

Deno.test("of hundreds of sites the oldest are forgotten with their places", () => {
  const places = new RememberedPlaces();
  for (let n = 0; n < 300; n++) places.remember(keyOf(`s${n}`, "db"), place(1_000 + n));
  assertEquals(Object.keys(places.content).length, 100);
  assertEquals(places.isOfAnother(keyOf("home", "db"), place(1_000)), false);
  assertEquals(RememberedPlaces.of(places.content).content, places.content);
});

for (const name of ["db", "home/db", "home/db/sctp", "home/db/tcp/x", ""]) {
  Deno.test(`places whose service is ${JSON.stringify(name)} are refused`, () => {
    assertThrows(() => RememberedPlaces.of({ [name]: "127.0.0.1:5432" }), TypeError);
  });
}
