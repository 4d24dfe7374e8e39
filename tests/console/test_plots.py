"""Numbers of minutes as bars, and the labels below them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.console.plots import BASE, LABELS, WIDTH, plotted, sparkline

START = datetime(2026, 9, 1, 6, 30, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def test_the_highest_number_is_as_high_as_the_plot_and_the_others_beside_it() -> None:
    plot = plotted([(at(0), 2), (at(1), None), (at(2), 8), (at(3), 0)])
    low, high = plot.bars
    assert (high.height, low.height) == (BASE - 2, (BASE - 2) / 4)
    assert (low.x, high.x, high.y) == (0, WIDTH / 2, 2)
    assert (plot.most, plot.most_at) == (8, at(2))


def test_where_nothing_happened_there_is_nothing_to_see() -> None:
    for points in ([], [(at(0), 0), (at(1), None)]):
        plot = plotted(points)
        assert (plot.bars, plot.most_at) == ((), None)


def test_labels_stand_apart_and_a_line_in_a_table_has_none() -> None:
    points = [(at(nth), 1) for nth in range(240)]
    labels = plotted(points).labels
    assert len(labels) == LABELS
    assert [label.at for label in labels[:2]] == [at(0), at(40)]
    assert sparkline(points).labels == ()
    assert all(bar.width > 0 for bar in sparkline(points).bars)
