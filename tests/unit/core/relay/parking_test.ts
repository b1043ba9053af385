import { IllegalEvent } from "../../../../lib/core/handshake/transition.ts";
import { Parking, type ParkingEffect } from "../../../../lib/core/relay/parking.ts";
import {
  PARKED_TRANSITIONS,
  parkedTransition,
} from "../../../../lib/core/relay/parked_transitions.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const LIMITS = { parked: 2, connections: 4, waitMs: 5_000, askedMs: 10_000 };

/** A parking whose questions are answered with tokens `a`, `b`, … */
class World {
  readonly parking = new Parking(LIMITS);
  now = 0;
  #next = 0;

  step(fact: Parameters<Parking["step"]>[0]): readonly ParkingEffect[] {
    const effects = this.parking.step(fact, this.now);
    for (const effect of effects) {
      if (effect.kind !== "ask") continue;
      const tokens = Array.from(
        { length: effect.count },
        () => String.fromCharCode(97 + this.#next++),
      );
      this.parking.step({ kind: "asked", tokens }, this.now);
    }
    return effects;
  }

  /** Attached, with `a` and `b` parked. */
  static ready(): World {
    const world = new World();
    world.step({ kind: "attached" });
    for (const token of ["a", "b"]) world.step({ kind: "arrived", token });
    return world;
  }
}

Deno.test("a few connections are asked for when SNAPT comes", () => {
  const world = new World();
  assertEquals(world.step({ kind: "attached" }), [{ kind: "ask", count: 2 }]);
  assertEquals(world.parking.isAsked("a"), true);
  assertEquals(world.step({ kind: "arrived", token: "a" }), []);
  assertEquals(world.parking.counts, { asked: 1, parked: 1, joined: 0 });
  assertEquals(world.parking.isAsked("a"), false);
});

Deno.test("a caller gets the connection that was parked last, and another one is asked for", () => {
  const world = World.ready();
  assertEquals(world.step({ kind: "callerCame", caller: 1 }), [
    { kind: "join", caller: 1, token: "b" },
    { kind: "ask", count: 1 },
  ]);
});

Deno.test("a caller waits where none is parked, and gets the next that comes", () => {
  const world = World.ready();
  for (const caller of [1, 2]) world.step({ kind: "callerCame", caller });
  assertEquals(world.step({ kind: "callerCame", caller: 3 }), [{ kind: "ask", count: 1 }]);
  assertEquals(world.step({ kind: "arrived", token: "c" }), [
    { kind: "join", caller: 3, token: "c" },
  ]);
  assertEquals(world.parking.counts, { asked: 2, parked: 0, joined: 3 });
});

Deno.test("a caller that waits too long, or has gone, gets none", () => {
  const world = new World();
  world.step({ kind: "callerCame", caller: 1 });
  world.step({ kind: "callerCame", caller: 2 });
  world.step({ kind: "callerLeft", caller: 2 });
  world.now = LIMITS.waitMs - 1;
  assertEquals(world.step({ kind: "tick" }), []);
  world.now += 1;
  assertEquals(world.step({ kind: "tick" }), [{ kind: "turnAway", caller: 1, reason: "absent" }]);
  assertEquals(world.parking.waiting, 0);
});

Deno.test("a caller waits for a SNAPT that comes back, as after a restart", () => {
  const world = new World();
  assertEquals(world.step({ kind: "callerCame", caller: 1 }), []);
  assertEquals(world.step({ kind: "attached" }), [{ kind: "ask", count: 3 }]);
  assertEquals(world.step({ kind: "arrived", token: "a" }), [
    { kind: "join", caller: 1, token: "a" },
  ]);
});

Deno.test("there are no more connections than a SNAPT may have", () => {
  const world = World.ready();
  for (const caller of [1, 2, 3, 4]) world.step({ kind: "callerCame", caller });
  assertEquals(world.step({ kind: "callerCame", caller: 5 }), [
    { kind: "turnAway", caller: 5, reason: "full" },
  ]);
  world.step({ kind: "ended", token: "a" });
  assertEquals(
    world.step({ kind: "callerCame", caller: 6 }).some(({ kind }) => kind === "turnAway"),
    false,
  );
});

Deno.test("what was asked for and does not come is asked for again", () => {
  const world = new World();
  world.step({ kind: "attached" });
  world.now = LIMITS.askedMs;
  assertEquals(world.step({ kind: "tick" }), [{ kind: "ask", count: 2 }]);
  assertEquals(world.step({ kind: "arrived", token: "a" }), [{ kind: "close", token: "a" }]);
});

Deno.test("one that is lost while it is parked is not replaced before the next tick", () => {
  const world = World.ready();
  assertEquals(world.step({ kind: "lost", token: "a" }), [{ kind: "close", token: "a" }]);
  assertEquals(world.step({ kind: "tick" }), [{ kind: "ask", count: 1 }]);
});

Deno.test("without its control connection SNAPT loses what is parked, and nothing that is joined", () => {
  const world = World.ready();
  world.step({ kind: "callerCame", caller: 1 });
  assertEquals(world.step({ kind: "detached" }), [{ kind: "close", token: "a" }]);
  assertEquals(world.parking.counts, { asked: 0, parked: 0, joined: 1 });
  assertEquals(world.parking.isIdle, false);
  world.step({ kind: "ended", token: "b" });
  assertEquals(world.parking.isIdle, true);
});

Deno.test("a SNAPT that is revoked loses everything at once, and who waits is sent away", () => {
  const world = World.ready();
  for (const caller of [1, 2, 3]) world.step({ kind: "callerCame", caller });
  assertEquals(world.step({ kind: "revoked" }), [
    { kind: "close", token: "a" },
    { kind: "close", token: "b" },
    { kind: "turnAway", caller: 3, reason: "absent" },
  ]);
  assertEquals(world.parking.isIdle, true);
  assertEquals(world.step({ kind: "ended", token: "a" }), []);
});

Deno.test("every state says what each end of a connection means, and nothing joins twice", () => {
  for (const state of ["asked", "parked", "joined"] as const) {
    assertEquals(Object.keys(PARKED_TRANSITIONS[state]).includes("revoked"), true);
    assertEquals(Object.keys(PARKED_TRANSITIONS[state]).includes("detached"), true);
  }
  assertThrows(() => parkedTransition("joined", "taken"), IllegalEvent);
  assertThrows(() => parkedTransition("asked", "taken"), IllegalEvent);
});

Deno.test("a SNAPT whose month is used up has nothing any more, and gets it back when there is more", () => {
  const world = World.ready();
  world.step({ kind: "callerCame", caller: 1 });
  assertEquals(world.step({ kind: "spent" }), [
    { kind: "close", token: "a" },
    { kind: "close", token: "b" },
  ]);
  assertEquals(world.step({ kind: "arrived", token: "c" }), [{ kind: "close", token: "c" }]);
  assertEquals(world.step({ kind: "ended", token: "b" }), []);
  assertEquals(world.step({ kind: "callerCame", caller: 2 }), [
    { kind: "turnAway", caller: 2, reason: "spent" },
  ]);
  for (const kind of ["tick", "detached", "attached"] as const) {
    assertEquals(world.step({ kind }), []);
  }
  assertEquals(world.parking.counts, { asked: 0, parked: 0, joined: 0 });
  assertEquals(world.step({ kind: "renewed" }), [{ kind: "ask", count: 2 }]);
});

Deno.test("callers that wait when the month is used up are turned away", () => {
  const world = new World();
  world.step({ kind: "callerCame", caller: 1 });
  assertEquals(world.step({ kind: "spent" }), [{ kind: "turnAway", caller: 1, reason: "spent" }]);
  assertEquals(world.step({ kind: "renewed" }), []); // it is not there
});
