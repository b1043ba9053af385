import { openPage } from "../../../../lib/app/commands/open_page.ts";
import { assert, assertRejects } from "../../../assert.ts";

Deno.test("no address is given of a page that the running program is too old to have", async () => {
  const get = () => Promise.resolve('{"version":"0.1.0","sites":{}}');
  const client = { url: "http://127.0.0.1:7786", get };
  const error = await assertRejects(() => openPage({ client, token: "00" }, "print"));
  assert(error.message.includes("start it again"), error.message);
});
