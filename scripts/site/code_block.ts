import { htmlText } from "./html_text.ts";

/** In these a `#` at the beginning of a word begins a comment. */
const WITH_COMMENTS = new Set(["sh", "yaml", "bash", "ini", "conf"]);

/** A block of code: scrolled by itself when it is wide, comments set apart. */
export function codeBlock(text: string, language: string): string {
  const shown = text.replace(/\n$/, "").split("\n")
    .map((line) => WITH_COMMENTS.has(language) ? withComment(line) : htmlText(line)).join("\n");
  return `<div class="code"><pre tabindex="0"><code>${shown}\n</code></pre></div>\n`;
}

function withComment(line: string): string {
  const at = /(^|\s)#/.exec(line)?.index;
  if (at === undefined) return htmlText(line);
  return `${htmlText(line.slice(0, at))}<span class="comment">${htmlText(line.slice(at))}</span>`;
}
