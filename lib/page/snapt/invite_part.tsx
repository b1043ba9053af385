import { useContext, useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { NewInvitation } from "../../status/client_actions.ts";
import type { SnaptDocument } from "../../status/snapt_document.ts";
import { PageActionsContext } from "../common/page_actions.ts";
import { Section } from "../common/section.tsx";
import { InvitedCard } from "./invited_card.tsx";
import { chosenIn, ServiceChoice } from "./service_choice.tsx";

const ID = "invite";
const MINUTE_MS = 60_000;
const EXPIRIES = [
  { ms: 10 * MINUTE_MS, words: "10 minutes" },
  { ms: 60 * MINUTE_MS, words: "an hour" },
  { ms: 24 * 60 * MINUTE_MS, words: "a day" },
  { ms: 7 * 24 * 60 * MINUTE_MS, words: "a week" },
  { ms: 30 * 24 * 60 * MINUTE_MS, words: "30 days" },
] as const;
const USUAL_MS = EXPIRIES[2].ms;
/** As the program has it, so that the browser says it first. */
const NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._\\-]{0,62}";

/** Makes a code for a new CNAPT, and shows it until the person has done with it. */
export function InvitePart({ document, services }: {
  readonly document: SnaptDocument;
  readonly services: readonly string[];
}): JSX.Element {
  const { ask, say, isLive } = useContext(PageActionsContext);
  const [made, setMade] = useState<NewInvitation | null>(null);
  const [state, setState] = useState<"ready" | "busy">("ready");
  const isOff = !isLive || state === "busy";
  const invite = (event: Event) => {
    event.preventDefault();
    const form = event.target;
    if (isOff || !(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    const address = String(data.get("address") ?? "").trim();
    setState("busy");
    ask<NewInvitation>("invite", {
      name: String(data.get("name") ?? "").trim(),
      services: chosenIn(form, ID),
      expiresMs: Number(data.get("expires")),
      addresses: address === "" ? [] : [address],
    }).then((answer) => {
      if (answer.kind === "failed") return say({ level: "bad", text: answer.error });
      setMade(answer.content);
    }).catch((error: unknown) => say({ level: "bad", text: `Cannot read its answer: ${error}` }))
      .finally(() => setState("ready"));
  };
  return (
    <Section id={ID} title="Invite a CNAPT">
      {made === null
        ? (
          <form class="card invite" onSubmit={invite}>
            <label class="field">
              <span>Name</span>
              <input
                name="name"
                required
                maxLength={63}
                pattern={NAME_PATTERN}
                title="Letters, digits, full stops, _ and -"
                placeholder="laptop"
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
              />
            </label>
            <label class="field">
              <span>The code is good for</span>
              <select name="expires">
                {EXPIRIES.map(({ ms, words }) => (
                  <option key={ms} value={String(ms)} selected={ms === USUAL_MS}>{words}</option>
                ))}
              </select>
            </label>
            <ServiceChoice id={ID} services={services} chosen="all" />
            <details>
              <summary>Where it reaches this SNAPT</summary>
              <label class="field">
                <span>Address, if another than SNAPT would say itself</span>
                <input
                  name="address"
                  placeholder="home.example.org:7787"
                  autocomplete="off"
                  autocapitalize="none"
                  spellcheck={false}
                />
              </label>
            </details>
            <button
              type="submit"
              class="button main"
              aria-disabled={isOff ? "true" : undefined}
              aria-busy={state === "busy" ? "true" : undefined}
            >
              Make a code
            </button>
          </form>
        )
        : <InvitedCard made={made} document={document} close={() => setMade(null)} />}
    </Section>
  );
}
