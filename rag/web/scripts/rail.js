/* The list of conversations: opens, renames in place, saves as a file, deletes when asked twice. */
const columns = document.getElementById("byline-columns"); /* says what is open over the page, on small screens */

document.addEventListener("click", (event) => {
  const toggle = event.target.closest('[data-act="rail"]');
  if (!toggle) return;
  if (columns.dataset.open === "rail") delete columns.dataset.open;
  else columns.dataset.open = "rail";
  toggle.setAttribute("aria-expanded", String(columns.dataset.open === "rail"));
});

function rename(button) {
  const item = button.closest("li");
  const entry = item.querySelector(".byline-entry");
  const input = document.createElement("input");
  input.className = "byline-rename";
  input.value = entry.textContent;
  input.setAttribute("aria-label", button.dataset.label);
  const done = (title) => {
    input.onblur = null;
    input.remove();
    entry.hidden = false;
    if (title && title !== entry.textContent) trigger("edit", { id: button.dataset.id, title });
    entry.focus();
  };
  input.onkeydown = (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") done(input.value.trim());
    if (event.key === "Escape") {
      event.stopPropagation();
      done("");
    }
  };
  input.onblur = () => done("");
  entry.hidden = true;
  entry.before(input);
  input.select();
}

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
  if (act === "rename") rename(button);
  else if (act === "save") trigger("download", { id, form: button.dataset.form });
  else {
    delete columns.dataset.open;
    trigger(act, { id });
    if (act === "clear") document.querySelector("#byline-box textarea").focus();
  }
});
