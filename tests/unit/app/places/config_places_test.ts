import { assertEquals } from "../../../assert.ts";
import { configPlaces } from "../../../../lib/app/places/config_places.ts";
import { machine } from "./kit.ts";

Deno.test("configurations are looked for where Linux keeps them when nobody names one", () => {
  assertEquals(configPlaces("cnapt", machine({ HOME: "/home/me" })), [
    "cnapt.yaml",
    "/home/me/.config/cnapt/cnapt.yaml",
    "/etc/cnapt/cnapt.yaml",
  ]);
});

Deno.test("the user's place is the one of XDG_CONFIG_HOME when it is an absolute path", () => {
  const [, user] = configPlaces("snapt", machine({ HOME: "/home/me", XDG_CONFIG_HOME: "/cfg" }));
  assertEquals(user, "/cfg/snapt/snapt.yaml");
  const [, other] = configPlaces("snapt", machine({ HOME: "/home/me", XDG_CONFIG_HOME: "cfg" }));
  assertEquals(other, "/home/me/.config/snapt/snapt.yaml");
});

Deno.test("the user's place is left out when there is no home", () => {
  assertEquals(configPlaces("snapt", machine({})), ["snapt.yaml", "/etc/snapt/snapt.yaml"]);
});

Deno.test("configurations are looked for in the usual places when the system is macOS", () => {
  assertEquals(configPlaces("cnapt", machine({ HOME: "/Users/me" }, [], "darwin")), [
    "cnapt.yaml",
    "/Users/me/Library/Application Support/cnapt/cnapt.yaml",
    "/Library/Application Support/cnapt/cnapt.yaml",
  ]);
});

Deno.test("configurations are looked for in the usual places when the system is Windows", () => {
  const variables = { APPDATA: "C:\\Users\\me\\Roaming", PROGRAMDATA: "C:\\ProgramData" };
  assertEquals(configPlaces("cnapt", machine(variables, [], "windows")), [
    "cnapt.yaml",
    "C:\\Users\\me\\Roaming\\cnapt\\cnapt.yaml",
    "C:\\ProgramData\\cnapt\\cnapt.yaml",
  ]);
});
