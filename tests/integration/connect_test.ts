/** Semi-automatic connections: what is connected and closed for a switch, and in which order. */
import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import { ScriptedConnector } from "./kit/scripted_connector.ts";
import { echo } from "./kit/server_application.ts";

interface Running {
  readonly pair: LoopbackPair;
  readonly connector: ScriptedConnector;
}

/** The session is on `a`, and `b` is not connected. */
async function withPair(
  options: { readonly adapters?: "one" | "two"; readonly closable?: boolean },
  test: (running: Running) => Promise<void>,
): Promise<void> {
  await using application = echo();
  const closable = options.closable === false ? [] : ["a", "b"];
  const connector = new ScriptedConnector(["b"], closable, options.adapters);
  await using pair = await LoopbackPair.connected(application.port, {
    connector,
    isCandidate: (provider) => connector.stateOf(provider) === "up",
  });
  await test({ pair, connector });
}

/** An application that says something before and after, on the same connection. */
async function sayBeforeAndAfter(pair: LoopbackPair, between: () => Promise<void>): Promise<void> {
  using client = await pair.connect();
  const say = async (text: string) => {
    await client.write(new TextEncoder().encode(text));
    let heard = "";
    const buffer = new Uint8Array(100);
    while (heard.length < text.length) {
      heard += new TextDecoder().decode(buffer.subarray(0, await client.read(buffer) ?? 0));
    }
    assertEquals(heard, text);
  };
  await say("before");
  await between();
  await say("after");
}

Deno.test("an overlapped switch connects the new network first and closes the old one last", async () => {
  await withPair({}, async ({ pair, connector }) => {
    await sayBeforeAndAfter(pair, async () => {
      const receipt = await pair.switchTo("b", "overlapped");
      assertEquals([receipt.outcome, receipt.kind, receipt.to], ["switched", "overlapped", "b"]);
    });
    await pair.eventually(() => connector.asked.length === 2, "the old network is closed");
    assertEquals(connector.asked, ["up b", "down a"]);
  });
});

Deno.test("where nothing closes it the old network stays connected", async () => {
  await withPair({ closable: false }, async ({ pair, connector }) => {
    await pair.switchTo("b", "overlapped");
    await pair.switchTo("a", "overlapped");
    assertEquals(connector.asked, ["up b"]);
  });
});

Deno.test("when the command fails the old network stays and the receipt says why", async () => {
  await withPair({}, async ({ pair, connector }) => {
    connector.broken.set("b", "its up command ended with status 4");
    await sayBeforeAndAfter(pair, async () => {
      const receipt = await pair.switchTo("b", "overlapped");
      assertEquals(receipt.outcome, "failed");
      assertEquals(receipt.reason, "Cannot connect b: its up command ended with status 4");
      assertEquals(receipt.phases.map(({ name }) => name), ["connect"]);
    });
    assertEquals(pair.site.provider, "a");
    assertEquals(pair.receipts.length, 1);
  });
});

Deno.test("a strict switch closes the old network before it connects the new one", async () => {
  await withPair({}, async ({ pair, connector }) => {
    await sayBeforeAndAfter(pair, async () => {
      const receipt = await pair.switchTo("b", "strict");
      assertEquals([receipt.outcome, receipt.kind, receipt.to], ["switched", "strict", "b"]);
    });
    assertEquals(connector.asked, ["down a", "up b"]);
  });
});

Deno.test("two networks of one adapter are switched between strictly, also when overlapped is asked for", async () => {
  await withPair({ adapters: "one" }, async ({ pair, connector }) => {
    const receipt = await pair.switchTo("b", "overlapped");
    assertEquals([receipt.outcome, receipt.kind], ["switched", "strict"]);
    assertEquals(connector.asked, ["down a", "up b"]);
  });
});

Deno.test("when the new network of a strict switch does not come up, it goes on over the old one", async () => {
  await withPair({ adapters: "one" }, async ({ pair, connector }) => {
    connector.broken.set("b", "its up command hangs");
    await sayBeforeAndAfter(pair, async () => {
      const receipt = await pair.switchTo("b", "strict");
      assertEquals([receipt.outcome, receipt.kind, receipt.to], ["switched", "sudden", "a"]);
      assert(receipt.reason.includes("Cannot connect b: its up command hangs"), receipt.reason);
    });
    assertEquals(connector.asked, ["down a", "up b", "up a"]);
    assertEquals(pair.site.provider, "a");
  });
});
