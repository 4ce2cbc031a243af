"""Ports come from settings, and a taken one is a sentence that names its setting (S0-0.*)."""

import socket
from collections.abc import Iterator

import pytest

from aicoach.local.errors import LocalError
from aicoach.local.ports import HOST, Ports, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as server:
        yield server.getsockname()[1]


def test_every_port_has_a_setting() -> None:
    chosen = Ports.from_env({"AICOACH_PORT_WEB": "3100", "AICOACH_PORT_KV": "6400"})
    assert chosen == Ports(web=3100, service=8000, db=54322, rest=54321, kv=6400)


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "3000 ", "３０００", "http", "1e3"])
def test_what_is_no_port_is_refused_by_name(text: str) -> None:
    with pytest.raises(LocalError, match="AICOACH_PORT_DB must be a port number"):
        Ports.from_env({"AICOACH_PORT_DB": text})


def test_a_taken_port_names_its_setting_and_a_free_port(taken: int) -> None:
    with pytest.raises(LocalError) as refusal:
        Ports(service=taken).require_free(["service"])
    text = str(refusal.value)
    assert f"Port {taken} (for service) is taken" in text
    suggested = int(text.split("AICOACH_PORT_SERVICE=")[1].split(maxsplit=1)[0])
    assert suggested != taken
    assert is_free(suggested)


def test_a_taken_port_of_a_part_that_is_not_started_does_not_matter(taken: int) -> None:
    Ports(web=taken, kv=Ports.free().kv).require_free(["redis"])


def test_one_port_cannot_serve_two_parts() -> None:
    port = Ports.free().web
    with pytest.raises(LocalError, match="AICOACH_PORT_WEB and AICOACH_PORT_SERVICE"):
        Ports(web=port, service=port).require_free(["web", "service"])


def test_free_ports_are_five_different_ones() -> None:
    ports = Ports.free()
    assert len({ports.web, ports.service, ports.db, ports.rest, ports.kv}) == 5
