/** What has changed between two looks at a program, a line for each: for where no terminal is. */
import type { CnaptDocument } from "../../status/cnapt_document.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import type { Verdict } from "../../status/verdict/verdict.ts";
import { describeSwitch } from "../../status/words/describe_switch.ts";
import { describeConfirmation } from "../../status/words/describe_confirmation.ts";
import { olderVerdict } from "./verdict_lines.ts";
import type { Seen } from "./watch_source.ts";

interface JudgedDocument {
  readonly verdict?: Verdict;
  readonly version: string;
}

/** `before`: null at the first look. */
export function cnaptChanges(
  before: Seen<CnaptDocument> | null,
  seen: Seen<CnaptDocument>,
): readonly string[] {
  const told = verdictChange("CNAPT", before, seen);
  if (seen.kind === "gone") return told;
  const then = before?.document ?? null;
  const known = new Set(then?.switches.map(switchKey));
  const asked = new Set(then?.questions.map(({ provider, askedAt }) => provider + askedAt));
  return [
    ...seen.document.switches.filter((one) => then !== null && !known.has(switchKey(one)))
      .map((one) => `${one.site}: ${describeSwitch(one)}`),
    ...seen.document.questions.filter(({ provider, askedAt }) => !asked.has(provider + askedAt))
      .map((question) => `asks: ${describeConfirmation(question)}`),
    ...told,
  ];
}

export function snaptChanges(
  before: Seen<SnaptDocument> | null,
  seen: Seen<SnaptDocument>,
): readonly string[] {
  const told = verdictChange("SNAPT", before, seen);
  if (seen.kind === "gone") return told;
  const { sessions } = seen.document;
  const then = new Map(before?.document?.sessions.map((one) => [one.client, one]));
  const now = new Set(sessions.map(({ client }) => client));
  return [
    ...sessions.flatMap(({ client, from, away }) => {
      const old = then.get(client);
      if (old !== undefined && (old.away === null) === (away === null) && old.from === from) {
        return [];
      }
      if (away !== null) return [`${client} is away`];
      return [`${client} is connected from ${from}`];
    }),
    ...[...then.keys()].filter((client) => !now.has(client)).map((client) => `${client} has left`),
    ...told,
  ];
}

function switchKey({ site, endedAt, epoch }: CnaptDocument["switches"][number]): string {
  return `${site} ${epoch} ${endedAt}`;
}

/** The verdict, when it says something else than before: numbers alone are not news. */
function verdictChange(
  program: "CNAPT" | "SNAPT",
  before: Seen<JudgedDocument> | null,
  seen: Seen<JudgedDocument>,
): readonly string[] {
  const lines = verdictWords(program, seen);
  const old = before === null ? [] : verdictWords(program, before).map(withoutNumbers);
  return lines.filter((line) => !old.includes(withoutNumbers(line)));
}

function verdictWords(
  program: "CNAPT" | "SNAPT",
  seen: Seen<JudgedDocument>,
): readonly string[] {
  if (seen.kind === "gone") return [`${program} ${seen.reason}`];
  const { verdict, version } = seen.document;
  const { sentence, problems } = verdict ?? olderVerdict(version);
  return [
    sentence,
    ...problems.filter(({ what }) => what !== sentence)
      .map(({ what, remedy }) => `! ${what} -> ${remedy}`),
  ];
}

/** Times and rates: a name with a digit in it (`wifi0`) stays. */
function withoutNumbers(line: string): string {
  return line.replace(/(?<![\w.])\d+(?:\.\d+)?(?= (?:ms|s|min|h|days)\b)/g, "N");
}
