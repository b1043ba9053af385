import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/dom/jsx-runtime";

export interface SectionProps {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** Beside the title: buttons, or a number. */
  readonly aside?: Child;
  readonly children?: Child;
}

/** A part of the page with a title, which screen readers can go to. */
export function Section({ id, title, aside, children }: SectionProps): JSX.Element {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="section-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {aside === undefined ? null : <div class="section-aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
