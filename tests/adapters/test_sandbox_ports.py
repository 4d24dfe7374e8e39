"""Ports of processes that listen later than their port is chosen."""

from __future__ import annotations

import socket

from adapters.sandbox.deployment import BELOW_OUTGOING, free_port


def test_a_port_is_given_once_and_no_outgoing_connection_takes_it() -> None:
    ports = [free_port() for _ in range(500)]
    assert len(set(ports)) == len(ports)
    assert set(ports) <= set(BELOW_OUTGOING)


def test_the_wanted_port_is_given_unless_somebody_listens_there() -> None:
    wanted = free_port()
    assert free_port(wanted) == wanted
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", wanted))
        listening.listen()
        assert free_port(wanted) not in {0, wanted}
