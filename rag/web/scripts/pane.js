/* The sources: opens an article at the words that are cited, and gives the focus back when it is closed. */
const columns = document.getElementById("byline-columns"); /* says what is open over the page, on small screens */
const scroller = element.closest("#byline-sources");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const { act, turn, number, source } = button.dataset;
  if (act === "close") {
    delete columns.dataset.open;
    window.bylineOpener?.focus();
    return;
  }
  if (act === "only") {
    delete columns.dataset.open;
    trigger("apply", { source });
    return;
  }
  columns.dataset.open = "sources";
  columns.dataset.seek = "yes";
  trigger("select", number ? { turn: Number(turn), number: Number(number) } : { turn: Number(turn) });
});

watch("value", () => {
  const mark = element.querySelector(".byline-article mark.byline-quote, .byline-article mark.byline-passage");
  if (mark) mark.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  else scroller.scrollTop = 0;
  if (columns.dataset.seek) element.querySelector("h2").focus({ preventScroll: true });
  delete columns.dataset.seek;
});
