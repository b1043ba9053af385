import { relayPlaces } from "../../../../lib/app/commands/relay_file.ts";
import { assertEquals } from "../../../assert.ts";
import { machine } from "../places/kit.ts";

const HOME = { HOME: "/home/me" };
const USER = "/home/me/.config/snapt/relay.yaml";
const ETC = "/etc/snapt/relay.yaml";
const NONE = { config: null, state: null };

Deno.test("the configuration of a relay is looked for where snapt.yaml is", async () => {
  const find = async (...files: string[]) => (await relayPlaces(NONE, machine(HOME, files))).file;
  assertEquals(await find("relay.yaml", USER, ETC), "relay.yaml");
  assertEquals(await find(USER, ETC), USER);
  assertEquals(await find(ETC, "snapt.yaml"), ETC);
});

Deno.test("the configuration of a relay lies beside that of SNAPT which the variable names", async () => {
  const find = async (SNAPT_CONFIG: string) =>
    (await relayPlaces(NONE, machine({ ...HOME, SNAPT_CONFIG }, [USER]))).file;
  assertEquals(await find("snapt.yaml"), "relay.yaml");
  assertEquals(await find("/srv/mine.yaml"), "/srv/relay.yaml");
  assertEquals(await find(""), USER);
});

Deno.test("where a relay has no configuration it is written where that of SNAPT would be", async () => {
  assertEquals((await relayPlaces(NONE, machine(HOME))).file, USER);
  const root = await relayPlaces(NONE, machine(HOME, [], "linux", { uid: 0 }));
  assertEquals(root.file, ETC);
});

Deno.test("what somebody names is taken, whether it is there or not", async () => {
  const named = { config: "/o.yaml", state: "/s" };
  assertEquals(await relayPlaces(named, machine(HOME, [ETC])), {
    file: "/o.yaml",
    stateFolder: "/s",
  });
});
