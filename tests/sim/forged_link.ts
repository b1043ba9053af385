import type { Message } from "../../lib/core/wire/message.ts";
import { Link } from "../../lib/relay/link/link.ts";
import { authenticateToSnapt, type Credentials } from "../../lib/relay/link/link_auth.ts";
import type { Clock } from "../../lib/relay/run/clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
import { passOnOurs } from "../../lib/relay/run/whose_fault.ts";
import type { SimConn } from "./sim_conn.ts";
import { ToldLog } from "../told_log.ts";

/** A link of somebody who knows the key and says what our CNAPT has said before. */
export class ForgedLink {
  readonly #conn: SimConn;

  constructor(conn: SimConn, credentials: Credentials, message: Message, clock: Clock) {
    this.#conn = conn;
    const tasks = TaskGroup.root(clock, new ToldLog(() => {}), "forger");
    tasks.run("say", async () => {
      try {
        await authenticateToSnapt(conn, credentials);
        const link = new Link(conn, "forged", tasks);
        link.send(message);
        await link.firstMessage();
      } catch (error) {
        passOnOurs(error); // SNAPT has closed it
      }
      conn.close();
    });
  }

  get isOpen(): boolean {
    return this.#conn.isOpen;
  }
}
