import { fileURLToPath } from "node:url";
import { unneededByCnapt, unneededBySnapt } from "../../../../lib/app/program/unneeded_rights.ts";
import type { NotifyConfig } from "../../../../lib/config/notify_config.ts";
import { assertEquals } from "../../../assert.ts";

const COMMAND: NotifyConfig = { kind: "command", argv: ["say"] };
const POST: NotifyConfig = { kind: "post", url: "http://127.0.0.1:9000/" };
const PLAIN = { up: null, down: null, vpn: null };
const MODEM = { ...PLAIN, up: { kind: "line", line: "nmcli con up lte" } } as const;
const NOTHING = { notify: [], providers: [PLAIN] };

Deno.test("CNAPT on Linux keeps every right, because /proc and /sys need them all", () => {
  assertEquals(unneededByCnapt(NOTHING, "linux"), []);
});

Deno.test("CNAPT elsewhere gives up `run` unless it has something to start", () => {
  assertEquals(unneededByCnapt(NOTHING, "windows"), ["run", "import"]);
  assertEquals(unneededByCnapt({ notify: [POST], providers: null }, "windows"), ["run", "import"]);
  assertEquals(unneededByCnapt({ notify: [COMMAND], providers: null }, "windows"), ["import"]);
  assertEquals(unneededByCnapt({ notify: [], providers: [PLAIN, MODEM] }, "windows"), ["import"]);
  assertEquals(unneededByCnapt(NOTHING, "darwin"), ["import"]);
});

Deno.test("SNAPT gives up `run` unless it has a command or adds addresses", () => {
  assertEquals(unneededBySnapt({ notify: [POST], virtual: null }), ["run", "import"]);
  assertEquals(unneededBySnapt({ notify: [], virtual: { manage: false } }), ["run", "import"]);
  assertEquals(unneededBySnapt({ notify: [], virtual: { manage: true } }), ["import"]);
  assertEquals(unneededBySnapt({ notify: [COMMAND], virtual: null }), ["import"]);
});

Deno.test("what is given up is gone for good, and nothing else is", async () => {
  const module = new URL("../../../../lib/app/program/unneeded_rights.ts", import.meta.url);
  const program = `
    import { giveUp } from "${module}";
    giveUp(["run", "import"]);
    const names = ["run", "import", "read", "write", "net", "env", "sys", "ffi"];
    const granted = names.filter((name) =>
      Deno.permissions.querySync({ name }).state === "granted"
    );
    console.log(granted.join(" "));
    try {
      await new Deno.Command(Deno.execPath(), { args: ["--version"] }).output();
    } catch (error) {
      console.log(error.name);
    }`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "-q", program],
    cwd: fileURLToPath(new URL("../../../../", import.meta.url)),
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  assertEquals(
    decode(stdout).split(/\s*\n/),
    ["read write net env sys ffi", "NotCapable"],
    decode(stderr),
  );
});
