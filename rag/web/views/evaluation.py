"""Evaluation: run a question set, see its figures and plots, and hold two runs beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.uploads import Uploads
from rag.errors import BylineError
from rag.evaluate.record import against
from rag.web.evaluating import SUFFIXES, Evaluating, Trial
from rag.web.evaluation import Shown, run_form, run_report, runs_table, standing
from rag.web.events import Data, by_visitor_with_data
from rag.web.library import drop_zone, taken
from rag.web.markup import Html
from rag.web.parcel import Parcel, handed_over
from rag.web.phrases.messages import trouble
from rag.web.runs import Entry, Runs
from rag.web.setup import shown_folder
from rag.web.views.pane import came, pane
from rag.web.views.view import AT_ONCE, EACH, QUIET, Frame, Given, View

if TYPE_CHECKING:
    import gradio as gr

_EVERY = 1.0  # seconds between looks at how a run goes
_MOST_K = 200


@dataclass(frozen=True, slots=True)
class Looking:
    """The run that a reader looks at, by its id, and the one that it is compared with."""

    shown: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """What happens in the view; sets and runs are shared by all readers."""

    given: Given
    sets: Uploads
    runs: Runs
    evaluating: Evaluating

    def form(self, chosen: str | None = None) -> Html:
        """The form with the sets there are, `chosen` the one that is picked."""
        found = self.sets.folder.iterdir() if self.sets.folder.is_dir() else ()
        names = sorted(path.name for path in found if not path.name.startswith("."))
        folders = ", ".join(shown_folder(folder) for folder in self.given.shelf.folders)
        return run_form(names, chosen, folders, self.given.settings.k, self.given.phrases)

    def start(self, said: Data) -> Html:
        """Run the set that the form names; says how it goes, or why not."""
        words, k = self.given.phrases.evaluation, str(said.get("k", ""))
        path = self._set(said)
        if path is None:
            written = str(said.get("file", "")).strip()
            return self.standing(words.not_there.format(path=written) if written else words.choose)
        if not k.isdecimal() or not 1 <= int(k) <= _MOST_K:
            return self.standing(words.bad_k)
        try:
            begun = self.evaluating.start(Trial(path, int(k), bool(said.get("retrieval_only"))))
        except BylineError as error:  # each line of what is wrong with a set begins with its whole path
            return self.standing("; ".join(str(error).replace(str(path), path.name).splitlines()))
        return self.standing("" if begun else words.busy)

    def standing(self, said: str = "") -> Html:
        """How a run goes."""
        return standing(self.evaluating.standing, self.given.phrases, said)

    def show(self, looking: Looking) -> tuple[Html, Html]:
        """The table of runs, and the one that is looked at."""
        page = self.given.phrases
        try:
            entries = self.runs.listed()
            shown = self._shown(entries, looking.shown)
            before = self._shown(entries, looking.before) if shown else None
        except BylineError as error:
            return trouble(error, self.given.phrases.language), trouble(error, self.given.phrases.language)
        if shown and before:
            shown = replace(shown, run=against(shown.run, before.run))
        return runs_table(entries, shown.entry.id if shown else None, page), run_report(shown, before, page)

    def after(self, looking: Looking, said: Data) -> Looking:
        """What the reader looks at after a button in the table of runs was pressed.

        Raises:
            BylineError: the run is not there.
        """
        act, id = said.get("act"), str(said.get("id", ""))
        if act == "show":
            return Looking(id)
        if act == "compare":
            return replace(looking, before=id)
        if act == "delete":
            self.runs.remove(id)
            return Looking(None if looking.shown == id else looking.shown)
        return looking

    def report(self, looking: Looking) -> Html:
        """The whole report of the run that is looked at, as a download."""
        try:
            data = self.runs.report(looking.shown or "")
        except BylineError as error:
            return trouble(error, self.given.phrases.language)
        return handed_over(Parcel(f"byline-evaluation-{looking.shown}.html", "text/html", data))

    def _shown(self, entries: Sequence[Entry], id: str | None) -> Shown | None:
        entry = next((entry for entry in entries if entry.id == id), None)
        return Shown(entry, self.runs.load(entry.id)) if entry else None

    def _set(self, said: Data) -> Path | None:
        """The file of the set that the form names; None where it is not there, or outside of the folders."""
        written = str(said.get("file", "")).strip()
        if not written:
            source = f"{self.sets.name}/{said.get('set', '')}"
            return self.sets.index / source if self.sets.holds(source) else None
        if "\0" not in written:
            for folder in self.given.shelf.folders:
                path = (folder / written).resolve()
                if path.is_relative_to(folder.resolve()) and path.suffix.lower() in SUFFIXES and path.is_file():
                    return path
        return None


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the view."""

    looking: gr.State
    seen: gr.State
    form: gr.HTML
    going: gr.HTML
    drop: gr.HTML
    fate: gr.HTML
    table: gr.HTML
    report: gr.HTML
    saved: gr.HTML
    timer: gr.Timer


def _build(given: Given, frame: Frame) -> None:
    import gradio as gr

    desk, page = given.desk, given.phrases
    most = desk.sets.max_bytes
    dropped = drop_zone(page.evaluation.add, SUFFIXES, most, page)
    looking, seen = gr.State(Looking()), gr.State(0)
    with gr.Row(elem_classes="byline-columns", equal_height=False):
        with gr.Column(scale=1, min_width=320):
            form, going = pane("byline-run-form"), pane("byline-run-standing")
            drop = pane("byline-run-drop", dropped, to="questions", sending=page.library.sending, most=most)
            fate, table = pane("byline-run-taken"), pane("byline-runs")
        with gr.Column(scale=1, min_width=320):
            report, saved = pane("byline-run-report"), pane("byline-run-saved")
    timer = gr.Timer(_EVERY, active=False)
    view = EvaluationView(given, desk.sets, desk.runs, desk.evaluating)
    parts = Parts(looking, seen, form, going, drop, fate, table, report, saved, timer)
    _wire_form(view, parts)
    _wire_runs(view, frame.tab, parts)


def _wire_form(view: EvaluationView, parts: Parts) -> None:
    """Connect what is run with what the reader presses."""
    import gradio as gr

    def start(_: str, said: Data) -> list[Any]:
        return [view.start(said), gr.Timer(active=view.evaluating.standing.running)]

    def stop() -> str:
        view.evaluating.stop()
        return view.standing()

    def take(_: str, said: Data) -> list[Any]:
        names, refused = came(said)
        fate = taken(names, refused, view.sets.max_bytes, view.given.phrases)
        return [fate, view.form(names[-1] if names else None)]

    parts.form.submit(by_visitor_with_data(start), None, [parts.going, parts.timer], **QUIET)
    parts.going.click(stop, None, [parts.going], **AT_ONCE)
    parts.drop.upload(by_visitor_with_data(take), None, [parts.fate, parts.form], **AT_ONCE)


def _wire_runs(view: EvaluationView, tab: gr.Tab, parts: Parts) -> None:
    """Connect the runs with what is shown of them."""
    import gradio as gr

    def act(_: str, said: Data, looking: Looking) -> list[Any]:
        try:
            looking = view.after(looking, said)
        except BylineError as error:
            return [looking, gr.skip(), trouble(error, view.given.phrases.language)]
        return [looking, *view.show(looking)]

    def look(looking: Looking, seen: int) -> list[Any]:
        now = view.evaluating.standing
        timer = gr.Timer(active=now.running)
        if now.finished == seen:
            return [looking, seen, gr.skip(), gr.skip(), view.standing(), timer]
        looking = Looking(now.kept) if now.kept and seen >= 0 else looking
        return [looking, now.finished, *view.show(looking), view.standing(), timer]

    def enter(looking: Looking) -> list[Any]:
        return [*look(looking, -1), view.form()]

    looking = parts.looking
    whole = [looking, parts.seen, parts.table, parts.report, parts.going, parts.timer]
    parts.table.click(by_visitor_with_data(act), [looking], [looking, parts.table, parts.report], **EACH)
    parts.report.click(view.report, [looking], [parts.saved], **QUIET)
    parts.timer.tick(look, [looking, parts.seen], whole, **AT_ONCE)
    tab.select(enter, [looking], [*whole, parts.form], **AT_ONCE)


VIEW = View("evaluation", lambda phrases: phrases.frame.evaluation, _build)
