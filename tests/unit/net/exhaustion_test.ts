/** What is said, and counted, when the system has no descriptor left. */
import { CommandBroken } from "../../../lib/net/command_broken.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { listenDatagrams } from "../../../lib/net/datagram_socket.ts";
import { descriptors } from "../../../lib/net/descriptor_budget.ts";
import { ownAddresses } from "../../../lib/net/interfaces.ts";
import { ListenFailed, listenPlain } from "../../../lib/net/listen.ts";
import { runCommand } from "../../../lib/net/run_command.ts";
import { runInGroup } from "../../../lib/net/run_in_group.ts";
import { assert, assertEquals } from "../../assert.ts";
import {
  CAN_TAKE_DESCRIPTORS,
  withoutDescriptors,
} from "../../whole_process/without_descriptors.ts";

const ADDRESS = { host: "127.0.0.1", port: 0 };
const { signal } = new AbortController();
const HANDLER = { received: () => {}, notSent: () => {} };

/** What is tried, and what it fails with: the class of the error and its code. */
const TRIED: readonly (readonly [string, () => unknown, string])[] = [
  ["to listen", () => listenPlain(ADDRESS), "ListenFailed exhausted"],
  [
    "to listen for datagrams",
    () => listenDatagrams({ ...ADDRESS, fragments: "allowed" }, HANDLER),
    "ListenFailed exhausted",
  ],
  ["to list the addresses", () => ownAddresses(), "ConnFailed exhausted"],
  ["to run a command", () => runCommand(["true"], "", signal), "CommandBroken notStarted"],
  [
    "to run a command in its group",
    () => runInGroup({ argv: ["true"], env: {}, limitMs: 10_000 }, signal),
    "CommandBroken notStarted",
  ],
];

for (const [what, attempt, expected] of TRIED) {
  Deno.test(
    `an attempt ${what} is refused, by its name, and counted when there is no descriptor left`,
    {
      ignore: !CAN_TAKE_DESCRIPTORS,
    },
    async () => {
      const { refused } = descriptors().snapshot();
      const failure = await withoutDescriptors(async () => await attempt()).catch((error) => error);
      const isOurs = failure instanceof ListenFailed || failure instanceof ConnFailed ||
        failure instanceof CommandBroken;
      assert(isOurs, String(failure));
      assertEquals(`${failure.name} ${failure.code}`, expected);
      assertEquals(descriptors().snapshot().refused, refused + 1);
    },
  );
}
