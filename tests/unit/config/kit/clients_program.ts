/**
 * A program that changes the clients' file, for the tests of what happens when several do.
 *
 *     clients_program.ts add FILE PREFIX COUNT   adds that many
 *     clients_program.ts hold FILE               locks the file, says so, and never lets go
 */
import { ClientsStore } from "../../../../lib/config/clients_store.ts";
import { clientNamed } from "./client_named.ts";

const [action, file = "", prefix = "", count = "0"] = Deno.args;
switch (action) {
  case "add": {
    const store = new ClientsStore(file);
    for (let i = 0; i < Number(count); i++) await store.add(clientNamed(`${prefix}${i}`));
    break;
  }
  case "hold": {
    const lock = await Deno.open(`${file}.lock`, { create: true, write: true });
    await lock.lock(true);
    console.log("locked");
    await new Promise((resolve) => setTimeout(resolve, 2 ** 30));
    break;
  }
  default:
    throw new TypeError(`Cannot ${action}: there is no such action`);
}
