import { formatHostPort, type HostPort } from "../../config/host_port.ts";
import { loadIdentity } from "../../config/identity.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { passOnUnlessConnFailed } from "../../net/conn_failed.ts";
import { dial } from "../../net/dial.ts";
import { openTerminal } from "../../net/terminal.ts";
import type { FirstRun } from "./first_run.ts";
import type { FoundConfig } from "../places/find_config.ts";
import type { SnaptState } from "../places/state_files.ts";
import { OWN_SURROUNDINGS } from "../places/surroundings.ts";
import { loadSnaptConfig } from "../program/load_config.ts";
import { standardError } from "../program/log_output.ts";
import { show, showAside } from "../program/show.ts";

/** On this machine an answer comes at once. */
const ANSWER_LIMIT_MS = 1_000;

/**
 * The configuration to run with. Where nobody has named one and there is none, whoever sits at a
 * terminal is asked, and gets one and a code.
 *
 * @throws {CommandFailed} there is none, and nobody to ask, or the answer was no
 */
export async function loadOrSetUp(found: FoundConfig, state: SnaptState): Promise<SnaptConfig> {
  if (await isFirstRun(found)) {
    const terminal = openTerminal(standardError.text);
    if (terminal !== null && terminal.isForeground()) {
      const { askFirstRun } = await import("./first_run.ts");
      const { findInvitedAddresses } = await import("../snapt/invited_addresses.ts");
      const wanted = await askFirstRun({
        configFile: found.file,
        identityFile: state.paths.identity,
        terminal,
        answers,
        findAddresses: findInvitedAddresses,
      });
      await standardError.flush();
      return await setUp({ found, state }, wanted);
    }
  }
  return await loadSnaptConfig(found);
}

async function isFirstRun({ file, from }: FoundConfig): Promise<boolean> {
  // One that was named is missing by mistake.
  if (from === "option" || from === "variable") return false;
  return !await OWN_SURROUNDINGS.isThere(file);
}

async function setUp(
  files: { readonly found: FoundConfig; readonly state: SnaptState },
  { services, name, addresses, mapping }: FirstRun,
): Promise<SnaptConfig> {
  const { writeMissing } = await import("./snapt_init.ts");
  const { snaptInvite } = await import("./snapt_invite.ts");
  const wrote = await writeMissing(files, services, mapping);
  show(`Wrote ${wrote.join(" and ")}.`);
  const config = await loadSnaptConfig(files.found);
  await snaptInvite({
    state: files.state,
    config,
    name,
    addresses: addresses.length > 0 ? addresses : await addressesByRouter(files.state, config),
    hasLan: true,
    services: null,
    expires: null,
    isOffline: false,
    isJson: false,
    isQr: false,
  });
  return config;
}

/** Asks the router, which leaves the port to the SNAPT that runs next. */
async function addressesByRouter(
  { paths }: SnaptState,
  config: SnaptConfig,
): Promise<readonly string[]> {
  const { findInvitedAddresses } = await import("../snapt/invited_addresses.ts");
  const { withMapped } = await import("../snapt/mapped_addresses.ts");
  const { askRouterOnce } = await import("../snapt/ask_router_once.ts");
  showAside("Asking the router for the port, which takes some seconds where it does not answer.");
  const ways = await askRouterOnce(config, await loadIdentity(paths.identity));
  const { addresses, words } = withMapped(await findInvitedAddresses(config), ways);
  if (words !== "") showAside(words);
  return addresses.map(formatHostPort);
}

async function answers(server: HostPort): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    (await dial(server, { kind: "any" }, { signal })).close();
    return true;
  } catch (error) {
    passOnUnlessConnFailed(error);
    return false;
  }
}
