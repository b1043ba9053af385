import {
  formatSshDestination,
  isSshDestination,
  nameOfServer,
  parseSshDestination,
} from "../../../../lib/app/server_setup/ssh_destination.ts";
import { UsageError } from "../../../../lib/app/program/usage_error.ts";
import { assert, assertEquals } from "../../../assert.ts";

for (
  const [text, user, host, port] of [
    ["ssh://home", null, "home", null],
    ["SSH://me@home.example.org:2222/", "me", "home.example.org", 2222],
    ["ssh://me@[2001:db8::7]:22/some/path", "me", "2001:db8::7", 22],
    ["ssh://me@[fe80::1%eth0]", "me", "fe80::1%eth0", null],
    ["ssh://DOMAIN\\me@192.0.2.7", "DOMAIN\\me", "192.0.2.7", null],
  ] as const
) {
  Deno.test(`the server ${text} is read, and written so that it is read again`, () => {
    assert(isSshDestination(text));
    const destination = parseSshDestination(text);
    assertEquals(destination, { user, host, port });
    assertEquals(parseSshDestination(formatSshDestination(destination)), destination);
  });
}

for (
  const text of [
    "ssh://",
    "ssh://me@",
    "ssh://-oProxyCommand=evil",
    "ssh://-evil@home",
    "ssh://me;id@home",
    "ssh://me@home:0",
    "ssh://me@home:65536",
    "ssh://me@home:ssh",
    "ssh://me@ho me",
    "ssh://me@2001:db8::7",
    "ssh://me@home\u001b[2J",
    "ssh://me@$(id)",
  ]
) {
  Deno.test(`${JSON.stringify(text)} is no server`, () => {
    try {
      parseSshDestination(text);
    } catch (error) {
      assert(error instanceof UsageError && error.message.startsWith("Cannot join"));
      return;
    }
    throw new Error("it was taken");
  });
}

Deno.test("a server in a sentence has the user where one was named", () => {
  assertEquals(nameOfServer({ user: "me", host: "home", port: 1 }), "me@home");
  assertEquals(nameOfServer({ user: null, host: "home", port: null }), "home");
});
