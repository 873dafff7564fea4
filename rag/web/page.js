/* Runs once, when the sources pane is mounted; `element`, `trigger`, `props` and `watch` are Gradio's.
   A chip's link is #cite-TURN-NUMBER, a way back #answer-TURN. */
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let wanted = null;

function show(id) {
  const target = document.getElementById(id);
  if (!target) return false;
  element.querySelectorAll(".byline-active").forEach((one) => one.classList.remove("byline-active"));
  target.classList.add("byline-active");
  target.focus({ preventScroll: true });
  const mark = target.querySelector("mark.byline-quote, mark.byline-passage");
  const room = Math.min(element.closest("#byline-sources").clientHeight, window.innerHeight) - 20;
  const fits = !mark || mark.getBoundingClientRect().bottom - target.getBoundingClientRect().top < room;
  const behavior = calm.matches ? "auto" : "smooth";
  if (fits) target.scrollIntoView({ block: "start", behavior });
  else mark.scrollIntoView({ block: "center", behavior });
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest('a[href^="#cite-"], a[href^="#answer-"]');
  if (!link) return;
  event.preventDefault();
  const id = link.getAttribute("href").slice(1);
  if (show(id)) return;
  const [, turn] = id.match(/^cite-(\d+)-\d+$/) || [];
  if (turn === undefined) return;
  wanted = id; /* the pane shows another answer's sources: ask for this one's */
  trigger("click", { turn: Number(turn) });
});

watch("value", () => {
  if (wanted && show(wanted)) wanted = null;
});

document.documentElement.lang = props.language;

/* Gradio names each message by its source text, which here is HTML: a screen reader would read the tags out. */
const unnamed = '#byline-chat [data-testid="bot"][aria-label], #byline-chat [data-testid="user"][aria-label]';
const unname = () => document.querySelectorAll(unnamed).forEach((one) => one.removeAttribute("aria-label"));
const chat = document.getElementById("byline-chat");
if (chat) new MutationObserver(unname).observe(chat, { childList: true, subtree: true, attributeFilter: ["aria-label"] });
unname();
