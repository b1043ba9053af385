import { assertEquals, assertRejects } from "../../../assert.ts";
import { CallAnswers } from "../../../../lib/relay/client_service/call_answers.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";

Deno.test("a client application that comes when the session is over is reset, not ended", async () => {
  const [application, far] = MemoryConn.pair();
  const arrived = Promise.withResolvers<ByteConn>();
  const answers = new CallAnswers({
    open: () => arrived.promise,
    answer: () => {
      throw new Error("Cannot answer: the session is over");
    },
    refuse: () => {},
    log: new TestLog(),
  });
  const taken = answers.take(1, "pager", "192.0.2.1:99");
  answers.close();
  arrived.resolve(application);
  await taken;
  const error = await assertRejects(() => far.read(new Uint8Array(1)), ConnFailed);
  assertEquals(error.code, "reset");
});
