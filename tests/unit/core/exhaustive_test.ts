import { unreachable } from "../../../lib/core/exhaustive.ts";
import { assertThrows } from "../../assert.ts";

type Lamp = "on" | "off";

function describe(lamp: Lamp): string {
  switch (lamp) {
    case "on":
    case "off":
      return lamp;
    default:
      return unreachable(lamp);
  }
}

Deno.test("a value from outside its union is our own mistake, and is named", () => {
  const lamps: Record<string, Lamp> = JSON.parse('{ "broken": "half" }');
  const { broken } = lamps;
  if (broken === undefined) throw new Error("the lamp is not there");
  assertThrows(() => describe(broken), TypeError, 'Cannot handle value: "half"');
});
