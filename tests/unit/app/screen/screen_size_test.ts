import { screenSize } from "../../../../lib/app/screen/screen_size.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("a screen has the size that the system says, or a small one", () => {
  assertEquals(screenSize(() => ({ columns: 132, rows: 43 })), { columns: 132, rows: 43 });
  assertEquals(screenSize(() => ({ columns: 0, rows: 0 })), { columns: 20, rows: 4 });
});

Deno.test("a terminal that is gone while its size is looked at ends nothing", () => {
  const gone = () => {
    throw new Error("Input/output error (os error 5)");
  };
  assertEquals(screenSize(gone), { columns: 20, rows: 4 });
});
