import { siteLines } from "../../../../lib/app/commands/cnapt_check.ts";
import { parseCnaptConfig } from "../../../../lib/config/cnapt_config.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { lacks } from "../../../system_needs.ts";

const EVERYTHING = new URL("../../../config/valid/cnapt-everything.yaml", import.meta.url);

Deno.test("the check says what is offered where, and to whom", {
  ignore: lacks("unixSockets", "what is offered in cnapt-everything.yaml"),
}, async () => {
  const config = parseCnaptConfig(await Deno.readTextFile(EVERYTHING), "cnapt.yaml");
  const [home, office] = [...config.sites].map(([name, site]) =>
    siteLines(name, site, config.allow ?? [])
  );
  assert(home?.[0]?.startsWith("site home: other.example.org:443 "), home?.[0]);
  assertEquals(home?.slice(1), [
    "  ssh              127.0.0.1:2222, for this machine",
    "  db               [::]:5432, for this machine, fd00::/8, 192.0.2.7",
    "  local            unix:/run/user/1000/local.sock, for this machine",
    "  dns              [::]:5432/udp, for this machine, 192.168.7.0/24",
    "  socks5           127.0.0.1:1080, for this machine",
    "  http             [::1]:3128, for this machine",
    "  printer          192.168.7.9:9100, for programs beside SNAPT on port 9100/tcp",
    "  pager            127.0.0.1:5060, for programs beside SNAPT on port 5061/udp",
    "  chat             unix:/run/chat.sock, for programs beside SNAPT on port 5222/tcp",
  ]);
  assertEquals(office?.length, 1);
  assert(
    office?.[0]?.endsWith("offers every service that SNAPT announces, to this machine"),
    office?.[0],
  );
});
