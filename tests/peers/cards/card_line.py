"""A virtual reader of vsmartcard in a socket, so that a foreign host can talk to the simulated card without pcscd."""

import pathlib
import socket
import struct
import subprocess

from yubikit.core import TRANSPORT
from yubikit.core.smartcard import SmartCardConnection

POWER_ON, RESET, GET_ATR = b"\x01", b"\x02", b"\x04"
PATIENCE_SECONDS = 20


class CardLine(SmartCardConnection):
    """Starts `card-simulator`, waits for its connection and speaks the wire protocol of vpcd with it."""

    def __init__(self, simulator: str, state: pathlib.Path, *new_card: str, transport=TRANSPORT.NFC):
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(PATIENCE_SECONDS)
        port = listener.getsockname()[1]
        self._transport = transport
        self._process = subprocess.Popen(
            [simulator, "--state", str(state), "--connect", f"127.0.0.1:{port}", *new_card]
        )
        try:
            self._socket, _ = listener.accept()
        finally:
            listener.close()
        self._socket.settimeout(PATIENCE_SECONDS)
        self._send(POWER_ON)

    @property
    def transport(self) -> TRANSPORT:
        """NFC makes yubikit use short APDUs and chaining, USB extended APDUs."""
        return self._transport

    def atr(self) -> bytes:
        self._send(GET_ATR)
        return self._receive()

    def reset(self) -> None:
        self._send(RESET)

    def send_and_receive(self, apdu: bytes) -> tuple[bytes, int]:
        self._send(apdu)
        answer = self._receive()
        return answer[:-2], struct.unpack("!H", answer[-2:])[0]

    def tear(self) -> None:
        """Pulls the card out: kills it without a chance to save."""
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)
        self._socket.close()

    def close(self) -> int:
        """Ends the card with SIGTERM and gives its exit code."""
        self._process.terminate()
        code = self._process.wait(PATIENCE_SECONDS)
        self._socket.close()
        return code

    def _send(self, message: bytes) -> None:
        self._socket.sendall(struct.pack("!H", len(message)) + message)

    def _receive(self) -> bytes:
        (length,) = struct.unpack("!H", self._exactly(2))
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        received = b""
        while len(received) < length:
            piece = self._socket.recv(length - len(received))
            if not piece:
                raise EOFError("the card closed the line")
            received += piece
        return received
