"""onnxruntime: whether it runs here, and sessions set up for many texts at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.cache import Cache
from index.errors import BylineError
from index.int8.graph import Kind, build_probe, probe_is_exact, probe_rows
from index.memory import trim


class CannotRunError(BylineError):
    """onnxruntime cannot run a network on this machine."""


@dataclass(frozen=True, slots=True)
class Network:
    """A session over a network, and in what way it multiplies."""

    session: Any
    note: str


def open_network(name: str, kind: Kind, build: Callable[[], bytes], kept: Cache) -> Network:
    """The network that `build` serialises, made or taken from `kept`; `name` is for the reader.

    Raises:
        CannotRunError: a package is missing, or onnxruntime refuses the network.
    """
    try:
        exact = kind == "float32" or multiplies_exactly(kept.get("probe.onnx", build_probe))
        session = open_session(kept.get(f"{kind}.onnx", build), exact=exact)
        trim()
    except ImportError as error:
        raise CannotRunError(f"the {kind} {name} needs a package that does not load: {error}") from error
    except _refusals() as error:
        raise CannotRunError(f"onnxruntime does not run the {kind} {name}: {error}") from error
    if kind == "float32":
        return Network(session, "in float32")
    return Network(session, "in int8" if exact else "in int8, the slower way, as the fast one saturates here")


def open_session(model: bytes, *, exact: bool) -> Any:
    """A session that runs in the thread that calls it: texts go to threads, not parts of a text.

    `exact` says that this machine sums the products of uint8 and int8 in full; if it does not, they are taken as
    products of uint8 and uint8, which all machines do, more slowly and to the same result.
    """
    # Read when the library is loaded: from 1.29 on it reports to its maker otherwise.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    levels = onnxruntime.GraphOptimizationLevel
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    options.intra_op_num_threads = 1
    options.graph_optimization_level = levels.ORT_ENABLE_BASIC  # the graph is written fused
    if not exact:
        options.graph_optimization_level = levels.ORT_ENABLE_EXTENDED  # the level that obeys the next line
        options.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
    session._model_bytes = None  # kept for a change of providers alone, and as large as the weights
    return session


def multiplies_exactly(probe: bytes) -> bool:
    """Whether this machine sums in full; `probe` is the graph of `build_probe`."""
    (product,) = open_session(probe, exact=True).run(None, {"rows": probe_rows()})
    return probe_is_exact(np.asarray(product, np.float32))


def processors() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _refusals() -> tuple[type[Exception], ...]:
    """What onnxruntime raises on a model it cannot run."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return state.Fail, state.InvalidArgument, state.InvalidGraph, state.NotImplemented, state.RuntimeException
