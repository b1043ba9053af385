/** What `cnapt doctor` has found about one thing. */
export interface Finding {
  /** `attention`: it works, but not as well as it could. */
  readonly level: "ok" | "attention" | "fails";
  /** What it is about: `system`, `interface eth0`, `site home`. */
  readonly about: string;
  readonly text: string;
  /** What to do; empty where there is nothing. */
  readonly remedy: string;
}

export function ok(about: string, text: string): Finding {
  return { level: "ok", about, text, remedy: "" };
}

export function attention(about: string, text: string, remedy = ""): Finding {
  return { level: "attention", about, text, remedy };
}

export function fails(about: string, text: string, remedy = ""): Finding {
  return { level: "fails", about, text, remedy };
}

const MARKS: Readonly<Record<Finding["level"], string>> = {
  ok: "ok       ",
  attention: "attention",
  fails: "FAILS    ",
};

/** One line for each finding, and a second one for what to do. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ level, about, text, remedy }) => {
    const line = `${MARKS[level]}  ${about}: ${text}`;
    return remedy === "" ? [line] : [line, `           -> ${remedy}`];
  });
}
