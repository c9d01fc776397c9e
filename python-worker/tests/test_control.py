import pytest

from reactor_udf._control import LIMIT, ControlError, Decoder, Message, encode

MESSAGES: list[Message] = [
    {"type": "CANCEL", "pid": 12, "evaluation": 1 << 62},
    {"type": "LOG", "source": "stderr", "line": "naïve \ud83d\ude00 \udcff"},
    {"type": "EXITED", "pid": 12, "signal": 9},
]


@pytest.mark.parametrize("piece", [1, 3, 4096])
def test_messages_survive_any_cut(piece: int) -> None:
    stream = b"".join(encode(message) for message in MESSAGES)
    decoder = Decoder()
    decoded = []
    for start in range(0, len(stream), piece):
        decoded += decoder.feed(stream[start : start + piece])
    assert [encode(message) for message in decoded] == [encode(message) for message in MESSAGES]


def test_a_frame_is_a_little_endian_length_and_json() -> None:
    assert encode({"type": "KILL", "pid": 7}) == b'\x1a\x00\x00\x00{"type": "KILL", "pid": 7}'


def test_too_long_a_frame_is_refused_by_both_sides() -> None:
    with pytest.raises(ControlError, match="longer"):
        encode({"type": "LOG", "line": "x" * LIMIT})
    with pytest.raises(ControlError, match="longer"):
        Decoder().feed((LIMIT + 1).to_bytes(4, "little"))


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"type":1}', b"\xff"])
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(ControlError):
        Decoder().feed(len(body).to_bytes(4, "little") + body)
