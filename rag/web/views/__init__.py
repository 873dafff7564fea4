"""What the page is made of: one module a view, each a tab of the page.

    from rag.web.views.view import Frame, Given, View

    def _build(given: Given, frame: Frame) -> None: ...      # Gradio components and their events, inside the view's tab

    VIEW = View("sources", lambda phrases: phrases.frame.sources, _build)

A view is added by naming its `VIEW` in `rag.web.page`, and its words in `rag.web.phrases`. It is built once for each
language of the page, in the same `gr.Blocks`; whatever readers share has to be passed in through `Given`.
"""
