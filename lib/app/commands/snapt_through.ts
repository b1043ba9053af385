import { withAddedEntry } from "../../config/added_entry.ts";
import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { parsePairingCode } from "../../config/pairing_code.ts";
import { RelayKeys } from "../../config/relay_keys.ts";
import { isName } from "../../config/schema.ts";
import { parseSnaptConfig, type SnaptConfig } from "../../config/snapt_config.ts";
import { writeThrough } from "../../config/write_through.ts";
import { unreachable } from "../../core/exhaustive.ts";
import { CLIENT_KEY_BYTES, type Welcome } from "../../core/pairing/pairing_messages.ts";
import { relayCodeKeys, relayName, relayServerName } from "../../core/relay/relay_name.ts";
import { dial } from "../../net/dial.ts";
import { PAIRING_HASHES } from "../../relay/pairing/pairing_hashes.ts";
import { redeemCode, type Redeemed } from "../../relay/pairing/redeem_code.ts";
import { SYSTEM_CLOCK } from "../../relay/run/system_clock.ts";
import { withinLimit } from "../../relay/run/time_limit.ts";
import { passOnOurs } from "../../relay/run/whose_fault.ts";
import { readConfigFile } from "../program/load_config.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";
import { CommandFailed, UsageError } from "../program/usage_error.ts";
import { reloadSnaptIfRunning } from "./reload_if_running.ts";

const ATTEMPT_MS = 15_000;

export interface ThroughOptions {
  readonly configFile: string;
  /** Where SNAPT keeps its keys for relays. */
  readonly keysFile: string;
  readonly identityFile: string;
  readonly config: SnaptConfig;
  /** The code of the relay; `-` for standard input. */
  readonly word: string;
  /** What it is to be called in snapt.yaml; null: as it calls itself. */
  readonly name: string | null;
  readonly isJson: boolean;
}

/** What was learned of the relay. */
interface Learned {
  readonly name: string;
  readonly address: HostPort;
}

/**
 * `snapt through`: redeems the code of a relay, keeps the key, and writes the relay into snapt.yaml.
 *
 * @throws {UsageError} the code or the name cannot be read
 * @throws {CommandFailed} the relay is not reached, refuses, or a file cannot be written
 */
export async function snaptThrough(options: ThroughOptions): Promise<void> {
  const { configFile, identityFile, isJson } = options;
  const text = await readConfigFile(configFile);
  const { name, address } = await redeem(options, text);
  const after = withRelay(text, configFile, { name, address });
  // In place: it may be somebody else's than that of who runs this, and stay readable as it was.
  if (after !== text) await writeThrough(configFile, after);
  const at = formatHostPort(address);
  const reloaded = await reloadSnaptIfRunning(identityFile, parseSnaptConfig(after, configFile));
  if (isJson) {
    return showDocument("snapt.through/1", { file: configFile, relay: name, address: at });
  }
  show(`Wrote ${configFile}: reached through ${name} at ${at} as well.`);
  for (const line of reloaded ?? []) show(line);
  const next = reloaded === null ? "start `snapt` (if it runs, again), and run" : "for others run";
  if (reloaded !== null) show("CNAPTs that are connected are told, and need no new code.");
  show(`Next: ${next} \`snapt invite NAME\`: its codes go by the relay.`);
}

async function redeem(
  { configFile, keysFile, config, word, name }: ThroughOptions,
  text: string,
): Promise<Learned> {
  if (config.security === "none") {
    throw new CommandFailed(
      "Cannot go through a relay with `security: none`: whoever runs it would read everything",
    );
  }
  if (name !== null && !isName(name)) {
    throw new UsageError(
      `Cannot use --name ${name}: a name has letters, digits, ".", "_" and "-"`,
    );
  }
  const line = word === "-" ? await new Response(Deno.stdin.readable).text() : word;
  const { address, secret } = readCode(line.trim());
  const keys = relayCodeKeys(secret, PAIRING_HASHES);
  const serverName = relayServerName(relayName("pairing", keys.codeId, PAIRING_HASHES));
  let called = name ?? "relay";
  let outcome: Redeemed;
  try {
    outcome = await withinLimit(
      { clock: SYSTEM_CLOCK, ms: ATTEMPT_MS, signal: new AbortController().signal },
      async (signal) => {
        const tls = { ca: null, serverName };
        const conn = await dial(address, { kind: "any" }, { signal, tls });
        const abort = () => conn.reset();
        signal.addEventListener("abort", abort, { once: true });
        try {
          signal.throwIfAborted();
          return await redeemCode(conn, keys, {
            chooseKey: (welcome: Welcome) => {
              called = name ?? (isName(welcome.site) ? welcome.site : "relay");
              // Whatever keeps it from being written is said before the relay stores anything.
              withRelay(text, configFile, { name: called, address });
              return Promise.resolve(crypto.getRandomValues(new Uint8Array(CLIENT_KEY_BYTES)));
            },
            save: async ({ clientId }, key, certificate) =>
              await new RelayKeys(keysFile).put({
                name: called,
                certificateHex: certificate.toHex(),
                idHex: clientId.toHex(),
                keyHex: key.toHex(),
              }),
          });
        } finally {
          signal.removeEventListener("abort", abort);
          conn.close();
        }
      },
    );
  } catch (cause) {
    passOnOurs(cause);
    const detail = cause instanceof Error ? cause.message.replace(/^Cannot /, "cannot ") : "";
    throw new CommandFailed(
      `Cannot go through the relay at ${
        formatHostPort(address)
      }: it was not reached, or does not ` +
        `know the code (${detail}). Is \`snapt relay\` running there, is TCP port ${address.port} ` +
        "let in, and is the code new?",
      { cause, exit: "noNetwork" },
    );
  }
  expectFinished(outcome, address);
  return { name: called, address };
}

function readCode(line: string): ReturnType<typeof parsePairingCode> {
  let code;
  try {
    code = parsePairingCode(line);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot go through a relay, the code is mistyped: ${detail}`, { cause });
  }
  if (code.others === undefined && (code.route ?? null) === null) return code;
  throw new UsageError(
    "Cannot go through a relay: this is a code for `cnapt join`; `snapt relay invite NAME` on the " +
      "relay prints one of a relay",
  );
}

function expectFinished(outcome: Redeemed, address: HostPort): void {
  const where = `the relay at ${formatHostPort(address)}`;
  switch (outcome.kind) {
    case "finished":
      return;
    case "refused":
      throw new CommandFailed(
        `Cannot go through ${where}: it refused the code (${outcome.code}); ask for another one ` +
          "(`snapt relay invite NAME`)",
        { exit: "refused" },
      );
    case "mistrusted":
      throw new CommandFailed(
        `Cannot go through ${where}: whoever answers there does not know the code. Nothing was ` +
          "written: try over another network",
        { exit: "refused" },
      );
    default:
      unreachable(outcome);
  }
}

/**
 * The text of snapt.yaml with the relay in it; the same where it is there already.
 *
 * @throws {CommandFailed} another relay has this name, or the text cannot be extended
 */
function withRelay(text: string, file: string, { name, address }: Learned): string {
  const known = parseSnaptConfig(text, file).through.get(name);
  const at = formatHostPort(address);
  if (known !== undefined) {
    if (formatHostPort(known) === at) return text;
    throw new CommandFailed(
      `Cannot go through the relay at ${at}: ${file} has a relay ${name} at ` +
        `${formatHostPort(known)}; give this one another name with --name`,
    );
  }
  const line = `${/^[A-Za-z]/.test(name) ? name : `"${name}"`}: "${at}"`;
  const after = withAddedEntry(text, "through", [line]);
  if (after !== null) return after;
  throw new CommandFailed(
    `Cannot extend ${file}: its relays are in braces; write \`through:\` with each relay on a line ` +
      "of its own below it",
  );
}
