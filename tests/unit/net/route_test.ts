import { endpointOf } from "../../../lib/net/endpoint.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { descriptors } from "../../../lib/net/descriptor_budget.ts";
import { firstWithRoute, sourceTowards } from "../../../lib/net/route.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import {
  CAN_TAKE_DESCRIPTORS,
  withoutDescriptors,
} from "../../whole_process/without_descriptors.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
const hasLibc = openLibc().kind === "available";

/** An address of some link that is nowhere without the name of the link. */
const NOWHERE = { address: "fe80::1", family: 6 } as const;
const HERE = { address: "127.0.0.1", family: 4 } as const;

Deno.test("the first address with a route is taken when there are several", {
  ignore: !hasLibc,
}, () => {
  assertEquals(firstWithRoute([NOWHERE, HERE], 53).key, "127.0.0.1:53");
  assertEquals(firstWithRoute([HERE, NOWHERE], 53).key, "127.0.0.1:53");
});

Deno.test("the only address is taken as it is", () => {
  assertEquals(firstWithRoute([NOWHERE], 53).key, "[fe80::1]:53");
});

Deno.test("no address, or none with a route, is a failure", { ignore: !hasLibc }, () => {
  const failure = (run: () => unknown) => {
    const error = assertThrows(run, ConnFailed);
    assert(error instanceof ConnFailed);
    return error.code;
  };
  assertEquals(failure(() => firstWithRoute([], 53)), "nameUnknown");
  assertEquals(failure(() => firstWithRoute([NOWHERE, NOWHERE], 53)), "unreachable");
});

Deno.test("where datagrams would come from is known without sending any", {
  ignore: !hasLibc,
}, () => {
  assertEquals(sourceTowards(endpointOf("127.0.0.1", 53)), "127.0.0.1");
  assertEquals(sourceTowards(endpointOf(NOWHERE.address, 53)), null);
});

Deno.test("a route that cannot be looked for is a want of descriptors, and no want of routes", {
  ignore: !CAN_TAKE_DESCRIPTORS,
}, () => {
  const refused = descriptors().snapshot().refused;
  const failure = withoutDescriptors(() =>
    assertThrows(() => firstWithRoute([HERE, NOWHERE], 53), ConnFailed)
  );
  assert(failure instanceof ConnFailed);
  assertEquals([failure.code, descriptors().snapshot().refused], ["exhausted", refused + 1]);
});
