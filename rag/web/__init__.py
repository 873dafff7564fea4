"""The chat in the browser: a conversation as data, its HTML, and the Gradio page that shows it.

    conversation   what was asked and answered, frozen
    markup         the one place where text becomes HTML, escaped
    phrases/       the page's own words, in English and Korean
    answers        an exchange as a chat message
    sources        the pane beside the chat: each citation in its context
    live           an answer's events while they come, without holding up the server
    endpoints      `ask` and `search` for programs
    setup          the header: which folders, how much, who gets to see text
    views/         what the page is made of, a tab each
    page           all of it as a Gradio page, once for each language
    serving        the page on a port: who may reach it, and what it may load

Gradio takes a second to import; the modules here import it inside the functions that need it.
"""
