"""What the issuer holds: keys by KDF3 and the key blocks of PUT KEY, after docs/card-layout.md."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from yubikit.core.smartcard import ApduError, SmartCardProtocol
from yubikit.core.smartcard.scp import KeyRef, Scp03KeyParams, StaticKeys

TRANSPORT_MASTER = bytes(range(16))
ISSUER_MASTER = bytes(range(16, 32))
TRANSPORT, ISSUER = 0x01, 0x30
PUT_KEY, STORE_DATA = 0xD8, 0xE2
# A short APDU under level 33: 255 bytes less the MAC, in whole blocks, less the padding's mark.
BLOCK_BYTES = 239


def kdf3(master: bytes, kdd: bytes) -> StaticKeys:
    def key(purpose: int) -> bytes:
        mac = CMAC(algorithms.AES(master))
        mac.update(bytes([1, 0, 0, 0, purpose, 0]) + kdd)
        return mac.finalize()

    return StaticKeys(key(1), key(2), key(3))


def encrypt(key: bytes, data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return cipher.update(data) + cipher.finalize()


def key_check_value(key: bytes) -> bytes:
    return encrypt(key, b"\x01" * 16)[:3]


def diversification_data(protocol: SmartCardProtocol, version: int) -> bytes:
    return protocol.send_apdu(0x80, 0x50, version, 0, bytes(8))[:10]


def parameters(version: int, keys: StaticKeys) -> Scp03KeyParams:
    return Scp03KeyParams(KeyRef(1, version), keys)


def put_issuer_keys(protocol: SmartCardProtocol, dek: bytes, keys: StaticKeys) -> None:
    """PUT KEY with the key's own length inside the block, as Amendment D wants it (yubikit leaves it out)."""
    data = expected = bytes([ISSUER])
    for key in (keys.key_enc, keys.key_mac, keys.key_dek):
        data += b"\x88\x11\x10" + encrypt(dek, key) + b"\x03" + key_check_value(key)
        expected += key_check_value(key)
    answer = protocol.send_apdu(0x80, PUT_KEY, TRANSPORT, 0x81, data)
    assert answer == expected, answer.hex()


def data_group(identifier: int, value: bytes) -> bytes:
    length = bytes([len(value)]) if len(value) < 0xFF else b"\xff" + len(value).to_bytes(2, "big")
    return identifier.to_bytes(2, "big") + length + value


def store_data(protocol: SmartCardProtocol, content: bytes) -> None:
    blocks = [content[i : i + BLOCK_BYTES] for i in range(0, len(content), BLOCK_BYTES)]
    for number, block in enumerate(blocks):
        last = 0x80 if number == len(blocks) - 1 else 0x00
        protocol.send_apdu(0x80, STORE_DATA, last, number & 0xFF, block)


def refusal(action) -> int:
    """The status word with which the card refuses the action; 0 if it does not."""
    try:
        action()
    except ApduError as error:
        return error.sw
    return 0
