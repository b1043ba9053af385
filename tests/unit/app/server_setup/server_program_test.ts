import {
  madeFor,
  ownPlatform,
  platformName,
  platformOf,
} from "../../../../lib/app/server_setup/server_program.ts";
import { assertEquals } from "../../../assert.ts";

function head(...bytes: readonly number[]): Uint8Array<ArrayBuffer> {
  const filled = new Uint8Array(20);
  filled.set(bytes);
  return filled;
}

const ELF = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0];

Deno.test("what a system calls itself is what it is published for", () => {
  const names = [["Linux", "x86_64"], ["Linux", "aarch64"], ["Darwin", "arm64"]] as const;
  assertEquals(
    names.map(([system, machine]) =>
      platformName(platformOf(system, machine) ?? { os: "windows", arch: "x64" })
    ),
    ["linux-x64", "linux-arm64", "macos-arm64"],
  );
  assertEquals([platformOf("FreeBSD", "amd64"), platformOf("Linux", "armv7l")], [null, null]);
  assertEquals(platformName(ownPlatform({ os: "darwin", arch: "aarch64" })), "macos-arm64");
});

Deno.test("the first bytes of a program say what it is for", () => {
  assertEquals(madeFor(head(...ELF, 0x3e, 0)), { os: "linux", arch: "x64" });
  assertEquals(madeFor(head(...ELF, 0xb7, 0)), { os: "linux", arch: "arm64" });
  assertEquals(madeFor(head(...ELF, 0x28, 0)), null);
  assertEquals(madeFor(head(0xcf, 0xfa, 0xed, 0xfe, 12, 0, 0, 1)), { os: "macos", arch: "arm64" });
  assertEquals(madeFor(head(0x4d, 0x5a)), { os: "windows", arch: "x64" });
});

Deno.test("a script and what is too short say nothing of it", () => {
  assertEquals(madeFor(head(0x23, 0x21)), "any");
  assertEquals(madeFor(new Uint8Array(3)), "any");
});
