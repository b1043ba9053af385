import { readInitServices, serviceLines } from "../../../../lib/app/commands/init_services.ts";
import { UsageError } from "../../../../lib/app/program/usage_error.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import { formatStreamAddress } from "../../../../lib/config/stream_address.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

/** What the file of this word says when it is read. */
function written(word: string): readonly string[] {
  const text = `services:\n${serviceLines(readInitServices([word]))}\n`;
  return [...parseSnaptConfig(text, "snapt.yaml").services].map(([name, { to, protocol }]) =>
    `${name}=${formatStreamAddress(to)}/${protocol}`
  );
}

const RIGHT = [
  ["db=10.0.0.5:5432", "db=10.0.0.5:5432/tcp"],
  ["dns=127.0.0.1:53/udp", "dns=127.0.0.1:53/udp"],
  ["web=[2001:db8::7]:80/tcp", "web=[2001:db8::7]:80/tcp"],
  // YAML could take these for something else than texts.
  ["true=nas.example:22", "true=nas.example:22/tcp"],
  ["1e3=127.0.0.1:1", "1e3=127.0.0.1:1/tcp"],
  ["2026-01-01=127.0.0.1:2", "2026-01-01=127.0.0.1:2/tcp"],
] as const;

for (const [word, expected] of RIGHT) {
  Deno.test(`the service ${word} is in the file as it was named`, () => {
    assertEquals(written(word), [expected]);
  });
}

const WRONG = [
  ["ssh", "Cannot use --service ssh: write NAME=HOST:PORT"],
  ["=127.0.0.1:22", "write NAME=HOST:PORT"],
  ["ssh=", "write NAME=HOST:PORT"],
  ["ssh=127.0.0.1", '"127.0.0.1" is no address'],
  ["ssh=127.0.0.1:70000", "ports go up to 65535"],
  ["ssh=:22", "does not say which machine"],
  ["ssh=127.0.0.1:22/sctp", 'protocol: "sctp" is not one of tcp, udp'],
  [
    "web=unix:/run/web.sock",
    Deno.build.os === "windows" ? "cannot be used on Windows" : "port: it is missing",
  ],
  ["a/b=127.0.0.1:22", '"a/b" cannot name a service'],
  ["a\nb: {}\nc=127.0.0.1:22", "cannot name a service"],
  ["ssh=127.0.0.1:22 }\n  x: { to: 127.0.0.1:1", "is no address"],
] as const;

for (const [word, expected] of WRONG) {
  Deno.test(`the service ${JSON.stringify(word)} is wrong usage, and why is said`, () => {
    assertThrows(() => readInitServices([word]), UsageError, expected);
  });
}

Deno.test("every wrong service is named, and a name that is there twice", () => {
  const error = assertThrows(
    () => readInitServices(["a=127.0.0.1:1", "b", "a=127.0.0.1:2", "c=127.0.0.1"]),
    UsageError,
    "--service b: ",
  );
  assertEquals(
    String(error).match(/--service \S+:/g),
    ["b:", "a=127.0.0.1:2:", "c=127.0.0.1:"].map(
      (word) => `--service ${word}`,
    ),
  );
});
