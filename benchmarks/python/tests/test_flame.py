from pathlib import Path

from matplotlib.figure import Figure

from flame import boxes, draw_flame_graph, read_stacks, short


def test_stacks_are_added_up_and_lie_below_their_callers() -> None:
    root = read_stacks(["a;b 3", "a;c 1", "", "a;b;d 4"])
    assert list(boxes(root)) == [
        ("all", 0.0, 1.0, 0),
        ("a", 0.0, 1.0, 1),
        ("b", 0.0, 0.875, 2),
        ("d", 0.0, 0.5, 3),
        ("c", 0.875, 0.125, 2),
    ]


def test_narrow_frames_are_left_out() -> None:
    assert [name for name, *_ in boxes(read_stacks(["a 999", "b 1"]))] == ["all", "a"]


def test_names_lose_packages_and_directories() -> None:
    assert short("io/netty/channel/Channel.read") == "Channel.read"
    assert short("io/netty/channel/epoll/Native.epollWait_[j]") == "Native.epollWait_[j]"
    assert short("read (/lib/python/reactor_udf/_worker.py:12)") == "read (_worker.py:12)"
    assert short("/directory/libnetty.so (deleted)") == "libnetty.so (deleted)"
    assert short("[epoll-1 tid=7]") == "[epoll-1 tid=7]"


def test_names_are_no_formulas(tmp_path: Path) -> None:
    figure = Figure()
    draw_flame_graph(figure.subplots(), boxes(read_stacks(["a/Output$$Lambda$1.run 1"])))
    figure.savefig(tmp_path / "flame.svg")
