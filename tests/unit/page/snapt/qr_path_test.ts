import { qrModules } from "../../../../lib/app/program/qr_modules.ts";
import { pathOf, QUIET_ZONE } from "../../../../lib/page/snapt/qr_path.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("the path covers the dark modules, and no others", () => {
  assertEquals(
    pathOf({ size: 3, rows: ["110", "000", "101"] }),
    [
      `M${QUIET_ZONE} ${QUIET_ZONE}h2v1h-2z`,
      `M${QUIET_ZONE} ${QUIET_ZONE + 2}h1v1h-1z`,
      `M${QUIET_ZONE + 2} ${QUIET_ZONE + 2}h1v1h-1z`,
    ].join(""),
  );
});

Deno.test("the path of a code draws as many modules as the code has", () => {
  const qr = qrModules("home.example.org/FE98K-QYR2Q-B2QWB-54SA8-WEW7Y-AA70");
  const drawn = [...pathOf(qr).matchAll(/h(\d+)v/g)].reduce((sum, [, run]) => sum + Number(run), 0);
  const dark = qr.rows.join("").replaceAll("0", "").length;
  assertEquals(drawn, dark);
});
