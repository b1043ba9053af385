import { browserHere } from "../../../../lib/app/commands/browser_here.ts";
import { assertEquals } from "../../../assert.ts";

for (
  const [os, variables, found] of [
    ["linux", { DISPLAY: ":0" }, "xdg-open"],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, "xdg-open"],
    ["linux", {}, "none"],
    ["linux", { DISPLAY: ":10", SSH_CONNECTION: "a b" }, "ssh"],
    ["darwin", {}, "/usr/bin/open"],
    ["darwin", { SSH_TTY: "/dev/ttys1" }, "ssh"],
    ["windows", {}, "explorer.exe"],
  ] as const
) {
  Deno.test(`on ${os} with ${JSON.stringify(variables)} the page is opened by ${found}`, () => {
    const set: Readonly<Record<string, string>> = variables;
    const here = browserHere("file:///p.html", { os, variable: (name) => set[name] });
    assertEquals(here.kind === "command" ? here.argv : [here.kind], [
      found,
      ...here.kind === "command" ? ["file:///p.html"] : [],
    ]);
  });
}
