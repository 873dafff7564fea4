/* The list of conversations: opens, renames in place, saves as a file, deletes when asked twice. */
const columns = document.getElementById("byline-columns"); /* says what is open over the page, on small screens */

document.addEventListener("click", (event) => {
  const toggle = event.target.closest('[data-act="rail"]');
  if (!toggle) return;
  if (columns.dataset.open === "rail") delete columns.dataset.open;
  else columns.dataset.open = "rail";
  toggle.setAttribute("aria-expanded", String(columns.dataset.open === "rail"));
});

/* The name that is being written, and its place in the text: the server may send the list anew meanwhile. */
let renaming = null;

function rename() {
  const { id, label } = renaming;
  const entry = element.querySelector(`.byline-entry[data-id="${id}"]`);
  if (!entry) return void (renaming = null);
  const input = document.createElement("input");
  input.className = "byline-rename";
  input.value = renaming.title ?? entry.textContent;
  input.setAttribute("aria-label", label);
  const done = (title) => {
    renaming = null;
    input.remove();
    entry.hidden = false;
    if (title && title !== entry.textContent) trigger("edit", { id, title });
  };
  input.oninput = () => (renaming.title = input.value);
  input.onkeydown = (event) => {
    if (event.isComposing) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault(); /* the same press would open the conversation that is focused next */
    done(event.key === "Enter" ? input.value.trim() : "");
    entry.focus();
  };
  /* Written is written, wherever the reader goes next; not where the list took the field away. */
  input.onblur = () => setTimeout(() => input.isConnected && document.activeElement !== input && done(input.value.trim()));
  entry.hidden = true;
  entry.before(input);
  if (renaming.title === undefined) input.select();
  else input.focus();
}
watch("value", () => renaming && rename());

function remove(button) {
  if (button.textContent === button.dataset.sure) trigger("delete", { id: button.dataset.id });
  else button.textContent = button.dataset.sure;
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const { act, id } = button.dataset;
  if (act === "delete") return void remove(button);
  button.closest("details")?.removeAttribute("open");
  if (act === "rename") {
    renaming = { id, label: button.dataset.label };
    rename();
  }
  else if (act === "save") trigger("download", { id, form: button.dataset.form });
  else {
    delete columns.dataset.open;
    trigger(act, { id });
    if (act === "clear") document.querySelector("#byline-box textarea").focus();
  }
});
