/* The conversation: passes on what is clicked, shows a card over a chip, copies, and keeps its place while text comes. */
const KEPT = "byline-conversation"; /* per tab: a reload shows the same conversation again */
const scroller = element.closest("#byline-scroll");
const columns = document.getElementById("byline-columns"); /* says what is open over the page, on small screens */

async function copy(button) {
  const { text, done } = button.dataset;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    /* plain HTTP from another machine: no clipboard API */
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  const label = button.textContent;
  button.textContent = done;
  setTimeout(() => (button.textContent = label), 1500);
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const { act, turn, number, name } = button.dataset;
  if (act === "copy") return void copy(button);
  if (act === "select" || act === "sources") {
    columns.dataset.open = "sources";
    columns.dataset.seek = "yes"; /* the pane takes the focus when it has what was asked for */
    window.bylineOpener = button;
    element.querySelectorAll("[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    if (number) button.setAttribute("aria-current", "true");
  }
  const data = { turn: Number(turn) };
  if (number) data.number = Number(number);
  if (name) data.name = name;
  trigger(act === "sources" ? "select" : act, data);
  if (act === "edit") requestAnimationFrame(() => document.querySelector("#byline-box textarea").focus());
  button.closest("details.byline-menu")?.removeAttribute("open");
});

/* What opens at the end of the conversation is scrolled into view. */
element.addEventListener(
  "toggle",
  ({ target }) => target.open && target.lastElementChild.scrollIntoView({ block: "nearest" }),
  true, /* it does not bubble */
);

/* The card of a chip, where there is room for it. */
let open = null;
function hide() {
  open?.classList.remove("byline-open");
  open = null;
}
function show(chip) {
  const card = chip.nextElementSibling;
  if (card === open) return;
  hide();
  if (!card?.classList.contains("byline-card")) return;
  card.classList.add("byline-open");
  const at = chip.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  card.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - width - 8))}px`;
  const below = at.bottom + 6;
  card.style.top = `${below + height < window.innerHeight ? below : Math.max(8, at.top - height - 6)}px`;
  open = card;
}
const cites = (event) => event.target.closest?.(".byline-cites");
element.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const at = cites(event);
  if (at) show(at.firstElementChild);
  else hide();
});
element.addEventListener("pointerleave", hide);
element.addEventListener("focusin", (event) => {
  const at = cites(event);
  if (at && event.target.matches(":focus-visible")) show(at.firstElementChild);
});
element.addEventListener("focusout", hide);
scroller.addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());

/* While an answer comes its end stays in view, unless the reader has scrolled up; when it is there and does not fit, its
   question moves to the top. */
let held = true;
let shown = 0;
scroller.addEventListener("scroll", () => (held = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80));
const follow = () => {
  const turns = scroller.querySelectorAll(".byline-exchange");
  if (turns.length > shown) held = true;
  shown = turns.length;
  if (!held || !shown) return;
  const last = turns[shown - 1];
  const begun = last.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const tall = last.offsetHeight > scroller.clientHeight && !scroller.querySelector(".byline-busy");
  scroller.scrollTop += tall ? begun : scroller.scrollHeight;
};
new MutationObserver(follow).observe(scroller, { childList: true, subtree: true, characterData: true });

watch("value", () => {
  const id = element.querySelector("[data-conversation]")?.dataset.conversation;
  if (id) sessionStorage.setItem(KEPT, id);
  else sessionStorage.removeItem(KEPT);
});
trigger("load", { id: sessionStorage.getItem(KEPT) ?? "" });
