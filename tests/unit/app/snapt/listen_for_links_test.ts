import { createIdentity } from "../../../../lib/config/identity.ts";
import { listenForLinks } from "../../../../lib/app/snapt/listen_for_links.ts";
import { ListenFailed } from "../../../../lib/net/listen.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { assert, assertEquals, assertThrows } from "../../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();
const identity = await createIdentity();

for (const security of ["tls", "none"] as const) {
  Deno.test(`SNAPT listens everywhere that its file says, security ${security}`, () => {
    const listen = ["127.0.0.1", "127.0.0.1"].map((host) => ({ host, port: 0 }));
    const opened = listenForLinks({ listen, security }, identity);
    assertEquals(new Set(opened.map(({ port }) => port)).size, 2);
    for (const one of opened) one.close();
  });
}

Deno.test("SNAPT listens nowhere when one of its addresses cannot be had, and names the setting", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const listen = [port, taken.addr.port].map((one) => ({ host: "127.0.0.1", port: one }));
  const failed = assertThrows(
    () => listenForLinks({ listen, security: "none" }, identity),
    ListenFailed,
  );
  assert(failed.message.includes("`listen:`"), failed.message);
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});
