"""The files beside the modules of this package: the page's style sheets and scripts."""

from __future__ import annotations

from importlib.resources import files


def style() -> str:
    """The page's style sheets, one after another: the frame's first, then each part's by name."""
    sheets = sorted(
        (one for one in files("rag.web").joinpath("styles").iterdir() if one.name.endswith(".css")),
        key=lambda one: (one.name != "frame.css", one.name),
    )
    return "\n".join(one.read_text(encoding="utf-8") for one in sheets)


def script(name: str) -> str:
    """The script of one component, run when it is mounted (`gr.HTML(js_on_load=…)`)."""
    return files("rag.web").joinpath("scripts", f"{name}.js").read_text(encoding="utf-8")
