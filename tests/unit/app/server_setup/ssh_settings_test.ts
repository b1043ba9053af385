import { readSshSettings } from "../../../../lib/app/server_setup/ssh_settings.ts";
import { assert, assertEquals } from "../../../assert.ts";

const PLAIN =
  "user me\nhostname 192.0.2.7\nport 22\nserveraliveinterval 0\nconnecttimeout none\ncompression no\n";

Deno.test("a destination that ssh connects to straight gets limits and a shared connection", () => {
  assertEquals(readSshSettings(PLAIN), {
    hostname: "192.0.2.7",
    through: null,
    isThroughCnapt: false,
    additions: ["ConnectTimeout=20", "ServerAliveInterval=15", "Compression=yes"],
    isShared: false,
  });
});

Deno.test("what the user has chosen is left as it is", () => {
  const chosen = readSshSettings(
    "hostname home\r\nserveraliveinterval 5\nconnecttimeout 3\ncompression yes\ncontrolpath /run/me/%C\nproxyjump bastion\n",
  );
  assertEquals([chosen?.additions, chosen?.isShared, chosen?.through], [[], true, "bastion"]);
});

Deno.test("a way through a CNAPT is recognised", () => {
  const settings = readSshSettings(
    `${PLAIN}proxycommand /usr/bin/cnapt stdio ssh --site home --config /home/me/cnapt.yaml\n`,
  );
  assert(settings?.isThroughCnapt === true && settings.through !== null);
  assertEquals(readSshSettings(`${PLAIN}proxycommand nc %h %p\n`)?.isThroughCnapt, false);
});

Deno.test("no machine, and one with what a terminal obeys, is none", () => {
  assertEquals(readSshSettings("user me\n"), null);
  assertEquals(readSshSettings("hostname -oProxyCommand=x\n"), null);
  assertEquals(readSshSettings("hostname a\u001bb\n"), null);
});
