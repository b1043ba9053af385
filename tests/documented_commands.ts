/** The commands of cnapt and snapt that README and documents tell people to type. */

const ROOT = new URL("../", import.meta.url);

/** One command of a fenced block. */
export interface DocumentedCommand {
  /** Where it stands: `docs/ways_in.md:71`. */
  readonly where: string;
  readonly program: "cnapt" | "snapt";
  /** What is typed behind the program. */
  readonly args: readonly string[];
  /** With `&` behind it: it is left running. */
  readonly isLeftRunning: boolean;
}

/** The README, and every page of docs. */
export async function documents(): Promise<readonly string[]> {
  const pages: string[] = [];
  for await (const { name } of Deno.readDir(new URL("docs/", ROOT))) {
    if (name.endsWith(".md")) pages.push(`docs/${name}`);
  }
  return ["README.md", ...pages.sort()];
}

/** A page of the project. */
export async function pageOf(document: string): Promise<string> {
  return await Deno.readTextFile(new URL(document, ROOT));
}

/** The commands of the fenced blocks of a page, in their order. */
export function commandsOf(document: string, page: string): readonly DocumentedCommand[] {
  return shellLines(page).flatMap(({ number, text }) =>
    simpleCommands(text).flatMap(({ words, isLeftRunning }) =>
      programsIn(words).map(([program, args]) => ({
        ...{ where: `${document}:${number}`, program, args, isLeftRunning },
      }))
    )
  );
}

/** What stands between backquotes in running text and begins with the name of a program. */
export function mentionsOf(page: string): readonly string[] {
  const text = page.replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...text.matchAll(/`((?:cnapt|snapt) [^`\n]+)`/g)].map(([, mention = ""]) => mention);
}

/** Lines of `sh` blocks; of blocks without a language those behind a prompt. */
export function shellLines(
  page: string,
): readonly { readonly number: number; readonly text: string }[] {
  const found: { number: number; text: string }[] = [];
  let fence: string | null = null;
  for (const [index, line] of page.split("\n").entries()) {
    const [, opened] = /^ *```(\w*)/.exec(line) ?? [];
    if (opened !== undefined) fence = fence === null ? opened : null;
    else if (fence === "sh") found.push({ number: index + 1, text: line.trim() });
    else if (fence === "" && line.startsWith("$ ")) {
      found.push({ number: index + 1, text: line.slice(2) });
    }
  }
  return found;
}

/** The commands between `;`, `&`, `&&` and `|`, without the comment behind them. */
function simpleCommands(
  line: string,
): readonly { readonly words: readonly string[]; readonly isLeftRunning: boolean }[] {
  const found: { words: string[]; isLeftRunning: boolean }[] = [];
  let words: string[] = [];
  const token = /\s*(?:(#.*$)|(&&|[;&|])|((?:"[^"]*"|'[^']*'|[^\s"';&|])+))/gy;
  for (const [, comment, operator, word] of line.matchAll(token)) {
    if (comment !== undefined) break;
    if (word !== undefined) words.push(word.replaceAll(/["']/g, ""));
    else {
      found.push({ words, isLeftRunning: operator === "&" });
      words = [];
    }
  }
  return [...found, { words, isLeftRunning: false }];
}

/** What is typed in front of a program so that somebody else runs it. */
const BEFORE = [["sudo"], ["sudo", "-u", "*"], ["runuser", "-u", "*", "--"]] as const;

/** The program that the words start, or that ssh is told to start. */
function programsIn(
  words: readonly string[],
): readonly (readonly [DocumentedCommand["program"], readonly string[]])[] {
  const before = BEFORE.filter((prefix) =>
    prefix.every((word, at) => word === "*" || word === words[at])
  );
  const own = words.slice(Math.max(0, ...before.map(({ length }) => length)));
  const ofSsh = words.flatMap((word) =>
    word.startsWith("ProxyCommand=") ? [word.slice("ProxyCommand=".length).split(" ")] : []
  );
  return [own, ...ofSsh].flatMap(([program, ...args]) =>
    program === "cnapt" || program === "snapt" ? [[program, args] as const] : []
  );
}
