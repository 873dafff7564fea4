/* Called when the next question is to be asked. */
() => document.querySelector("#byline-box textarea").focus()
