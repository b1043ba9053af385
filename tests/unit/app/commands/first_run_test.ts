import { askFirstRun, type FirstRun } from "../../../../lib/app/commands/first_run.ts";
import type { InvitedAddresses } from "../../../../lib/app/snapt/invited_addresses.ts";
import { CommandFailed } from "../../../../lib/app/program/usage_error.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { ScriptedTerminal } from "../kit/scripted_terminal.ts";

const FOUND = {
  addresses: [{ host: "192.168.1.5", port: 7787 }, { host: "192.168.1.5", port: 443 }],
  words: "The router has to forward TCP port 7787.",
} as const;

/** What is agreed on when these lines are typed, and what was shown. */
async function asked(
  typed: readonly string[],
  { ssh = "answers", address = "found", found = FOUND }: {
    readonly ssh?: "answers" | "silent";
    readonly address?: "found" | "unknown";
    readonly found?: InvitedAddresses;
  } = {},
): Promise<FirstRun & { readonly shown: string }> {
  const terminal = new ScriptedTerminal(typed.map((line) => `${line}\n`));
  const answer = await askFirstRun({
    configFile: "snapt.yaml",
    identityFile: "snapt.identity.json",
    terminal,
    answers: () => Promise.resolve(ssh === "answers"),
    findAddresses: () =>
      address === "found"
        ? Promise.resolve(found)
        : Promise.reject(new CommandFailed("Cannot tell this machine's address")),
  });
  return { ...answer, shown: terminal.shown };
}

const SSH = { name: "ssh", to: "127.0.0.1:22", protocol: "tcp" };

Deno.test("Enter alone makes ssh, a port of the router, what it says and a laptop", async () => {
  const { services, addresses, name, mapping, shown } = await asked(["", "", "", ""]);
  assertEquals({ services, addresses, name, mapping }, {
    services: [SSH],
    addresses: [],
    name: "laptop",
    mapping: "auto",
  });
  assert(shown.includes("May SNAPT ask the router to open port 7787"), shown);
  assert(shown.includes("[what the router says]"), shown);
});

Deno.test("a machine with a public address is not asked for a port of the router", async () => {
  const found = { addresses: [{ host: "20.1.2.3", port: 7787 }], words: "" } as const;
  const { addresses, mapping, shown } = await asked(["", "", ""], { found });
  assertEquals([addresses, mapping], [["20.1.2.3:7787"], null]);
  assert(!shown.includes("router"), shown);
});

Deno.test("without the router, Enter alone takes the addresses that were found", async () => {
  const { services, addresses, name, mapping, shown } = await asked(["n", "", "", ""]);
  assertEquals(mapping, "off");
  assertEquals({ services, addresses, name }, {
    services: [SSH],
    addresses: ["192.168.1.5:7787", "192.168.1.5:443"],
    name: "laptop",
  });
  assert(shown.includes(FOUND.words), shown);
  for (const part of ["snapt.yaml: listens on [::]:7787", "snapt.identity.json: ", "[Y/n]"]) {
    assert(shown.includes(part), shown);
  }
});

Deno.test("what is typed is taken, and asked again where it cannot be", async () => {
  const typed = ["n", "home.example:x", "home.example:443", "my laptop", "work", "y"];
  const { addresses, name, shown } = await asked(typed);
  assertEquals([addresses, name], [["home.example:443"], "work"]);
  assert(shown.includes("write HOST:PORT") && shown.includes('"my laptop" is no name'), shown);
});

Deno.test("an address without a port is at the port that SNAPT listens on", async () => {
  const { addresses } = await asked(["", "home.example.org", "", ""]);
  assertEquals(addresses, ["home.example.org:7787"]);
});

Deno.test("where no ssh server answers the service is asked for", async () => {
  const typed = ["db", "dns=127.0.0.1:53/udp", "n", "", "", ""];
  const { services, shown } = await asked(typed, { ssh: "silent" });
  assertEquals(services, [{ name: "dns", to: "127.0.0.1:53", protocol: "udp" }]);
  assert(shown.includes("Cannot use --service db: write NAME=HOST:PORT"), shown);
});

Deno.test("where no address is found one has to be typed", async () => {
  const { addresses, shown } = await asked(["", "[2001:db8::7]:1", "", ""], { address: "unknown" });
  assertEquals(addresses, ["[2001:db8::7]:1"]);
  assert(shown.includes("Cannot tell this machine's address"), shown);
});

for (
  const [what, typed] of [
    ["an answer of no", ["", "", "", "n"]],
    ["a terminal that ends", [""]],
    ["three answers that cannot be", ["n", "a:x", "b:x", "c:x", "", ""]],
  ] as const
) {
  Deno.test(`${what} sets nothing up`, async () => {
    const error = await assertRejects(() => asked(typed), CommandFailed, "Cannot set up SNAPT");
    assertEquals(error.exit, "unanswered");
  });
}
