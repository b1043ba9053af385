/** Searches the sections that are in the page, as somebody types. */
import MiniSearch from "minisearch";

const MOST_RESULTS = 30;
const EXCERPT_CHARACTERS = 220;

const input = document.querySelector("input[name=q]");
const list = document.querySelector("#search-results");
const count = document.querySelector("#search-count");
const sections = JSON.parse(document.querySelector("#search-sections").textContent);
const search = new MiniSearch({
  fields: ["heading", "title", "text"],
  searchOptions: {
    boost: { heading: 4, title: 2 },
    prefix: (term) => term.length > 1,
    fuzzy: (term) => term.length > 4 ? 0.2 : false,
    combineWith: "AND",
  },
});
search.addAll(sections);
document.querySelector("#without-search").remove();

input.value = new URLSearchParams(location.search).get("q") ?? "";
input.addEventListener("input", show);
input.focus();
show();

function show() {
  const query = input.value.trim();
  const found = query === "" ? [] : search.search(query);
  count.textContent = query === "" ? "" : said(found.length, query);
  list.replaceChildren(...found.slice(0, MOST_RESULTS).map(item));
}

function said(number, query) {
  if (number === 0) return `Nothing found for “${query}”.`;
  const shown = number > MOST_RESULTS ? `, the best ${MOST_RESULTS} of which are here` : "";
  return `${number} ${number === 1 ? "section" : "sections"} found for “${query}”${shown}.`;
}

function item({ id, match }) {
  const { title, heading, href, text } = sections[id];
  const link = document.createElement("a");
  link.href = href;
  link.textContent = heading === "" ? title : `${title} › ${heading}`;
  const excerpt = document.createElement("p");
  const terms = Object.keys(match).filter((term) => match[term].includes("text"));
  excerpt.append(...marked(around(text, terms), terms));
  const entry = document.createElement("li");
  entry.append(link, excerpt);
  return entry;
}

/** The part of a text where the first term stands. */
function around(text, terms) {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term)).filter((at) => at >= 0);
  const from = Math.max(0, Math.min(...places, text.length) - 60);
  const start = places.length === 0 || from === 0 ? 0 : text.indexOf(" ", from) + 1;
  const part = text.slice(start, start + EXCERPT_CHARACTERS);
  return `${start > 0 ? "… " : ""}${part}${start + part.length < text.length ? " …" : ""}`;
}

function marked(text, terms) {
  if (terms.length === 0) return [text];
  const pattern = new RegExp(`(${terms.map((term) => RegExp.escape(term)).join("|")})`, "iu");
  return text.split(pattern).map((part, at) => {
    if (at % 2 === 0) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}
