"""The chat in the browser: a conversation as data, its HTML, and the Gradio page that shows it.

    conversation   what was asked and answered, frozen; `archive` keeps it on disk, for one `visitor`
    markup         the one place where text becomes HTML, escaped
    phrases/       all words of the page, in English and Korean; `messages`, what byline's other parts tell
    answers        an exchange as HTML; `acts`, what can be done with an answer
    sources        the pane beside the chat: each citation in its context, or in its article (`reader`)
    rail           the list of conversations; `narrowing`, the filters
    chatting       what happens when the reader does something in the chat
    answering      which process answers; `colleague`, one beside the page's own
    live           an answer's events while they come, without holding up the server
    desk           what the views beside the chat share; `answer_acts`, what they offer to do with an answer
    shelf          the articles as readers add and remove them; `receiving`, files on their way in; `indexing`
    library        the table of articles; `article`, one of them open; `progress`
    report         pinned answers and checked drafts; `pins`, `parcel`, a download that is no file here; `feedback`
    evaluation     figures of a run; `evaluating` makes one, `runs` keeps them
    settings       who gets which text; `preferences`, what a visitor has chosen; `own_files` keep that, and pins
    endpoints      `ask`, `search`, `sources` and `check` for programs; `tools`, the same for models
    setup          the header: which folders, how much, who gets to see text
    views/         what the page is made of, a tab each; the other modules are theirs
    page           all of it as a Gradio page, once for each language
    serving        the page on a port; `guard`, what every response passes through; `sessions`, whose it is

Gradio takes a second to import; the modules here import it inside the functions that need it.
"""
