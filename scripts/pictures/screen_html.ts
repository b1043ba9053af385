/** The screen of a terminal as a page of its own: what SGR sequences (ECMA-48) ask for, as HTML. */
import { htmlText } from "../site/html_text.ts";
import type { TerminalSize } from "./terminal.ts";

/** The sixteen colours, and the 240 that follow from their numbers; readable on a dark ground. */
const COLOURS: readonly string[] = [
  ...["#2a303c", "#f07178", "#8fd17f", "#e8c46a", "#7fb0ff", "#d3a0f0", "#6fd0d8", "#cdd5e3"],
  ...["#6f7b90", "#ff9aa0", "#b0e8a3", "#f7dc94", "#a9caff", "#e7c4fb", "#a0e6ec", "#ffffff"],
];

interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly reverse: boolean;
  readonly ink: string | null;
  readonly paper: string | null;
}

const PLAIN: Style = {
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  reverse: false,
  ink: null,
  paper: null,
};

/** @param screen lines with SGR sequences */
export function screenHtml(title: string, screen: string, size: TerminalSize): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${htmlText(title)}</title>
<style>
body { margin: 0; background: #11151c; }
figure { margin: 0; width: max-content; background: #11151c; color: #dfe5ef; }
figcaption { font: 13px system-ui, sans-serif; color: #9aa5b8; padding: 8px 14px;
  background: #1c2330; }
pre { margin: 0; padding: 12px 14px; width: ${size.columns}ch;
  font: 14px/1.3 "DejaVu Sans Mono", monospace; }
</style><figure><figcaption>${htmlText(title)}</figcaption><pre>${inHtml(screen)}</pre></figure>`;
}

function inHtml(screen: string): string {
  let style = PLAIN;
  let html = "";
  // deno-lint-ignore no-control-regex -- sequences begin with a control character
  for (const [, parameters, text = ""] of screen.matchAll(/\x1b\[([\d;:]*)m|([^\x1b]+)/g)) {
    if (parameters !== undefined) style = changed(style, parameters);
    else if (text !== undefined) html += styled(text, style);
  }
  return html;
}

function styled(text: string, style: Style): string {
  const ink = style.reverse ? style.paper ?? "#11151c" : style.ink;
  const paper = style.reverse ? style.ink ?? "#dfe5ef" : style.paper;
  const rules = [
    style.bold ? "font-weight:bold" : "",
    style.dim ? "opacity:.65" : "",
    style.italic ? "font-style:italic" : "",
    style.underline ? "text-decoration:underline" : "",
    ink === null ? "" : `color:${ink}`,
    paper === null ? "" : `background:${paper}`,
  ].filter((rule) => rule !== "");
  if (rules.length === 0) return htmlText(text);
  return `<span style="${rules.join(";")}">${htmlText(text)}</span>`;
}

function changed(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let code = codes.shift(); code !== undefined; code = codes.shift()) {
    if (code === 38 || code === 48) {
      const colour = longColour(codes);
      next = code === 38 ? { ...next, ink: colour } : { ...next, paper: colour };
    } else next = changedBy(next, code);
  }
  return next;
}

function changedBy(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 7) return { ...style, reverse: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 23) return { ...style, italic: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 27) return { ...style, reverse: false };
  if (code === 39) return { ...style, ink: null };
  if (code === 49) return { ...style, paper: null };
  if (code >= 30 && code <= 37) return { ...style, ink: indexed(code - 30) };
  if (code >= 40 && code <= 47) return { ...style, paper: indexed(code - 40) };
  if (code >= 90 && code <= 97) return { ...style, ink: indexed(code - 82) };
  if (code >= 100 && code <= 107) return { ...style, paper: indexed(code - 92) };
  return style;
}

/** What follows 38 or 48: `5;N` or `2;R;G;B`, which is taken out of `codes`. */
function longColour(codes: number[]): string | null {
  const kind = codes.shift();
  if (kind === 5) return indexed(codes.shift() ?? 0);
  if (kind === 2) return `rgb(${codes.splice(0, 3).join(",")})`;
  return null;
}

function indexed(number: number): string | null {
  if (number < 16) return COLOURS[number] ?? null;
  if (number > 231) {
    const grey = 8 + (number - 232) * 10;
    return `rgb(${grey},${grey},${grey})`;
  }
  const part = (step: number) => step === 0 ? 0 : 55 + step * 40;
  const at = number - 16;
  return `rgb(${part(Math.floor(at / 36))},${part(Math.floor(at / 6) % 6)},${part(at % 6)})`;
}
