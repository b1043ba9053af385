import { clientsPath, ClientsStore } from "../../config/clients_store.ts";
import { show, showDocument } from "../program/show.ts";

/** `snapt list`: who was invited, one on each line. */
export async function snaptList(configFile: string, isJson: boolean): Promise<void> {
  const clients = await new ClientsStore(clientsPath(configFile)).list();
  if (isJson) {
    const rows = clients.map(({ name, services, createdAt, revokedAt }) => ({
      name,
      services,
      createdAt,
      revokedAt,
    }));
    return showDocument("snapt.list/1", { clients: rows });
  }
  if (clients.length === 0) show("Nobody is invited yet; `snapt invite NAME` does it.");
  for (const client of clients) {
    const services = client.services === "all" ? "all services" : client.services.join(",");
    const state = client.revokedAt === null ? "invited" : "revoked";
    const since = client.revokedAt ?? client.createdAt;
    show(`${client.name.padEnd(20)} ${state} ${since}  ${services}`);
  }
}
