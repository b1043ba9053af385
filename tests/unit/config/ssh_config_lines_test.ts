import { sshConfigNames } from "../../../lib/config/ssh_config_lines.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("sshConfigNames finds hosts however they are written", () => {
  const text = [
    "Host one two",
    '  host = "three"',
    "HOST\tfour !five # six",
    "Match host seven,eight user me",
    "  # Host nine",
    "  HostName ten",
    "match originalhost eleven",
  ].join("\r\n");
  const hosts = ["one", "two", "three", "four", "seven", "eight", "eleven"];
  assertEquals(sshConfigNames(text).hosts, hosts);
});

Deno.test("sshConfigNames tells includes that hold for every host from others", () => {
  const text = 'Include a "b c"\nUser me\nInclude "d\\"e"\nHost x\nInclude f\n';
  const { includes, includesForAll } = sshConfigNames(text);
  assertEquals(includesForAll, ["a", "b c", 'd"e']);
  assertEquals(includes, ["a", "b c", 'd"e', "f"]);
});
