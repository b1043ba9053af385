import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { ConfirmationSnapshot } from "../../relay/decision/confirmations.ts";
import { ActionButton } from "../common/action_button.tsx";
import { inTime } from "../../status/words/in_time.ts";
import { Name } from "../common/name.tsx";
import { Prose } from "../common/prose.tsx";
import { shownText } from "../common/shown_text.ts";
import { Section } from "../common/section.tsx";

/** What a person is asked now. */
export function Questions(
  { questions }: { readonly questions: readonly ConfirmationSnapshot[] },
): JSX.Element | null {
  if (questions.length === 0) return null;
  return (
    <Section id="questions" title="CNAPT asks you">
      {questions.map(({ provider, from, reason, leftMs }) => (
        <div class="card ask" key={provider}>
          <div>
            <p>
              <strong>
                Use <Name text={provider} /> instead of <Name text={from} />?
              </strong>
            </p>
            <p class="quiet">
              <Prose text={reason} /> ({inTime(leftMs)} left)
            </p>
          </div>
          <div class="section-aside">
            <ActionButton
              label="Yes"
              name={`Yes, use ${shownText(provider).short}`}
              kind="main"
              path="confirm"
              body={{ provider, answer: "yes" }}
              done={() => `CNAPT uses ${provider}`}
            />
            <ActionButton
              label="No"
              name={`No, do not use ${shownText(provider).short}`}
              path="confirm"
              body={{ provider, answer: "no" }}
              done={() => `CNAPT stays without ${provider}`}
            />
          </div>
        </div>
      ))}
    </Section>
  );
}
