/* Runs once, when the header is mounted; `element`, `trigger`, `props`, `server` and `watch` are Gradio's. */
const root = document.documentElement;
root.lang = props.language;

/* Gradio takes the system's light or dark; what was chosen here comes first. */
const KEPT = "byline-light";
const isDark = () => document.body.classList.contains("dark") || root.classList.contains("dark");
const shine = (dark) => [root, document.body].forEach((one) => one.classList.toggle("dark", dark));
const kept = localStorage.getItem(KEPT);
if (kept) shine(kept === "dark");

element.addEventListener("click", (event) => {
  if (!event.target.closest('[data-act="light"]')) return;
  shine(!isDark());
  localStorage.setItem(KEPT, isDark() ? "dark" : "light");
});

/* Esc: first what is open over the page, then the answer that is on its way. A menu closes when something else is clicked. */
const closeMenus = (but) =>
  document.querySelectorAll("details.byline-menu[open]").forEach((one) => one !== but && one.removeAttribute("open"));
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.byline-menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const menu = document.querySelector("details.byline-menu[open]");
  if (menu) {
    closeMenus(null);
    menu.querySelector("summary").focus();
    return;
  }
  const stop = document.querySelector("#byline-box .stop-button");
  if (stop) stop.click();
  else delete document.getElementById("byline-columns")?.dataset.open;
});

/* Gradio names the button that closes a note in English, whatever the page speaks. */
const nameClosers = () => document.querySelectorAll(".toast-close").forEach((one) => (one.ariaLabel = props.close));
new MutationObserver(nameClosers).observe(document.body, { childList: true, subtree: true });
