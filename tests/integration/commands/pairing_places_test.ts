/** Codes with more than one place: SNAPT is in one of them, and in the others is who knows who. */
import { endpointOf } from "../../../lib/app/cnapt/site_settings_of.ts";
import { formatHostPort } from "../../../lib/config/host_port.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { assert, assertEquals } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";
import { Interceptor } from "../kit/interceptor.ts";
import { expectRefused, foreignGroups, inWorld } from "../kit/pairing_world.ts";
import { freeAddress } from "../kit/process_pair.ts";
import { run } from "../kit/program.ts";

openLibc(); // opened once for all tests: it is never closed

Deno.test("a code is redeemed at whichever of its places SNAPT is", () =>
  inWorld(async (world) => {
    await using interceptor = await Interceptor.before(world.port);
    const dead = freeAddress();
    const places = [dead, interceptor.address, world.address];
    const groups = (await world.invite()).split("/")[1];
    const joined = await world.join("laptop", [`${places.join(",")}/${groups}`]);
    assertEquals([joined.code, joined.err], [0, ""]);
    assert(joined.out.includes(`site home at ${world.address}.`), joined.out);
    await world.snapt.line(/warn code-mistrusted client=laptop .*1 of 5/);
    const site = (await world.config("laptop")).sites.get("home");
    const [first, ...others] = site?.address.map(formatHostPort) ?? [];
    assertEquals([first, others], [world.address, [dead, interceptor.address]]);
    assertEquals(formatHostPort(site?.ticket.address ?? { host: "", port: 0 }), world.address);
  }));

Deno.test("a stranger in two places of a code costs it one try", () =>
  inWorld(async (world) => {
    await using interceptor = await Interceptor.before(world.port);
    const { address } = interceptor;
    const groups = (await world.invite()).split("/")[1];
    const code = `${address},${
      address.replace("127.0.0.1", "localhost")
    },${freeAddress()}/${groups}`;
    expectRefused(await world.join("laptop", [code]), 5, "shows one of his own");
    await world.snapt.line(/warn code-mistrusted client=laptop .*1 of 5/);
    const kept = await Deno.readTextFile(`${world.folder}/server/snapt.invitations.json`);
    assertEquals(JSON.parse(kept).invitations[0].failedTries, 1);
    assertEquals(world.hasConfig("laptop"), false);
  }));

Deno.test("where the relay of a code is down SNAPT is met in its LAN, and the relay is kept", () =>
  inWorld(async (world) => {
    const relay = freeAddress();
    const groups = (await world.invite()).split("/")[1];
    const code = `4a64wqnkgx1s26fj@${relay},${world.address}/${groups}`;
    const joined = await world.join("laptop", [code]);
    assertEquals([joined.code, joined.err], [0, ""]);
    const site = (await world.config("laptop")).sites.get("home");
    assert(site !== undefined);
    const endpoint = endpointOf(site);
    assertEquals(formatHostPort(endpoint), world.address);
    assertEquals(endpoint.others?.map(formatHostPort), [relay]);
    assertEquals(endpoint.relay, endpoint.others?.[0]);
    assertEquals(endpoint.tls?.serverName, "4a64wqnkgx1s26fj.snapt.internal");
  }));

Deno.test("nobody in any place of a code: each place is named", () =>
  inFolder(async (folder) => {
    const [first, second] = [freeAddress(), freeAddress()];
    const joined = await run("cnapt", folder, [
      "join",
      `${first},${second}/${foreignGroups()}`,
    ]);
    expectRefused(joined, 4, `not reached at ${first}`);
    assert(joined.err.includes(`Nor was SNAPT met at ${second} (cannot connect`), joined.err);
  }));
