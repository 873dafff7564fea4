"""The command line: `byline COMMAND`. Each command is a module of its own, loaded when it is called.

Exit status: 0 done, 1 failed (one line on stderr), 2 wrong usage, 3 a gate fell short.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

_COMMANDS = {
    "index": "Build the index of a folder of articles, or bring it up to date.",
    "ask": "Answer a question, with citations.",
    "search": "Show the passages that a question retrieves.",
    "ui": "Open the chat in a browser.",
    "check": "Check the citations of a draft.",
    "report": "Answer a list of questions in one cited document.",
    "verify": "See whether the quotes of a report still stand in the articles.",
    "eval": "Run a question set and measure the answers.",
    "status": "Say what is indexed, and with what.",
    "doctor": "Examine the index and mend it.",
}


class _Commands(click.Group):
    """Knows the commands by name; imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = importlib.import_module(f"rag.cli.{name}_command")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


_FIRST_STEPS = """\b
byline index FOLDER
byline ask "what did Lee request about Section 232?"
"""


@click.command(
    cls=_Commands,
    epilog=_FIRST_STEPS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="byline", message="byline %(version)s")
def byline() -> None:
    """Ask a folder of news articles, in Korean and English; every answer names the words it rests on."""


def main() -> None:
    """Run the command line and leave with its exit status."""
    # Read when these libraries are imported; nothing of ours ever reports home.
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looked for in every installed package otherwise
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that has no Korean shows marks, and does not fail
    byline()
