"""Asking a model over the wire: every way in which that fails is one line, in time, tried again where that helps."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from rag.answer import Turn
from rag.errors import ModelFailed
from rag.generate import Notice, Sent, generate
from rag.model import open_model
from tests.asking import KEY, PASSAGES, TIMEOUT, events_of, failure_of, model_threads, settings_for, text_of
from tests.openai_server import (
    OpenAIServer,
    answer,
    cut,
    drop,
    hang,
    junk,
    keep_alive,
    page,
    redirect,
    refusal,
    stream,
)
from tests.openai_server import Reply as Scripted

pytestmark = pytest.mark.usefixtures("model_loaded")


@pytest.fixture
def server(openai_server: OpenAIServer) -> OpenAIServer:
    return openai_server


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (401, "refused the key (401); set OPENAI_API_KEY to one it accepts"),
        (404, "has no model tiny at that address (404); check BYLINE_MODEL and OPENAI_BASE_URL"),
        (403, "refused the request (403: no); check that tiny may be asked"),
        (400, "refused the request (400: no); check that tiny may be asked"),
    ],
)
def test_a_refusal_is_final_and_says_what_to_do(server: OpenAIServer, status: int, line: str) -> None:
    server.script(refusal(status), answer("never"))
    assert failure_of(server) == line
    assert len(server.requests) == 1


def test_a_refusal_without_a_key_asks_for_one(server: OpenAIServer) -> None:
    server.script(refusal(401))
    assert failure_of(server, api_key=None) == "refused the key (401); set OPENAI_API_KEY"


@pytest.mark.parametrize(
    "fault",
    [
        refusal(429, retry_after="0.01"),
        refusal(429),
        refusal(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
        refusal(429, retry_after="soon"),
        refusal(500),
        refusal(503, retry_after="0"),
        drop(),
        cut(),
        cut("<think>hm"),
        junk(b'data: {"error": {"message": "overloaded"}}\n\n'),
    ],
)
def test_a_passing_fault_before_the_first_piece_is_tried_again(server: OpenAIServer, fault: Scripted) -> None:
    server.script(fault, answer("Two [1]."))
    assert text_of(events_of(server)) == "Two [1]."
    assert len(server.requests) == 2


def test_retry_after_is_waited_for(server: OpenAIServer) -> None:
    server.script(refusal(429, retry_after="0.3"), answer("Two [1]."))
    began = time.monotonic()
    events_of(server)
    assert time.monotonic() - began > 0.3


def test_tries_end(server: OpenAIServer) -> None:
    server.script(*[refusal(500, "out of memory", retry_after="0")] * 5)
    assert failure_of(server, retries=3) == "failed (500: out of memory); ask again, or look at its log"
    assert len(server.requests) == 4


def test_no_retries_is_one_try(server: OpenAIServer) -> None:
    server.script(refusal(503, retry_after="0"), answer("never"))
    assert failure_of(server, retries=0).startswith("failed (503: no)")
    assert len(server.requests) == 1


def test_a_wait_past_the_deadline_is_not_begun(server: OpenAIServer) -> None:
    server.script(refusal(429, retry_after="90"), answer("never"))
    began = time.monotonic()
    assert failure_of(server) == "is over its rate limit (429); ask again in 90 s"
    assert time.monotonic() - began < 5


def test_an_empty_purse_is_not_tried_again(server: OpenAIServer) -> None:
    server.script(refusal(429, code="insufficient_quota"), answer("never"))
    assert failure_of(server).startswith("has no quota left for this key (429)")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (hang(), "gave no answer within 0.7 s; raise BYLINE_ANSWER_TIMEOUT, or name a faster model"),
        (keep_alive(), "gave no answer within 0.7 s; raise BYLINE_ANSWER_TIMEOUT, or name a faster model"),
        (
            hang("<think>hm"),
            "gave no answer within 0.7 s; raise BYLINE_ANSWER_TIMEOUT, or name a faster model",
        ),
        (
            hang("Two "),
            "did not finish its answer within 0.7 s; raise BYLINE_ANSWER_TIMEOUT, or name a faster model",
        ),
    ],
)
def test_silence_ends_at_the_deadline(server: OpenAIServer, fault: Scripted, line: str) -> None:
    server.script(fault)
    began = time.monotonic()
    assert failure_of(server, answer_timeout=TIMEOUT) == line
    assert TIMEOUT <= time.monotonic() - began < TIMEOUT + 5
    assert not model_threads(wait=5)


def test_the_deadline_bounds_all_tries_together(server: OpenAIServer) -> None:
    server.script(refusal(500, retry_after="0.1"), refusal(500, retry_after="0.1"), hang())
    began = time.monotonic()
    assert failure_of(server, answer_timeout=TIMEOUT).startswith("gave no answer within")
    assert time.monotonic() - began < TIMEOUT + 5
    assert len(server.requests) == 3


def test_a_deadline_can_be_given(server: OpenAIServer) -> None:
    server.script(hang())
    settings = settings_for(server)
    model = open_model(settings, "tiny")
    assert model is not None
    began = time.monotonic()
    with pytest.raises(ModelFailed, match="gave no answer"):
        list(generate("Q?", PASSAGES, model=model, language="en", settings=settings, until=time.monotonic() + 0.2))
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("fault", [cut("Two ", "ports"), stream("Two", finish=None, done=False, chunked=False)])
def test_a_cut_stream_fails_and_is_not_tried_again(server: OpenAIServer, fault: Scripted) -> None:
    server.script(fault, answer("never"))
    line = failure_of(server)
    assert line.startswith("broke off in the middle of its answer (")
    assert line.endswith("); ask again")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"data: {this is no JSON\n\n",
        b'data: {"weather": "fine"}\n\n',
        b"data: [1, 2]\n\n",
        b'data: {"choices": 7}\n\n',
        b'data: {"choices": [{"delta": {"content": {"a": 1}}}]}\n\n',
        b"data: \xff\xfe\n\n",
    ],
)
def test_junk_is_called_junk(server: OpenAIServer, data: bytes) -> None:
    server.script(junk(data))
    assert failure_of(server).startswith("sent something that is no chat completion; check that OPENAI_BASE_URL")


def test_a_web_page_is_no_answer(server: OpenAIServer) -> None:
    server.script(page())
    assert failure_of(server).startswith("sent no chat completion; check that OPENAI_BASE_URL is its API")


@pytest.mark.parametrize(
    "script", [stream(), stream("", " \n"), stream("<think>only this</think>"), stream("<think>on")]
)
def test_an_empty_answer_is_a_failure(server: OpenAIServer, script: Scripted) -> None:
    server.script(script)
    assert failure_of(server) == "gave an empty answer; ask again, or name another model than tiny"


def test_an_answer_that_is_withheld_says_so(server: OpenAIServer) -> None:
    server.script(stream(finish="content_filter"), stream(finish="length"))
    assert failure_of(server).startswith("withheld the answer")
    assert failure_of(server).startswith("reached its length limit before tiny answered")


def test_a_redirect_is_not_followed(server: OpenAIServer) -> None:
    with OpenAIServer(fallback=answer("never")) as other:
        server.script(redirect(f"{other.url}/chat/completions"))
        assert failure_of(server).startswith("sent the request elsewhere (307); set OPENAI_BASE_URL")
        assert other.requests == []


def test_a_server_that_is_not_there(server: OpenAIServer) -> None:
    with OpenAIServer() as gone:
        address, host = gone.url, gone.host
    with pytest.raises(ModelFailed) as caught:
        events_of(server, base_url=address, retries=1)
    assert str(caught.value).startswith(f"the model server at {host} cannot be reached (")
    assert str(caught.value).endswith("); check that it runs, and OPENAI_BASE_URL")


@pytest.mark.parametrize(
    "fault",
    [
        refusal(400, "This model's maximum context length is 512 tokens.", code="context_length_exceeded"),
        refusal(400, "request (900 tokens) exceeds the available context size", type="exceed_context_size_error"),
        junk(b'data: {"error": {"message": "the request exceeds the available context size"}}\n\n'),
    ],
)
def test_a_prompt_that_is_too_long_goes_again_with_half_of_the_passages(server: OpenAIServer, fault: Scripted) -> None:
    server.script(fault, fault, answer("Two [1]."))
    events = events_of(server, history=(Turn("Who spoke?", "Lee did."),))
    assert events[:2] == [Sent(1), Notice("only the first 1 of 4 passages fitted into the model's context")]
    assert text_of(events) == "Two [1]."
    held = [sum(f"Port number {number} " in request.text for number in range(1, 5)) for request in server.requests]
    assert held == [4, 2, 1]
    assert "Who spoke?" in server.requests[0].text
    assert "Who spoke?" not in server.requests[1].text


def test_a_context_that_holds_not_one_passage(server: OpenAIServer) -> None:
    fault = refusal(400, "maximum context length is 12 tokens", code="context_length_exceeded")
    server.script(fault, fault, fault, answer("never"))
    assert failure_of(server).startswith("has no context that holds this question (tiny)")
    assert len(server.requests) == 3


def test_a_model_that_wants_no_temperature_gets_none(server: OpenAIServer) -> None:
    server.script(
        refusal(400, "Unsupported value: only the default is supported", param="temperature"),
        answer("Two [1]."),
    )
    assert text_of(events_of(server)) == "Two [1]."
    assert server.requests[0].body["temperature"] == 0
    assert "temperature" not in server.requests[1].body


def test_a_long_complaint_is_one_short_line(server: OpenAIServer) -> None:
    server.script(refusal(422, f"wrong\n\n  {'very ' * 200}{KEY}"))
    line = failure_of(server)
    assert line.startswith("refused the request (422: wrong very very")
    assert len(line) < 300


# certificates


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody but the server itself has signed."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begins, ends = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, ends).add_extension(address, critical=False)
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(
    own_certificate: ssl.SSLContext,
) -> None:
    with OpenAIServer(fallback=answer("never"), tls=own_certificate) as masked:
        line = failure_of(masked, retries=0)
        assert masked.requests == []
    assert line.startswith("cannot be reached ([SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed")
    assert line.endswith("); check that it runs, and OPENAI_BASE_URL")


def test_a_server_that_does_not_speak_tls(server: OpenAIServer) -> None:
    line = failure_of(server, retries=0, base_url=server.url.replace("http:", "https:"))
    assert line.startswith("cannot be reached ([SSL")
    assert server.requests == []
