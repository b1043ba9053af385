import { refusalOf } from "../../../../lib/app/commands/refused_sites.ts";
import { siteSnapshot } from "../../status/kit/site_snapshot.ts";
import { assertEquals } from "../../../assert.ts";

const refusal = { code: "revoked", sentence: "laptop was revoked at SNAPT" };
const refused = siteSnapshot({ name: "home", state: "refused", refusal });
const well = siteSnapshot({ name: "work" });

Deno.test("what SNAPT refuses with is said of the site that is asked, or when all sites refuse", () => {
  assertEquals(refusalOf({ sites: { home: refused } }, null), refusal.sentence);
  assertEquals(refusalOf({ sites: { home: refused, work: well } }, "home"), refusal.sentence);
  assertEquals(refusalOf({ sites: { home: refused, work: refused } }, null), refusal.sentence);
});

Deno.test("nothing is refused as long as one of the sites that are asked is not, or there is none", () => {
  assertEquals(refusalOf({ sites: { home: refused, work: well } }, null), null);
  assertEquals(refusalOf({ sites: { home: refused, work: well } }, "work"), null);
  assertEquals(refusalOf({ sites: {} }, null), null);
  assertEquals(refusalOf({ sites: { home: refused } }, "nowhere"), null);
});
