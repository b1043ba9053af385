/** Says as JSON what a program that is compiled as ours are sees of this machine's networks. */
import { defaultRouteDevice, defaultRouteDevices } from "../../../lib/net/default_route.ts";
import { interfaceType } from "../../../lib/net/interface_type.ts";
import { listInterfaces } from "../../../lib/net/interfaces.ts";

/** `/proc/net/wireless` is missing where the kernel knows no Wi-Fi; `refused` would be our mistake. */
function wifiTable(): "readable" | "missing" | "refused" {
  try {
    Deno.readTextFileSync("/proc/net/wireless");
    return "readable";
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "missing" : "refused";
  }
}

console.log(JSON.stringify({
  states: Object.fromEntries(listInterfaces().map(({ name, state }) => [name, state])),
  types: Deno.args.map((name) => interfaceType(name)),
  defaultRoute: defaultRouteDevice(),
  defaultRoutes: defaultRouteDevices(),
  wifiTable: wifiTable(),
}));
