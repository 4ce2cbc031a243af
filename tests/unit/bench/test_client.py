"""The raw client reads what a real browser reads."""

import asyncio

import pytest

from bench.client.http import BadAnswer, Connection, Frame, parse_frame


def test_a_frame_has_an_id_only_when_it_is_durable() -> None:
    assert parse_frame(b'id: 12\ndata: {"id":12,"type":"done"}') == Frame(12, b'{"id":12,"type":"done"}')
    assert parse_frame(b'data: {"id":null}') == Frame(None, b'{"id":null}')
    assert parse_frame(b": hb") == Frame(None, b"")


def test_only_a_durable_done_is_done() -> None:
    assert parse_frame(b'id: 3\ndata: {"id":3,"at":"x","type":"done"}').is_done
    assert not parse_frame(b'id: 3\ndata: {"title":"\\"type\\":\\"done\\""}').is_done
    assert not parse_frame(b'data: {"type":"done"}').is_done


async def answering(answer: bytes) -> tuple[asyncio.Server, int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for at in range(0, len(answer), 7):
            writer.write(answer[at : at + 7])
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def test_frames_are_whole_however_the_bytes_are_cut() -> None:
    parts = [b"retry: 1000\n: open\n\nid: 1\nda", b'ta: {"type":"done"}\n\n']
    body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    server, port = await answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
    async with server:
        connection = await Connection.open(port)
        frames = [frame async for frame in connection.stream("/", "t")]
        connection.close()
    assert frames == [Frame(None, b""), Frame(1, b'{"type":"done"}')]


async def test_a_refused_stream_is_an_error_and_not_an_empty_one() -> None:
    server, port = await answering(b"HTTP/1.1 429 Too Many\r\ncontent-length: 0\r\n\r\n")
    async with server:
        connection = await Connection.open(port)
        with pytest.raises(BadAnswer, match="429"):
            [frame async for frame in connection.stream("/", "t")]
        connection.close()
