/** Reads of a configuration of ssh what CNAPT has to know before it adds a host to it. */

const WORD = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g;

/** What a configuration names, without what its patterns would match. */
export interface SshConfigNames {
  /** Hosts of `Host` and `Match host`, as they are written. */
  readonly hosts: readonly string[];
  /** Files and patterns of files of `Include`, as they are written. */
  readonly includes: readonly string[];
  /** Those that hold for every host: before the first `Host` or `Match`. */
  readonly includesForAll: readonly string[];
}

/** Reads the lines of a configuration; what is no line of ssh's is passed over. */
export function sshConfigNames(text: string): SshConfigNames {
  const hosts: string[] = [];
  const includes: string[] = [];
  const includesForAll: string[] = [];
  let isForAll = true;
  for (const line of text.split(/\r?\n/)) {
    const [, keyword = "", rest = ""] = /^\s*([A-Za-z]+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? [];
    const words = wordsOf(rest);
    switch (keyword.toLowerCase()) {
      case "host":
        isForAll = false;
        hosts.push(...words.filter((word) => !word.startsWith("!")));
        break;
      case "match":
        isForAll = false;
        hosts.push(...matched(words));
        break;
      case "include":
        includes.push(...words);
        if (isForAll) includesForAll.push(...words);
    }
  }
  return { hosts, includes, includesForAll };
}

/** The hosts of `Match host a,b originalhost c`. */
function matched(words: readonly string[]): readonly string[] {
  return words.flatMap((word, at) =>
    /^(?:original)?host$/i.test(words[at - 1] ?? "") ? word.split(",") : []
  ).filter((word) => !word.startsWith("!"));
}

/** Words between spaces or in quotes, up to a comment. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  for (const [, inDouble, inSingle, plain] of text.matchAll(WORD)) {
    if (plain?.startsWith("#") === true) break;
    words.push((inDouble ?? inSingle ?? plain ?? "").replace(/\\(["'\\])/g, "$1"));
  }
  return words;
}
