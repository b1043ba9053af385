import type { Surroundings } from "../places/surroundings.ts";

/** The program that opens a page, or why there is none. */
export type BrowserHere =
  | { readonly kind: "command"; readonly argv: readonly string[] }
  | { readonly kind: "ssh" }
  | { readonly kind: "none" };

/** How `page` is opened where somebody sits before a screen. */
export function browserHere(
  page: string,
  { os, variable }: Pick<Surroundings, "os" | "variable">,
): BrowserHere {
  const isSet = (name: string) => (variable(name) ?? "") !== "";
  if (isSet("SSH_CONNECTION") || isSet("SSH_TTY")) return { kind: "ssh" };
  if (os === "windows") return { kind: "command", argv: ["explorer.exe", page] };
  if (os === "darwin") return { kind: "command", argv: ["/usr/bin/open", page] };
  if (!isSet("DISPLAY") && !isSet("WAYLAND_DISPLAY")) return { kind: "none" };
  return { kind: "command", argv: ["xdg-open", page] };
}
