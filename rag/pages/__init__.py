"""Pages that stand by themselves: one file, no script, nothing fetched, every value escaped."""

from __future__ import annotations

from importlib.resources import files


def render(template: str, /, **values: object) -> str:
    """The page that `template` (a file beside this one) makes of `values`; markup in them is text."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: files(__name__).joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)
