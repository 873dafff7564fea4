/* What is said over the question box. */
element.addEventListener("click", (event) => {
  if (event.target.closest('[data-act="clear"]')) trigger("clear");
});
