import { exitCodeOf } from "../../../lib/app/program/exit_code.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { type ProgramName, run } from "../kit/program.ts";
import { asServices, besidePair } from "../kit/reloaded_pair.ts";

/** What comes of asking with this token. */
async function codeOf(url: string, token: string): Promise<number> {
  const headers = new Headers(token === "" ? [] : [["authorization", `Bearer ${token}`]]);
  const response = await fetch(url, { headers });
  await response.body?.cancel();
  return response.status;
}

Deno.test("open gives an address with a pass, and nothing is shown or done without it", () =>
  besidePair(async ({ pair }) => {
    for (const program of ["cnapt", "snapt"] as const) {
      const { code, out, err } = await pair.command(program, "open", "--print");
      assertEquals([code, err], [0, ""]);
      const [, base = "", pass = ""] = /^(http:\/\/\S+)\/#token=([\w-]+)\n$/.exec(out) ?? [];
      for (const path of ["/", "/page.js", "/page.css", "/healthz"]) {
        assertEquals(await codeOf(base + path, ""), 200, path);
      }
      const paths = ["/status.json", "/live", "/events", "/metrics"];
      for (const path of program === "cnapt" ? [...paths, "/history.json"] : paths) {
        assertEquals([await codeOf(base + path, ""), await codeOf(base + path, pass)], [401, 200]);
      }
      const { out: header } = await pair.command(program, "open", "--header");
      const [, token = ""] = /^Authorization: Bearer (\w+)\n$/.exec(header) ?? [];
      assertEquals(await codeOf(`${base}/events`, token), 200);
      assert(!pass.includes(token));
    }
    const { mode } = await Deno.stat(`${pair.cnaptFolder}/cnapt.token`);
    if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);
    if (Deno.build.os === "linux") await expectOwnFile(pair.cnaptFolder);
  }));

Deno.test("the token outlives CNAPT, and another configuration has another", () =>
  inFolder(async (folder) => {
    await besidePair(async ({ pair }) => {
      const token = await Deno.readTextFile(`${pair.cnaptFolder}/cnapt.token`);
      await Deno.copyFile(`${pair.cnaptFolder}/cnapt.yaml`, `${folder}/cnapt.yaml`);
      const other = await run("cnapt", folder, ["status"]);
      assertEquals(other.code, exitCodeOf("refused"));
      assert(other.err.includes(`${folder}/cnapt.token is not there`), other.err);
      assert(other.err.includes("--state FOLDER"), other.err);
      assertEquals(await pair.cnapt.end(), 0);
      const gone = await pair.command("cnapt", "open");
      assertEquals(gone.code, exitCodeOf("notRunning"));
      assertEquals(await Deno.readTextFile(`${pair.cnaptFolder}/cnapt.token`), token);
    });
  }));

Deno.test("open of a program that does not run says so, and shows no address", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/snapt.yaml`,
      `status: ${freeAddress()}\nservices: { ssh: { to: 127.0.0.1:22 } }\n`,
    );
    assertEquals((await run("snapt", folder, ["init"])).code, 0);
    const { code, out } = await run("snapt", folder, ["open"]);
    assertEquals([code, out], [exitCodeOf("notRunning"), ""]);
  }));

/** The browser is handed a file that only this user may read, and that is gone afterwards. */
async function expectOwnFile(home: string): Promise<void> {
  await Deno.mkdir(`${home}/bin`);
  const script = `#!/bin/sh\nfile="\${1#file://}"\nstat -c %a "$file" > "$HOME/mode"\n` +
    `cp "$file" "$HOME/seen"\n`;
  await Deno.writeTextFile(`${home}/bin/xdg-open`, script, { mode: 0o755 });
  const { code, out, err } = await inDesktop("cnapt", home, ["open"]);
  assertEquals([code, err], [0, ""]);
  assert((await Deno.readTextFile(`${home}/seen`)).includes(`url=${out.trim()}"`));
  assertEquals(await Deno.readTextFile(`${home}/mode`), "600\n");
  const left = await Array.fromAsync(Deno.readDir(home), ({ name }) => name);
  assert(!left.some((name) => name.startsWith("cnapt-page-")), left.join());
  await expectNoFileOfOneEnded(home);
}

/** Whoever does not wait for a browser that is slow leaves no pass behind. */
async function expectNoFileOfOneEnded(home: string): Promise<void> {
  await new Deno.Command("mkfifo", { args: [`${home}/asked`] }).output();
  const script = `#!/bin/sh\necho > "$HOME/asked"\nexec sleep 60\n`;
  await Deno.writeTextFile(`${home}/bin/xdg-open`, script, { mode: 0o755 });
  const open = desktopCommand("cnapt", home, ["open"]).spawn();
  await Deno.readTextFile(`${home}/asked`); // comes to its end when the browser was asked
  open.kill("SIGINT");
  assertEquals((await open.output()).signal, "SIGINT");
  const left = await Array.fromAsync(Deno.readDir(home), ({ name }) => name);
  assert(!left.some((name) => name.startsWith("cnapt-page-")), left.join());
}

/** Runs a command as if somebody sat before a screen. */
async function inDesktop(name: ProgramName, home: string, args: readonly string[]) {
  const { code, stdout, stderr } = await desktopCommand(name, home, args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

function desktopCommand(name: ProgramName, home: string, args: readonly string[]): Deno.Command {
  const [program = "", ...before] = asServices(name);
  const path = `${home}/bin:${Deno.env.get("PATH") ?? ""}`;
  return new Deno.Command(program, {
    args: [...before, ...args],
    cwd: home,
    env: { HOME: home, DISPLAY: ":99", SSH_CONNECTION: "", SSH_TTY: "", PATH: path },
    ...{ stdout: "piped", stderr: "piped" },
  });
}
