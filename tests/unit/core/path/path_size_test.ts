import {
  datagramBytesOf,
  packetBytesOf,
  sizePatienceMs,
  SizeSchedule,
} from "../../../../lib/core/path/path_size.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a new path is asked for its size at once, and an idle one never again", () => {
  const schedule = new SizeSchedule();
  assertEquals(schedule.nextAt, -Infinity);
  schedule.noteAsked(0);
  assertEquals(schedule.nextAt, Infinity);
});

Deno.test("while something is carried the size is asked for once a minute", () => {
  const schedule = new SizeSchedule();
  schedule.noteAsked(1_000);
  schedule.noteTraffic();
  assertEquals(schedule.nextAt, 61_000);
  schedule.noteAsked(61_000);
  assertEquals(schedule.nextAt, Infinity);
});

Deno.test("a path in doubt is asked soon, but not all the time", () => {
  const schedule = new SizeSchedule();
  schedule.noteAsked(1_000);
  schedule.suspect();
  assertEquals(schedule.nextAt, 6_000);
});

Deno.test("larger packets are tried again after five minutes with smaller ones", () => {
  const schedule = new SizeSchedule();
  assertEquals(schedule.isTimeToGrow(1e9), false);
  schedule.noteLimited(1_000);
  assertEquals([schedule.isTimeToGrow(300_999), schedule.isTimeToGrow(301_000)], [false, true]);
  schedule.noteLimited(null);
  assertEquals(schedule.isTimeToGrow(1e9), false);
});

Deno.test("patience is a second, or four round trips", () => {
  assertEquals([null, 100, 700].map(sizePatienceMs), [1_000, 1_000, 2_800]);
});

Deno.test("a segment, its packet and the datagram of that size differ by their headers", () => {
  assertEquals([packetBytesOf(1_460), datagramBytesOf(1_460)], [1_500, 1_472]);
});
