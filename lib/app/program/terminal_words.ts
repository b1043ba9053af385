/**
 * The log in sentences, for whoever runs a program on a terminal: what to type next, then a line for
 * each change. What is of no use there is left out; `--verbose` has the log itself.
 */
import { sshLine } from "../../config/ssh_line.ts";
import { type EventName, LOG_EVENTS } from "../../relay/events/log_events.ts";
import type { LogFields, LogValue } from "../../relay/run/relay_log.ts";
import { counted } from "../../status/words/counted.ts";
import { inStall, inTime } from "../../status/words/in_time.ts";
import type { LogEntry, Wording } from "./log_line.ts";
import { printable } from "./printable.ts";

/** A sentence, or one and what is said below it; null: nothing. */
type Words = (
  fields: Readonly<Record<string, LogValue | undefined>>,
) => string | readonly string[] | null;

/** Below a sentence: as wide as the time in front of it. */
const BELOW = " ".repeat("00:00:00 ".length);

/** What a session of the program's own terminal says by itself. */
export interface SaidElsewhere {
  /** Whether questions, and that there is no network, are told there without the log. */
  readonly isAsked: boolean;
}

/** The sentences of one program, with the time of day in front. */
export function terminalWording(program: "cnapt" | "snapt", elsewhere: SaidElsewhere): Wording {
  const words = wordsOf(program, elsewhere);
  return (entry) => {
    const said = sentenceOf(words, entry);
    if (said === null) return null;
    const [first = "", ...below] = (typeof said === "string" ? [said] : said).map(printable);
    const mark = entry.level === "warn" || entry.level === "error" ? "! " : "";
    return [`${timeOf(entry.time)} ${mark}${first}`, ...below.map((line) => BELOW + line)].join(
      "\n",
    );
  };
}

function sentenceOf(
  words: Partial<Readonly<Record<EventName, Words>>>,
  { event, level, fields }: LogEntry,
): ReturnType<Words> {
  const own = words[event];
  if (own !== undefined) return own(fields);
  if (level !== "warn" && level !== "error") return null;
  const { means, todo } = LOG_EVENTS[event];
  const remedy = fields.remedy ?? todo;
  const why = fields.reason === undefined ? means : `${means} ${fields.reason}`;
  return `${aboutOf(fields)}${why}${remedy === "" ? "" : ` -> ${remedy}`}`;
}

/** Whom or what it is about. */
function aboutOf({ site, client, provider, service, relay }: LogFields): string {
  const names = [site, client, provider, service, relay].filter((name) => name !== undefined);
  return names.length === 0 ? "" : `${names.join(", ")}: `;
}

function timeOf(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
}

function wordsOf(
  program: "cnapt" | "snapt",
  { isAsked }: SaidElsewhere,
): Partial<Readonly<Record<EventName, Words>>> {
  return { ...(program === "cnapt" ? cnaptWords(isAsked) : SNAPT_WORDS), ...COMMON_WORDS };
}

const COMMON_WORDS: Partial<Readonly<Record<EventName, Words>>> = {
  "stopping": () => "Ends, and says goodbye to the other side",
  "reloaded": ({ applied, needs_restart: restart }) =>
    `The configuration was read again: ${applied === "" ? "nothing has changed" : applied}` +
    (restart === undefined || restart === "" ? "" : `; ${restart} needs a restart`),
  "woke": ({ ms }) => `This machine slept for ${inTime(Number(ms ?? 0))}`,
  "stream-reset": ({ site, client, service, reason, reason_code: code }) =>
    `A connection to ${service} of ${site ?? client} has broken off: ${reason ?? inPlain(code)}`,
  "state-moved": ({ from, to }) => `${from} is now ${to}`,
};

/** Why a stream was reset, where the log has no more than the word of the protocol for it. */
function inPlain(code: LogValue | undefined): string {
  switch (code) {
    case "sessionEnded":
      return "the session has ended";
    case "limit":
      return "a limit was reached";
    case "nameUnknown":
      return "there is no such name";
    case "connectionRefused":
      return "nothing listens there";
    case "connectTimedOut":
      return "nobody answers there";
    default:
      return `the other side says ${code ?? "nothing"}; its log may say more`;
  }
}

function cnaptWords(isAsked: boolean): Partial<Readonly<Record<EventName, Words>>> {
  const hint = once(
    "`cnapt status --watch` in another terminal shows it live, `cnapt open` a page",
  );
  return {
    "started": ({ sites }) =>
      `CNAPT runs, and connects to ${sites === "" ? "no site: `cnapt join CODE`" : sites}`,
    "offering": ({ site, service, protocol, at }) => {
      const shell = service === "ssh" && protocol === "tcp"
        ? sshLine({ site: String(site), service: "ssh", listen: String(at) })
        : null;
      return `  ${service} of ${site} is at ${at}${protocol === "udp" ? " (UDP)" : ""}` +
        (shell === null ? "" : `: ${shell}`);
    },
    "offered-no-longer": ({ site, service }) => `  ${service} of ${site} is offered no longer`,
    "connected": ({ site, provider }) => [`${site} is connected over ${provider}`, ...hint()],
    "session-ended": ({ site, reason }) => `${site} is not connected: ${reason}`,
    "refused": ({ site, reason }) => `${site} refuses this CNAPT: ${reason}`,
    "cannot-reach-snapt": ({ site, provider, reason }) =>
      `${site} is not reached${provider === "" ? "" : ` over ${provider}`}: ${reason}`,
    "switched": ({ site, from, to, reason, stall_ms: stallMs, streams }) =>
      `${site} ${from === to ? `goes on over ${to}` : `moved from ${from} to ${to}`}, ` +
      `${counted(Number(streams), "connection")}, longest stall ${inStall(Number(stallMs))} ` +
      `(${reason})`,
    "switch-failed": ({ site, from, to, reason }) =>
      `${site} did not move from ${from} to ${to}: ${reason}`,
    "switch-decided": () => null, // what came of it follows
    "provider-lost": ({ provider, reason }) => `${provider} is gone: ${reason}`,
    "provider-connected": ({ provider }) => `${provider} is there`,
    "provider-closed": ({ provider }) => `${provider} was closed`,
    "confirmation-wanted": ({ provider, from, reason, command }) =>
      isAsked ? null : `Use ${provider} instead of ${from}? ${reason}: \`${command}\``,
    "confirmation-ended": ({ provider, answer }) => isAsked ? null : `${provider}: ${answer}`,
    "no-network": () =>
      isAsked ? null : "This machine has no network; connections are kept and wait",
    "network-again": () => isAsked ? null : "This machine has a network again",
    "client-service": ({ service, at }) => `  servers reach ${service} at ${at}`,
    "proxy": ({ at }) => `  a proxy listens at ${at}`,
    "connections-held": ({ site, reason }) => `Connections of ${site} wait: ${reason ?? ""}`,
  };
}

const SNAPT_WORDS: Partial<Readonly<Record<EventName, Words>>> = {
  "listening": ({ site, address, services }) => [
    `SNAPT of ${site} listens on ${address}, for ${services === "" ? "no service" : services}`,
    "`snapt invite NAME` makes a code for a CNAPT",
    "`snapt status --watch` in another terminal shows who is connected, `snapt open` a page",
  ],
  "session-started": ({ client, from }) => `${client} is connected from ${from}`,
  "session-ended": ({ client, reason }) => `${client} has left: ${reason}`,
  "session-refused": ({ client, from, reason }) => `${client} from ${from} was refused: ${reason}`,
  "paired": ({ client, from }) => `${client} has joined from ${from}`,
  "admission-ended": ({ client, reason }) => `${client} is let in no more: ${reason}`,
  "relay-attached": ({ relay }) => `SNAPT is reached through the relay ${relay}`,
  "mapping-made": ({ tcp }) => `The router leads ${tcp ?? "its port"} here`,
  "network-chosen": ({ network }) => `SNAPT is to be reached over ${network}`,
  "client-service-opened": ({ client, service, at }) => `  ${service} of ${client} is at ${at}`,
};

/** Below the first sentence that has it. */
function once(hint: string): () => readonly string[] {
  let left = [hint];
  return () => {
    const now = left;
    left = [];
    return now;
  };
}
