import type { Child } from "hono/jsx";
import type { JSX } from "hono/jsx/dom/jsx-runtime";

export interface SectionProps {
  /** Unique on the page. */
  readonly id: string;
  readonly title: Child;
  /** 3 within another section, which is then the one that screen readers list. */
  readonly level?: 2 | 3;
  /** Beside the title: buttons, or a number. */
  readonly aside?: Child;
  readonly children?: Child;
}

/** A part of the page with a title, which screen readers can go to. */
export function Section({ id, title, level = 2, aside, children }: SectionProps): JSX.Element {
  return (
    <section id={id} aria-labelledby={level === 2 ? `${id}-title` : undefined}>
      <div class="section-head">
        {level === 2 ? <h2 id={`${id}-title`}>{title}</h2> : <h3 id={`${id}-title`}>{title}</h3>}
        {aside === undefined ? null : <div class="section-aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
