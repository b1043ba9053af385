import { proxyCommand, sshBlock } from "../../../lib/config/ssh_block.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const HOST = { host: "home", site: "home", service: "ssh" };
const CONTEXT = {
  program: ["/usr/bin/cnapt"],
  configFile: "/home/me/cnapt.yaml",
  user: null,
  fallback: null,
  os: "other",
} as const;

Deno.test("sshBlock names the host, its own key, and the way through CNAPT", () => {
  assertEquals(sshBlock(HOST, CONTEXT), [
    "Host home",
    "  HostKeyAlias ssh.home.cnapt",
    "  ServerAliveInterval 0",
    "  ProxyCommand /usr/bin/cnapt stdio ssh --site home --config /home/me/cnapt.yaml",
  ]);
});

Deno.test("sshBlock has the user and the fallback when they are given", () => {
  const context = { ...CONTEXT, user: "me", fallback: { host: "2001:db8::7", port: 22 } };
  const lines = sshBlock({ host: "home-nas", site: "home", service: "nas" }, context);
  assertEquals(lines[1], "  User me");
  assertEquals(lines[2], "  HostKeyAlias nas.home.cnapt");
  assertEquals(lines.at(-1)?.endsWith(" --fallback '[2001:db8::7]:22'"), true);
});

Deno.test("proxyCommand quotes what ssh and the shell would take apart", () => {
  const words = ["/a b/cnapt", "it's", "50%", "$HOME", "a#b", "c.yaml"];
  assertEquals(proxyCommand(words, "other"), "'/a b/cnapt' 'it'\\''s' 50%% '$HOME' 'a#b' c.yaml");
  assertEquals(proxyCommand(["C:\\My Files\\cnapt.exe"], "windows"), '"C:\\My Files\\cnapt.exe"');
});

Deno.test("proxyCommand refuses what no quotes can hold", () => {
  for (const word of ["a\nb", "a\\b", ""]) {
    assertThrows(() => proxyCommand([word], "other"), TypeError, "cannot stand");
  }
  assertThrows(() => proxyCommand(["C:\\my folder\\"], "windows"), TypeError, "cannot stand");
});
