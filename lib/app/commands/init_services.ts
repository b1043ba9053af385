import { ConfigInvalid } from "../../config/config_invalid.ts";
import { shownValue } from "../../config/shown_value.ts";
import { parseSnaptConfig } from "../../config/snapt_config.ts";
import { UsageError } from "../program/usage_error.ts";

/** A service for a new snapt.yaml, as `--service` names it: `db=10.0.0.5:5432`, `dns=127.0.0.1:53/udp`. */
export interface InitService {
  readonly name: string;
  readonly to: string;
  readonly protocol: string;
}

/** What a new snapt.yaml has when nobody says anything. */
export const SSH_SERVICE: InitService = { name: "ssh", to: "127.0.0.1:22", protocol: "tcp" };

/**
 * Reads the words of `--service`. What snapt.yaml would not take is no service.
 *
 * @throws {UsageError} with a line for each word that is wrong
 */
export function readInitServices(words: readonly string[]): readonly InitService[] {
  const services: InitService[] = [];
  const problems: string[] = [];
  for (const word of words) {
    const service = readWord(word);
    const wrong = service === null
      ? ["write NAME=HOST:PORT, or NAME=HOST:PORT/udp"]
      : services.some(({ name }) => name === service.name)
      ? [`there are two of the name ${service.name}`]
      : problemsOf(service);
    if (service !== null && wrong.length === 0) services.push(service);
    // Not in quotes where it is plain, as it was typed.
    const shown = /^[\x21-\x7e]+$/.test(word) ? word : shownValue(word);
    problems.push(...wrong.map((problem) => `Cannot use --service ${shown}: ${problem}`));
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  return services;
}

/** The lines of `services:` in snapt.yaml, one for each. */
export function serviceLines(services: readonly InitService[]): string {
  return services.map(({ name, to, protocol }) => {
    const more = protocol === "tcp" ? "" : `, protocol: ${inYaml(protocol)}`;
    return `  ${inYaml(name)}: { to: ${inYaml(to)}${more} }`;
  }).join("\n");
}

/** Null: it has no name or no place. */
function readWord(word: string): InitService | null {
  const [, name, to, protocol = "tcp"] = /^([^=]+)=(.+?)(?:(?<=:\d+)\/([^/]*))?$/s.exec(word) ?? [];
  return name === undefined || to === undefined ? null : { name, to, protocol };
}

/** What snapt.yaml says of it: the rules are the same because it is the same reader. */
function problemsOf(service: InitService): readonly string[] {
  try {
    parseSnaptConfig(`services:\n${serviceLines([service])}\n`, "--service");
    return [];
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return error.problems.map(({ path, message }) => {
      const [setting = ""] = /(?<=\.)(?:port|protocol)$/.exec(path) ?? [];
      return setting === "" ? message : `${setting}: ${message}`;
    });
  }
}

/** Quoted where YAML could take it for something else than this text. */
function inYaml(text: string): string {
  const isPlain = /^[A-Za-z][\w-]*$/.test(text) || /^[\w.-]+:\d+$/.test(text) ||
    /^unix:\/[\w./-]+$/.test(text);
  return isPlain && !/^(?:true|false|null)$/i.test(text) ? text : JSON.stringify(text);
}
