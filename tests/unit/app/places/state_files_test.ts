import { assertEquals } from "../../../assert.ts";
import { cnaptStateFiles, snaptStateFiles } from "../../../../lib/app/places/state_files.ts";
import type { Surroundings } from "../../../../lib/app/places/surroundings.ts";
import { machine } from "./kit.ts";

const HOME = { HOME: "/home/me" };
const ETC = "/etc/snapt/snapt.yaml";

async function folder(
  configFile: string,
  around: Surroundings,
  named: string | null = null,
): Promise<string> {
  return (await snaptStateFiles({ configFile, named }, around)).folder;
}

Deno.test("state is in the place of the system when the configuration is in its usual place", async () => {
  assertEquals(
    await folder("/home/me/.config/snapt/snapt.yaml", machine(HOME)),
    "/home/me/.local/state/snapt",
  );
  assertEquals(
    await folder("/home/me/.config/snapt/other.yaml", machine({ ...HOME, XDG_STATE_HOME: "/st" })),
    "/st/snapt",
  );
  assertEquals(await folder(ETC, machine(HOME)), "/var/lib/snapt");
});

Deno.test("state is beside the configuration when that lies elsewhere", async () => {
  assertEquals(await folder("/srv/a/snapt.yaml", machine(HOME)), "/srv/a");
  assertEquals(await folder("snapt.yaml", machine(HOME)), ".");
});

Deno.test("state is in a folder of its own when the configuration's cannot be written", async () => {
  const sealed = { sealed: ["/ro", "/other"] };
  const one = await folder("/ro/snapt.yaml", machine(HOME, [], "linux", sealed));
  const two = await folder("/other/snapt.yaml", machine(HOME, [], "linux", sealed));
  assertEquals(one.replace(/[0-9a-f]{12}$/, "#"), "/home/me/.local/state/snapt/of-#");
  assertEquals(one === two, false);
  const root = await folder("/ro/snapt.yaml", machine(HOME, [], "linux", { ...sealed, uid: 0 }));
  assertEquals(root.replace(/[0-9a-f]{12}$/, "#"), "/var/lib/snapt/of-#");
});

Deno.test("state stays beside a configuration that cannot be written when it is there", async () => {
  const around = machine(HOME, ["/ro/snapt.identity.json"], "linux", { sealed: ["/ro"] });
  assertEquals(await folder("/ro/snapt.yaml", around), "/ro");
});

Deno.test("state is where --state says, then where the service manager says", async () => {
  const around = machine({ ...HOME, STATE_DIRECTORY: "/var/lib/snapt2:/x" });
  assertEquals(await folder(ETC, around), "/var/lib/snapt2");
  assertEquals(await folder(ETC, around, "/mine"), "/mine");
});

Deno.test("state is in the usual places when the system is macOS or Windows", async () => {
  const mac = machine({ HOME: "/Users/me" }, [], "darwin");
  const own = "/Users/me/Library/Application Support/snapt";
  assertEquals(await folder(`${own}/snapt.yaml`, mac), own);
  const windows = machine(
    {
      APPDATA: "C:\\Users\\me\\Roaming",
      LOCALAPPDATA: "C:\\Users\\me\\Local",
      PROGRAMDATA: "C:\\ProgramData",
    },
    [],
    "windows",
  );
  assertEquals(
    await folder("C:\\Users\\me\\Roaming\\snapt\\snapt.yaml", windows),
    "C:\\Users\\me\\Local\\snapt",
  );
  assertEquals(
    await folder("C:\\ProgramData\\snapt\\snapt.yaml", windows),
    "C:\\ProgramData\\snapt",
  );
});

Deno.test("a file of state is used where it was kept before when it is not in the new place", async () => {
  const around = machine(HOME, [
    "/etc/snapt/snapt.identity.json",
    "/etc/snapt/snapt.clients.json",
    "/var/lib/snapt/snapt.clients.json",
  ]);
  const { paths, strays } = await snaptStateFiles({ configFile: ETC, named: null }, around);
  assertEquals(paths, {
    identity: "/etc/snapt/snapt.identity.json",
    clients: "/var/lib/snapt/snapt.clients.json",
    invitations: "/var/lib/snapt/snapt.invitations.json",
    addresses: "/var/lib/snapt/snapt.addresses.json",
    relays: "/var/lib/snapt/snapt.relays.json",
  });
  assertEquals(strays, [{
    from: "/etc/snapt/snapt.identity.json",
    to: "/var/lib/snapt/snapt.identity.json",
  }]);
});

Deno.test("the identity is the credential when the service manager hands one over", async () => {
  const around = machine({ ...HOME, CREDENTIALS_DIRECTORY: "/run/cred" }, [
    "/run/cred/identity.json",
    "/etc/snapt/snapt.identity.json",
  ]);
  const { paths, strays } = await snaptStateFiles({ configFile: ETC, named: null }, around);
  assertEquals([paths.identity, strays], ["/run/cred/identity.json", []]);
});

Deno.test("the files of CNAPT are in its folder of state, its token by the configuration's name", async () => {
  for (const name of ["cnapt", "office"]) {
    const configFile = `/home/me/.config/cnapt/${name}.yaml`;
    const { paths } = await cnaptStateFiles({ configFile, named: null }, machine(HOME));
    assertEquals(paths, {
      ports: "/home/me/.local/state/cnapt/cnapt.ports.json",
      token: `/home/me/.local/state/cnapt/${name}.token`,
    });
  }
});
