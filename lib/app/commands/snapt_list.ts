import { unreachable } from "../../core/exhaustive.ts";
import { ClientsStore } from "../../config/clients_store.ts";
import {
  InvitationsStore,
  type PendingInvitation,
  stateOfPending,
} from "../../config/invitations_store.ts";
import type { SnaptState } from "../places/state_files.ts";
import { showDocument } from "../documents/show_document.ts";
import { show } from "../program/show.ts";

/** `snapt list`: who was invited, and the codes that nobody has redeemed, one on each line. */
export async function snaptList({ paths }: SnaptState, isJson: boolean): Promise<void> {
  const clients = await new ClientsStore(paths.clients).list();
  const now = Date.now();
  const pending = (await new InvitationsStore(paths.invitations).list())
    .filter(({ spentAt, revokedAt }) => spentAt === null && revokedAt === null);
  if (isJson) {
    const codes = pending.map((one) => {
      const { name, services, createdAt, expiresAt, failedTries } = one;
      return { name, services, createdAt, expiresAt, failedTries, state: stateOfPending(one, now) };
    });
    const rows = clients.map(({ name, services, createdAt, revokedAt }) => ({
      name,
      services,
      createdAt,
      revokedAt,
    }));
    return showDocument("snapt.list/1", { clients: rows, codes });
  }
  if (clients.length + pending.length === 0) {
    show("Nobody is invited yet; `snapt invite NAME` does it.");
  }
  for (const client of clients) {
    const services = describeServices(client.services);
    const state = client.revokedAt === null ? "invited" : "revoked";
    const since = client.revokedAt ?? client.createdAt;
    show(`${client.name.padEnd(20)} ${state} ${since}  ${services}`);
  }
  for (const one of pending) {
    const state = describeState(one, now);
    show(`${one.name.padEnd(20)} code ${state}  ${describeServices(one.services)}`);
  }
}

function describeState(pending: PendingInvitation, now: number): string {
  const state = stateOfPending(pending, now);
  switch (state) {
    case "open":
      return `open until ${pending.expiresAt}`;
    case "expired":
      return `expired ${pending.expiresAt}`;
    case "triedTooOften":
      return "tried too often, good for nothing";
    case "spent":
    case "revoked":
      return state;
    default:
      return unreachable(state);
  }
}

function describeServices(services: readonly string[] | "all"): string {
  return services === "all" ? "all services" : services.join(",");
}
