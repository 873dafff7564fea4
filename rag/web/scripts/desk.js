/* Runs once for each pane of the page beside the chat; `element`, `trigger`, `props` and `watch` are Gradio's.
   A press on what has data-act is an act of the reader, told with all its data; a form is told as it is filled in. */
const told = (one) => ({ ...one.dataset });

element.addEventListener("click", (event) => {
  const one = event.target instanceof Element && event.target.closest("[data-act]");
  if (one && !one.disabled) trigger(one.dataset.act === "only" ? "apply" : "click", told(one));
});

let typing = 0;
const filled = (form, by) => trigger("submit", { act: "fill", ...Object.fromEntries(new FormData(form, by)) });
element.addEventListener("input", (event) => {
  const form = event.target.closest("form.byline-form");
  if (!form || form.classList.contains("byline-pressed")) return; /* told when its button is pressed */
  clearTimeout(typing);
  typing = setTimeout(() => filled(form), event.target.type === "search" ? 250 : 0);
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  filled(event.target, event.submitter);
});

/* A file for the reader: its bytes are in the page, in base64. */
function keep(parcel) {
  const bytes = Uint8Array.from(atob(parcel.textContent), (char) => char.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: parcel.dataset.kind }));
  link.download = parcel.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  parcel.remove();
}

watch("value", () => {
  element.querySelectorAll("[data-parcel]").forEach(keep);
  const wanted = element.querySelector("[data-focus]");
  if (!wanted) return;
  wanted.focus({ preventScroll: true });
  const whole = wanted.closest("aside, section"); /* where it does not fit, it is read from its beginning */
  if (whole.offsetHeight < window.innerHeight) whole.scrollIntoView({ block: "nearest" });
  else wanted.scrollIntoView({ block: "start" });
});

/* Files: one request each, and then one word of what became of them. */
async function send(file) {
  const place = new URL("byline/upload", document.baseURI);
  place.searchParams.set("to", props.to);
  place.searchParams.set("name", file.name);
  try {
    const answer = await fetch(place, { method: "POST", body: file });
    const told = await answer.json();
    return told.source ? { name: told.source.replace(/^[^/]*\//, "") } : { name: file.name, why: "lost", ...told };
  } catch {
    return { name: file.name, why: "lost" };
  }
}

async function take(files) {
  const line = element.querySelector(".byline-drop-line");
  const said = line.textContent;
  const came = [];
  element.querySelector("input").disabled = true;
  for (const file of files) {
    line.textContent = props.sending
      .replace("{n}", came.length + 1).replace("{all}", files.length).replace("{name}", file.name);
    came.push(file.size > props.most ? { name: file.name, why: "large" } : await send(file));
  }
  element.querySelector("input").disabled = false;
  line.textContent = said;
  trigger("upload", { files: came });
}

const over = (event) => event.target instanceof Element && event.target.closest(".byline-drop");
element.addEventListener("change", (event) => {
  if (event.target.type !== "file" || !event.target.files.length) return;
  take([...event.target.files]);
  event.target.value = "";
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  element.addEventListener(kind, (event) => {
    const zone = over(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("byline-over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
}
