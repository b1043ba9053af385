import type { Context, Hono } from "hono";
import { unreachable } from "../core/exhaustive.ts";
import {
  ActionRefused,
  type AllowedServices,
  type ClientActions,
  type WantedInvitation,
} from "./client_actions.ts";
import { jsonBody } from "./json_body.ts";

/** What a body is to be, for whoever sent another one. */
const FORMS = {
  invite: '{"name": "…", "services": "all" or ["…"], "expiresMs": 86400000, "addresses": ["…"]}, ' +
    "where only the name has to be there",
  revoke: '{"name": "…"}',
  end: '{"name": "…"}',
  allow: '{"name": "…", "services": "all" or ["…"]}',
} as const;

/**
 * What may be asked of SNAPT about its CNAPTs: `/invite`, `/revoke`, `/end` and `/allow`, each with
 * JSON and the token. 400: the request is wrong; 404: there is none of this name; 409: it cannot be
 * done as things are. Then `error` says why, and nothing was changed.
 */
export function giveSnaptActions(app: Hono, actions: ClientActions): void {
  app.post("/invite", async (c) => {
    const wanted = readInvitation(await jsonBody(c));
    if (wanted === null) return wrong(c, "invite");
    return await answered(c, () => actions.invite(wanted));
  });
  app.post("/revoke", async (c) => {
    const name = nameIn(await jsonBody(c));
    if (name === null) return wrong(c, "revoke");
    return await answered(c, () => actions.revoke(name));
  });
  app.post("/end", async (c) => {
    const name = nameIn(await jsonBody(c));
    if (name === null) return wrong(c, "end");
    return await answered(c, () => {
      actions.end(name);
      return { ended: true };
    });
  });
  app.post("/allow", async (c) => {
    const body = await jsonBody(c);
    const name = nameIn(body);
    const services = servicesIn(body);
    if (name === null || services === null) return wrong(c, "allow");
    return await answered(c, async () => {
      await actions.allow(name, services);
      return { services };
    });
  });
}

async function answered(c: Context, act: () => object | Promise<object>): Promise<Response> {
  try {
    return c.json(await act());
  } catch (error) {
    if (!(error instanceof ActionRefused)) throw error;
    return c.json({ error: error.message }, codeOf(error));
  }
}

function codeOf({ refusal }: ActionRefused): 400 | 404 | 409 {
  switch (refusal) {
    case "wrong":
      return 400;
    case "unknown":
      return 404;
    case "impossible":
      return 409;
    default:
      return unreachable(refusal);
  }
}

function wrong(c: Context, action: keyof typeof FORMS): Response {
  return c.json({ error: `Cannot ${action}: the body must be ${FORMS[action]}` }, 400);
}

/** Null: it is none. */
function readInvitation(body: unknown): WantedInvitation | null {
  const name = nameIn(body);
  const given = name !== null && typeof body === "object" ? body : null;
  if (name === null || given === null) return null;
  const { services: said, expiresMs = null, addresses = [] }: {
    services?: unknown;
    expiresMs?: unknown;
    addresses?: unknown;
  } = given;
  const services = said === undefined ? "all" : servicesIn(body);
  const isTime = expiresMs === null ||
    (typeof expiresMs === "number" && Number.isSafeInteger(expiresMs));
  if (services === null || !isTime || !isTexts(addresses)) return null;
  return { name, services, expiresMs, addresses };
}

function nameIn(body: unknown): string | null {
  if (typeof body !== "object" || body === null) return null;
  const { name }: { name?: unknown } = body;
  return typeof name === "string" ? name : null;
}

function servicesIn(body: unknown): AllowedServices | null {
  if (typeof body !== "object" || body === null) return null;
  const { services }: { services?: unknown } = body;
  return services === "all" || isTexts(services) ? services : null;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
