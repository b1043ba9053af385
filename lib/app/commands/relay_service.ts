import { loadIdentity, RELAY_INIT } from "../../config/identity.ts";
import { parseRelayConfig } from "../../config/relay_config.ts";
import { relayFiles } from "../../config/relay_files.ts";
import { ConfigMissing, readConfigFile } from "../program/load_config.ts";
import { CommandFailed } from "../program/usage_error.ts";
import { relayNeeds, type ServiceNeeds } from "../service/service_needs.ts";
import type { ServiceFiles, ServiceOwner } from "../service/service_owner.ts";
import { relayPlaces } from "./relay_file.ts";

/** The files of a relay, and what a service of it needs. */
export const RELAY_OWNER: ServiceOwner = {
  files: async (options) => {
    const { file, stateFolder } = await relayPlaces(options);
    return { configFile: file, stateFolder };
  },
  needs: needsOf,
};

/** What a service is told it has to find: without a file no relay would be run by it. */
async function needsOf({ configFile, stateFolder }: ServiceFiles): Promise<ServiceNeeds> {
  const text = await readConfigFile(configFile).catch((cause: unknown) => {
    if (!(cause instanceof ConfigMissing)) throw cause;
    throw new CommandFailed(`${cause.message}; \`snapt relay init\` writes one`, {
      cause,
      exit: "configuration",
    });
  });
  const config = parseRelayConfig(text, configFile);
  const { identity } = relayFiles(stateFolder);
  await loadIdentity(identity, RELAY_INIT);
  return relayNeeds(config, [identity]);
}
