// The filter of the question list, and links into it.
"use strict";
const form = document.getElementById("filter");
const questions = Array.from(document.querySelectorAll("details.q"), (details) => ({
  details,
  words: null,
}));

function wordsOf(question) {
  question.words ??= question.details.textContent.toLowerCase();
  return question.words;
}

function filter() {
  const { state, type, languages, words, count } = form.elements;
  const wanted = words.value.trim().toLowerCase();
  let shown = 0;
  for (const question of questions) {
    const { dataset } = question.details;
    const hidden =
      (state.value && state.value !== dataset.state && state.value !== dataset.turned) ||
      (type.value && type.value !== dataset.type) ||
      (languages.value && languages.value !== dataset.languages) ||
      (wanted && !wordsOf(question).includes(wanted));
    question.details.hidden = Boolean(hidden);
    shown += hidden ? 0 : 1;
  }
  count.value = `${shown} shown`;
}

function openLinked() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  }
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", openLinked);
filter(); // a browser that comes back to the page keeps what was chosen
openLinked();
