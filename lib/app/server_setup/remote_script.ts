/**
 * How a script gets to the server and what it says comes back. The user's shell there may be fish or
 * csh, and prints what it likes when it starts: so it is only asked for `sh`, which reads the script
 * from its input, and the lines of the script have a mark of their own.
 */
import { shellWord } from "./shell_word.ts";

/** What is given to a script, by the names of its variables. */
export type ScriptValues = Readonly<Record<string, string>>;

/** What all scripts have in common: `say KEY VALUE` is the only way in which they speak. */
const HEAD = `
LC_ALL=C
export LC_ALL
say() { printf '%s %s %s\\n' "$MARK" "$1" "$2"; }
fail() { say failed "$1 $(printf '%s' "$2" | tr '\\r\\n\\t' '   ' | cut -c1-600)"; exit 0; }
if [ -z "\${XDG_RUNTIME_DIR-}" ] && [ -d "/run/user/$(id -u)" ]; then
  XDG_RUNTIME_DIR=/run/user/$(id -u)
  export XDG_RUNTIME_DIR
fi
`;

/** A script that is ready to be sent. */
export interface SentScript {
  /** The command that ssh is given. */
  readonly command: string;
  /** The beginning of its input; what the script reads comes behind it. */
  readonly input: Uint8Array<ArrayBuffer>;
  readonly mark: string;
}

/** Makes a script with these values. `mark`: a word that nobody else says. */
export function sentScript(mark: string, body: string, values: ScriptValues): SentScript {
  const given = Object.entries({ ...values, MARK: mark })
    .map(([name, value]) => `${name}=${shellWord(value)}\n`).join("");
  const input = new TextEncoder().encode(`${given}${HEAD}${body}\nsay end -\n`);
  // `dd` takes exactly the script, byte by byte: what follows is the script's to read.
  const command = `exec sh -c 'eval "$(dd bs=1 count=${input.length} 2>/dev/null)"'`;
  return { command, input, mark };
}

/** What a script said: the values of each key, in their order. */
export type ScriptSaid = ReadonlyMap<string, readonly string[]>;

/** What a script said; null: it did not come to its end, or was never begun. */
export function readScript(mark: string, out: string): ScriptSaid | null {
  const said = new Map<string, string[]>();
  for (const line of out.split("\n")) {
    if (!line.startsWith(`${mark} `)) continue; // what the shell there says by itself
    const [, key = "", value = ""] = /^(\w+) (.*)$/.exec(line.slice(mark.length + 1)) ?? [];
    if (key === "") return null;
    said.set(key, [...said.get(key) ?? [], value]);
  }
  return said.has("end") || said.has("failed") ? said : null;
}

/** Which step of a script failed, and what was said there; null: none. */
export function failureOf(
  said: ScriptSaid,
): { readonly step: string; readonly words: string } | null {
  const failed = said.get("failed")?.[0];
  if (failed === undefined) return null;
  const [, step = "", words = ""] = /^(\w+) ?(.*)$/.exec(failed) ?? [];
  return { step, words: words.trim() };
}
