import { formatHostPort, type HostPort, parseTargetOrHost } from "../../config/host_port.ts";
import { isName } from "../../config/schema.ts";
import { shownValue } from "../../config/shown_value.ts";
import { parseSnaptConfig } from "../../config/snapt_config.ts";
import { outerAddressKind } from "../../core/mapping/outer_address.ts";
import type { Terminal } from "../../net/terminal.ts";
import { askLine, askYes } from "../program/ask_line.ts";
import { printable, printableLines } from "../program/printable.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { wrapped } from "../program/wrapped.ts";
import { type InitService, readInitServices, serviceLines, SSH_SERVICE } from "./init_services.ts";
import type { InvitedAddresses } from "../snapt/invited_addresses.ts";

/** What the first run of SNAPT is to make. */
export interface FirstRun {
  readonly services: readonly InitService[];
  /** What the CNAPT that is invited is called, and where it is told that SNAPT is. */
  readonly name: string;
  /** Empty: what the router says, and what was found. */
  readonly addresses: readonly string[];
  /** Whether the router is to open the port; null: nobody was asked, as nothing is to be opened. */
  readonly mapping: "auto" | "off" | null;
}

/** Whom the first run asks, and what it looks at. */
export interface FirstRunPlaces {
  readonly configFile: string;
  readonly identityFile: string;
  readonly terminal: Pick<Terminal, "read" | "write">;
  /** Whether somebody answers there. */
  readonly answers: (server: HostPort) => Promise<boolean>;
  readonly findAddresses: (
    config: ReturnType<typeof parseSnaptConfig>,
  ) => Promise<InvitedAddresses>;
}

const SSH_SERVER: HostPort = { host: "127.0.0.1", port: 22 };
const USUAL_NAME = "laptop";
/** As wide as terminals are at least. */
const LINE_CHARS = 79;
const ROUTER_SAYS = "what the router says";
/** Who mistypes something more often than that is better off with the command line. */
const TRIES = 3;

/**
 * Says what the first run makes and asks for what it cannot know. Nothing is made yet.
 *
 * @throws {CommandFailed} the answer was no, or none came
 */
export async function askFirstRun(places: FirstRunPlaces): Promise<FirstRun> {
  const { configFile, terminal, answers } = places;
  const say = (line: string) => terminal.write(`${printable(line)}\n`);
  const isSsh = await answers(SSH_SERVER);
  say("There is no configuration of SNAPT yet. This makes one, prints a code for the machine that");
  say("is to connect, and runs. Enter takes what is in brackets.");
  const service = isSsh ? SSH_SERVICE : await askService(terminal);
  const services = [service];
  const config = parseSnaptConfig(`services:\n${serviceLines(services)}\n`, configFile);
  const found = await orSaid(() => places.findAddresses(config));
  const said = found instanceof CommandFailed ? found.message : found.words;
  for (const line of wrapped(said, LINE_CHARS)) say(line);
  const usual = found instanceof CommandFailed ? [] : found.addresses;
  const mapping = await askMapping(terminal, config.listen[0]?.port ?? 0, usual);
  const addresses = await askAddress(terminal, config, {
    usual: usual.map(formatHostPort),
    isOfRouter: mapping === "auto",
  });
  const name = await ask(terminal, {
    question: `What is the other machine to be called? [${USUAL_NAME}]`,
    read: (typed) => {
      if (typed === "") return USUAL_NAME;
      if (isName(typed)) return typed;
      throw new TypeError(`${shownValue(typed)} is no name: letters, digits, ".", "_" and "-" can`);
    },
  });
  say("");
  say(`  ${configFile}: listens on ${config.listen.map(formatHostPort).join(", ")}, leads to`);
  say(`    ${service.name} at ${service.to}/${service.protocol}${isSsh ? ", which answers" : ""}`);
  say(`  ${places.identityFile}: the key of this SNAPT, which only you can read`);
  say(`  a code for ${name}, with the address ${addresses[0] ?? "that the router says"}`);
  if (mapping === "auto") say(`  a port that the router opens for SNAPT while it runs`);
  if (!await askYes(terminal, "Make these and run?")) {
    throw noAnswer("the answer was no; `snapt init` writes a configuration to edit");
  }
  return { services, name, addresses, mapping };
}

async function askService(terminal: FirstRunPlaces["terminal"]): Promise<InitService> {
  return await ask(terminal, {
    question: "No ssh server answers on port 22. What is to be reached? NAME=HOST:PORT, such as " +
      "db=10.0.0.5:5432:",
    read: (typed) => {
      const [service] = readInitServices([typed]);
      if (service === undefined) throw new TypeError("write NAME=HOST:PORT");
      return service;
    },
  });
}

/** Whoever is reached at a private address only is behind a router, and it is the user's. */
async function askMapping(
  terminal: FirstRunPlaces["terminal"],
  port: number,
  [first]: readonly HostPort[],
): Promise<"auto" | "off" | null> {
  if (first === undefined || outerAddressKind(first.host) !== "private") return null;
  const question = `May SNAPT ask the router to open port ${port} to this machine, while it runs?`;
  return await askYes(terminal, question) ? "auto" : "off";
}

async function askAddress(
  terminal: FirstRunPlaces["terminal"],
  config: ReturnType<typeof parseSnaptConfig>,
  { usual, isOfRouter }: { readonly usual: readonly string[]; readonly isOfRouter: boolean },
): Promise<readonly string[]> {
  const first = isOfRouter ? ROUTER_SAYS : usual[0];
  return await ask(terminal, {
    question: `Where does the other machine reach this one? HOST[:PORT]${
      first === undefined ? ":" : ` [${first}]`
    }`,
    read: (typed) => {
      if (typed === "" && isOfRouter) return [];
      return typed === "" && usual.length > 0
        ? usual
        : [formatHostPort(parseTargetOrHost(typed, config.listen[0]?.port ?? 0))];
    },
  });
}

async function orSaid(
  find: () => Promise<InvitedAddresses>,
): Promise<InvitedAddresses | CommandFailed> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof CommandFailed) return error;
    throw error;
  }
}

/** Asks until the answer can be read, a few times. */
async function ask<T>(
  terminal: FirstRunPlaces["terminal"],
  { question, read }: {
    readonly question: string;
    /** Throws TypeError or UsageError for what is no answer. */
    readonly read: (typed: string) => T;
  },
): Promise<T> {
  for (let tried = 0; tried < TRIES; tried++) {
    const typed = await askLine(terminal, question);
    if (typed === null) throw noAnswer("nobody answered");
    try {
      return read(typed);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof UsageError)) throw error;
      terminal.write(`${printableLines(error.message)}\n`);
    }
  }
  throw noAnswer("no answer could be understood; `snapt init --service` makes a configuration too");
}

function noAnswer(why: string): CommandFailed {
  return new CommandFailed(`Cannot set up SNAPT: ${why}`, { exit: "unanswered" });
}
