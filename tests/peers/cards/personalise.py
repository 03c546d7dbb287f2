"""A foreign personaliser over yubikit's SCP03: `personalise.py SIMULATOR FOLDER` leaves `card.json`, certificates and keys.

The certificates are made by `openssl`; the eMRTD files are placeholders of real length, since their content is checked elsewhere.
"""

import hashlib
import pathlib
import subprocess
import sys

from card_line import CardLine
from checks import check, equal, finish
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from issuer import (
    ISSUER,
    ISSUER_MASTER,
    TRANSPORT,
    TRANSPORT_MASTER,
    data_group,
    diversification_data,
    kdf3,
    parameters,
    put_issuer_keys,
    refusal,
    store_data,
)
from yubikit.core import Tlv
from yubikit.core.smartcard import AID, SmartCardProtocol
from yubikit.securitydomain import SecurityDomainSession

EMRTD = bytes.fromhex("a0000002471001")
GENERATE, SIGN, PUT_DATA = 0x47, 0x87, 0xDB
PIN, PUK = b"271828\xff\xff", b"31415926"
CHUID = bytes.fromhex(
    "3019d4e739da739ced39ce739d836858210842108421c84210c3eb"
    "341000112233445566778899aabbccddeeff350832303939313233313e00fe00"
)
CCC = bytes.fromhex(
    "f015a000000116ff02000000000000000000000000000000f10121f20121f300f40100f50110f600f700fa00fb00fc00fd00fe00"
)
SLOTS = {0x9A: ("authentication", "5FC105"), 0x9C: ("signature", "5FC10A")}

simulator, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)


def make_root() -> None:
    openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"),
        *("-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=TEST root of the card check"),
    )


def issue(name: str, key: ec.EllipticCurvePublicKey) -> bytes:
    pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / f"{name}.pub").write_bytes(pem)
    openssl("req", "-new", "-key", "root.key", "-subj", f"/CN=TEST {name}", "-out", f"{name}.csr")
    openssl(
        *("x509", "-req", "-in", f"{name}.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "20"),
        *("-force_pubkey", f"{name}.pub", "-set_serial", "4097", "-out", f"{name}.pem"),
    )
    openssl("x509", "-in", f"{name}.pem", "-outform", "DER", "-out", f"{name}.der")
    return (folder / f"{name}.der").read_bytes()


def generate(protocol: SmartCardProtocol, slot: int) -> ec.EllipticCurvePublicKey:
    answer = protocol.send_apdu(0x80, GENERATE, 0, slot, bytes.fromhex("ac03800111"))
    point = Tlv.unpack(0x86, Tlv.unpack(0x7F49, answer))
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def prove(protocol: SmartCardProtocol, slot: int, key: ec.EllipticCurvePublicKey) -> None:
    digest = hashlib.sha256(b"possession").digest()
    template = Tlv(0x7C, Tlv(0x82) + Tlv(0x81, digest))
    signature = Tlv.unpack(0x82, Tlv.unpack(0x7C, protocol.send_apdu(0x80, SIGN, 0x11, slot, template)))
    key.verify(signature, digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def put(protocol: SmartCardProtocol, tag: str, content: bytes) -> None:
    protocol.send_apdu(0x80, PUT_DATA, 0x3F, 0xFF, Tlv(0x5C, bytes.fromhex(tag)) + Tlv(0x53, content))


def write_piv(protocol: SmartCardProtocol) -> None:
    for slot, (name, tag) in SLOTS.items():
        key = generate(protocol, slot)
        prove(protocol, slot, key)
        put(protocol, tag, Tlv(0x70, issue(name, key)) + Tlv(0x71, b"\0") + Tlv(0xFE))
    put(protocol, "5FC102", CHUID)
    put(protocol, "5FC107", CCC)


def emrtd_files() -> dict[int, bytes]:
    def lines(length: int) -> bytes:
        return (b"I<UTO" + b"EXAMPLE<<CARD<" * 7)[:length]

    return {
        0x011E: bytes.fromhex("60165f0104303130385f36063034303030305c0361756b"),
        0x0101: Tlv(0x61, Tlv(0x5F1F, lines(90))),
        0x0102: Tlv(0x75, bytes(20_000)),
        0x010B: Tlv(0x6B, b"names"),
        0xC001: bytes.fromhex("239ab9cb282daf66231dc5a4df6bfbae"),
    }


make_root()
line = CardLine(
    *(simulator, folder / "card.json"),
    *("--new", "--serial", "00000def", "--transport-master", TRANSPORT_MASTER.hex()),
)
session = SecurityDomainSession(line)
kdd = diversification_data(session.protocol, TRANSPORT)
transport, issuer = kdf3(TRANSPORT_MASTER, kdd), kdf3(ISSUER_MASTER, kdd)
session.authenticate(parameters(TRANSPORT, transport))
put_issuer_keys(session.protocol, transport.key_dek, issuer)

piv = SmartCardProtocol(line)
with check("the PIV application refuses to be written without a channel"):
    piv.select(AID.PIV)
    equal(refusal(lambda: generate(piv, 0x9A)), 0x6982)
with check("a foreign personaliser makes keys, proves them and writes certificates"):
    piv.init_scp(parameters(ISSUER, issuer))
    write_piv(piv)
with check("the end is refused while the PIN lacks"):
    equal(refusal(lambda: store_data(piv, data_group(0x9F00, b""))), 0x6985)
with check("PIN, PUK and the end are stored"):
    piv.select(AID.PIV)
    piv.init_scp(parameters(ISSUER, issuer))
    store_data(piv, data_group(0x8080, PIN) + data_group(0x8081, PUK) + data_group(0x9F00, b""))
with check("a personalised PIV application is not written again"):
    equal(refusal(lambda: generate(piv, 0x9A)), 0x6985)

emrtd = SmartCardProtocol(line)
files = emrtd_files()
with check("EF.SOD before the other files is refused"):
    emrtd.select(EMRTD)
    emrtd.init_scp(parameters(ISSUER, issuer))
    equal(refusal(lambda: store_data(emrtd, data_group(0x011D, bytes(2_000)))), 0x6985)
with check("the eMRTD files are stored, EF.SOD last"):
    emrtd.select(EMRTD)
    emrtd.init_scp(parameters(ISSUER, issuer))
    groups = [data_group(identifier, value) for identifier, value in files.items()]
    store_data(emrtd, b"".join(groups) + data_group(0x011D, Tlv(0x77, bytes(2_000))))
with check("a file is not read without BAC"):
    emrtd.select(EMRTD)
    equal(refusal(lambda: emrtd.send_apdu(0, 0xB0, 0x81, 0, b"", 4)), 0x6982)
with check("the card ends with success on SIGTERM"):
    equal(line.close(), 0)
finish()
