import { relayFiles } from "../../config/relay_files.ts";
import {
  configName,
  configPlaces,
  configVariable,
  newConfigPlace,
} from "../places/config_places.ts";
import { stateFolder } from "../places/state_folder.ts";
import { OWN_SURROUNDINGS, type Surroundings } from "../places/surroundings.ts";

const RELAY_NAME = "relay.yaml";

/** Where a relay has its configuration, and where it keeps what it writes. */
export interface RelayPlaces {
  /** It need not be there. */
  readonly file: string;
  readonly stateFolder: string;
}

/**
 * The configuration of a relay is what `--config` names, else relay.yaml beside what `$SNAPT_CONFIG`
 * names, else the first that is there where snapt.yaml is looked for; where there is none it is the
 * one that is to be written. What the relay writes is where SNAPT would keep it with that
 * configuration, or what `--state` names.
 */
export async function relayPlaces(
  { config, state }: { readonly config: string | null; readonly state: string | null },
  around: Surroundings = OWN_SURROUNDINGS,
): Promise<RelayPlaces> {
  const file = config ?? await firstThere(around);
  const isKept = async (folder: string) => {
    for (const one of Object.values<string>({ ...relayFiles(folder) })) {
      if (await around.isThere(one)) return true;
    }
    return false;
  };
  const search = { configFile: file, named: state, isKept };
  return { file, stateFolder: await stateFolder("snapt", search, around) };
}

async function firstThere(around: Surroundings): Promise<string> {
  const variable = around.variable(configVariable("snapt")) ?? "";
  if (variable !== "") return variable.replace(/[^/\\]*$/, RELAY_NAME);
  for (const place of configPlaces("snapt", around)) {
    if (await around.isThere(beside(place))) return beside(place);
  }
  return beside(newConfigPlace("snapt", around));
}

/** The configuration of a relay in the place of one of SNAPT. */
function beside(place: string): string {
  return place.slice(0, -configName("snapt").length) + RELAY_NAME;
}
