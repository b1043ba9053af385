import zlib from "node:zlib";
import { encodeBlockHeader } from "../../lib/core/compression/compressed_block.ts";
import { assert, assertEquals } from "../assert.ts";
import { openingOf } from "../opening.ts";
import { bind, instanceOf, OWN_ID, parkLink } from "./kit/attacker.ts";
import { besideLiveSession } from "./kit/beside_live_session.ts";
import { pattern } from "./kit/server_application.ts";

/** 16 MB of nothing. */
const ZSTD_BOMB = zlib.zstdCompressSync(new Uint8Array(1 << 24), {
  params: { [zlib.constants.ZSTD_c_windowLog]: 17 },
});

for (
  const [what, bytes] of [
    ["garbage", Uint8Array.of(0x82, 0x04, ...pattern(512))],
    ["a block that is longer than any may be", Uint8Array.of(0xff, 0xff, 0x7f)],
    [
      "a bomb",
      Uint8Array.of(
        ...encodeBlockHeader("packedAfresh", ZSTD_BOMB.length),
        ...ZSTD_BOMB,
      ),
    ],
  ] as const
) {
  Deno.test(`${what} on a packed stream resets only that stream, and is counted`, async () => {
    await besideLiveSession(async (pair) => {
      const link = await parkLink(pair, OWN_ID);
      const opening = { ...openingOf("echo"), compression: "zstd" } as const;
      link.send(bind(instanceOf(pair), { stream: 60_000, opening }));
      assertEquals((await link.firstMessage())?.kind, "bound");
      await link.conn.write(bytes);
      const isCounted = () => pair.server.packing.snapshot()["echo"]?.broken === 1;
      await pair.eventually(isCounted, "the broken stream is counted");
      assert(pair.snaptLog.lines.some((line) => /stream-reset.*60000.*protocol/.test(line)));
      link.close();
    }, { compression: "zstd" });
  });
}
