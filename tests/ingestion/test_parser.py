"""The strict parser: what is JSON passes, what only some parsers take does not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.webhooks.parser import UnusableError, canonical, parse

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "invalid_json"),
        (b" \n", "invalid_json"),
        (b'{"a": 1', "invalid_json"),
        (b'{"a": 1} {}', "invalid_json"),
        (b'{"a": 01}', "invalid_json"),
        (b'{"a": "\x01"}', "invalid_json"),
        (b'{"a": "\x00"}', "invalid_json"),
        (b"{'a': 1}", "invalid_json"),
        (b"\xef\xbb\xbf{}", "invalid_encoding"),
        (b'{"a": "\xff"}', "invalid_encoding"),
        ('{"a": 1}'.encode("utf-16"), "invalid_encoding"),
        (b'{"a": "\xed\xa0\x80"}', "invalid_encoding"),
        (b'{"a": 1, "a": 1}', "duplicate_key"),
        (b'{"x": [{"a": 1, "\\u0061": 2}]}', "duplicate_key"),
        (b'{"a": NaN}', "invalid_number"),
        (b'{"a": [-Infinity]}', "invalid_number"),
        (b'{"a": 1e400}', "invalid_number"),
        (b'{"a": -1E+400}', "invalid_number"),
        (b'{"a": 1e-99999}', "invalid_number"),
        (b'{"a": "\\u0000"}', "nul_character"),
        (b'{"\\u0000": [[]]}', "nul_character"),
        (b'{"a": {"b": ["\\ud800"]}}', "lone_surrogate"),
        (b'{"\\udc00": 1}', "lone_surrogate"),
        (b"[" * 33 + b"]" * 33, "too_deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too_deep"),
        (b"[" * 60_000, "too_deep"),
    ],
)
def test_what_is_not_strictly_json_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(UnusableError) as refused:
        parse(body)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 32 + b"]" * 32,
        b'{"a":' * 32 + b"1" + b"}" * 32,
        b"[" + b"[]," * 100 + b"[]]",
        b'{"a": "\\\\u0000"}',
        b'{"a": "\\ud83d\\ude00"}',
        b'{"a": 0.000e-99999}',
        b'{"a": 9223372036854775808}',
        b'{"a": ' + b"9" * 60_000 + b"}",
    ],
)
def test_unusual_but_valid_json_passes(body: bytes) -> None:
    parse(body)


@given(st.dictionaries(TEXT, VALUES))
def test_any_valid_document_passes(document: dict[str, object]) -> None:
    parse(json.dumps(document).encode())
    parse(json.dumps(document, ensure_ascii=False, indent=1).encode())


@given(st.binary())
def test_junk_is_parsed_or_refused_and_nothing_else(body: bytes) -> None:
    try:
        document = parse(body)
    except UnusableError:
        return
    assert json.loads(body) == document or "." in body.decode() or "e" in body.decode().lower()


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (b'{"a": 1, "b": {"c": [1], "d": 2}}', b'{"b":{"d":2,"c":[1]},"a":1}', True),
        (b'{"a": [1, 2]}', b'{"a": [2, 1]}', False),
        (b'{"a": 1}', b'{"a": "1"}', False),
        (b'{"a": 1.5}', b'{"a": "1.5"}', False),
        (b'{"a": 1.5}', b'{"a": {"": "1.5"}}', False),
        (b'{"a": 1.0000000000000001}', b'{"a": 1.0000000000000002}', False),
        (b'{"a": 9223372036854775808}', b'{"a": 9223372036854775809}', False),
        (b'{"a": null}', b"{}", False),
        (b'{"a": true}', b'{"a": 1}', False),
        (b'{"a": "\\u00e9"}', '{"a": "é"}'.encode(), True),
    ],
)
def test_canonical_texts_agree_exactly_when_the_documents_do(left: bytes, right: bytes, same: bool) -> None:
    assert (canonical(parse(left)) == canonical(parse(right))) is same
