"""The page over the samples, and the OpenAPI schema of every route of its server, for a fuzzer such as schemathesis.

    python -m tests.trust.served_schema --index .demo --out schema.json
    schemathesis run schema.json --url URL --checks not_a_server_error     (in an environment of its own)

byline serves no schema: this one is made of Gradio's routes, with byline's own and the tools' beside them. What is
served has its state in a folder that goes when it ends; the index stays as it is.
"""

from __future__ import annotations

import argparse
import json
import shutil
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rag.assistant import Assistant
from rag.settings import load_settings
from rag.web.page import Site, build
from rag.web.receiving import PATH
from rag.web.serving import start, wait
from rag.web.tools import PATH as TOOLS
from tests.browser import free_address

_ENDLESS = ("/gradio_api/heartbeat", "/gradio_api/queue/data", "/gradio_api/stream")  # streams of events
_DONE = {"200": {"description": "done"}}


def whole_schema(of_gradio: dict[str, Any]) -> dict[str, Any]:
    """The schema without streams that never end, and with the routes that FastAPI does not know of."""
    paths = {path: what for path, what in of_gradio["paths"].items() if not path.startswith(_ENDLESS)}
    words = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("to", "name")]
    taken = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    called: dict[str, Any] = {"content": {"application/json": {"schema": {}}}}
    paths[PATH] = {"post": {"parameters": words, "requestBody": taken, "responses": _DONE}}
    paths[f"{TOOLS}/"] = {"post": {"requestBody": called, "responses": _DONE}}
    return {**of_gradio, "paths": paths}


def main() -> None:
    """Serve a copy of the index until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    settings = load_settings(llm="none")
    with TemporaryDirectory() as home:
        index = shutil.copytree(options.index, Path(home) / "index")
        with Assistant.open(index, settings) as assistant, closing(Site.over(assistant, settings, index)) as site:
            blocks = build(site, "en")
            address = free_address()
            stop = start(blocks, address, None, routes=site.routes(), tools=True)
            options.out.write_text(json.dumps(whole_schema(blocks.app.openapi())), encoding="utf-8")
            print(address.url, flush=True)
            wait()
            stop()


if __name__ == "__main__":
    main()
