import { IllegalEvent, type Table, transition } from "../../../../lib/core/handshake/transition.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const LAMP: Table<"dark" | "lit", "pressed" | "broke", "shine"> = {
  dark: { pressed: { next: "lit", effects: ["shine"], steps: ["C1"] } },
  lit: { broke: { next: "dark", effects: [] } },
};

Deno.test("transition returns the row when the state has the event", () => {
  assertEquals(transition("Lamp", LAMP, "dark", "pressed"), {
    next: "lit",
    effects: ["shine"],
    steps: ["C1"],
  });
});

Deno.test("transition names role, state and event when the state lacks the event", () => {
  const error = assertThrows(
    () => transition("Lamp", LAMP, "dark", "broke"),
    IllegalEvent,
    "Cannot take broke: Lamp is dark",
  );
  assertEquals([error.role, error.state, error.event], ["Lamp", "dark", "broke"]);
});
