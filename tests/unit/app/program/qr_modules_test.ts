import { qrModules } from "../../../../lib/app/program/qr_modules.ts";
import { assert } from "../../../assert.ts";

Deno.test("names in any script are what the code says, in UTF-8", () => {
  const rowsOf = (text: string) => qrModules(text).rows.join("");
  assert(rowsOf("\u0430") !== rowsOf("\u0030"), "of each letter only its low byte is there");
});
