import {
  IllegalEvent,
  type Table,
  takes,
  transition,
} from "../../../../lib/core/handshake/transition.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const LAMP: Table<"dark" | "lit", "pressed" | "broke", "shine"> = {
  dark: { pressed: { next: "lit", actions: ["shine"], steps: ["C1"] } },
  lit: { broke: { next: "dark", actions: [] } },
};

Deno.test("transition returns the row when the state has the event", () => {
  assertEquals(transition("Lamp", LAMP, "dark", "pressed"), {
    next: "lit",
    actions: ["shine"],
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

Deno.test("takes tells rows of consequence from ignored ones and from none", () => {
  const table: Table<"on" | "off", "a" | "b", never> = {
    on: {
      a: { next: "off", actions: [] },
      b: { next: "on", actions: [], ignored: "it is on already" },
    },
    off: {},
  };
  assertEquals([takes(table, "on", "a"), takes(table, "on", "b"), takes(table, "off", "a")], [
    true,
    false,
    false,
  ]);
});
