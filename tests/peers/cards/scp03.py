"""yubikit as a foreign SCP03 host against the simulated card: `scp03.py SIMULATOR FOLDER`."""

import pathlib
import sys

from card_line import CardLine
from checks import check, equal, finish, refused
from issuer import (
    ISSUER,
    ISSUER_MASTER,
    TRANSPORT,
    TRANSPORT_MASTER,
    diversification_data,
    kdf3,
    parameters,
    put_issuer_keys,
    refusal,
)
from yubikit.core import TRANSPORT as LINK
from yubikit.core import Tlv
from yubikit.core.smartcard import AID, ApduError, SmartCardProtocol
from yubikit.core.smartcard.scp import KeyRef, StaticKeys, _derive
from yubikit.securitydomain import SecurityDomainSession

PIV = bytes.fromhex("a000000308000010000100")
EMRTD = bytes.fromhex("a0000002471001")

simulator, folder = sys.argv[1], pathlib.Path(sys.argv[2])
state = folder / "scp03.json"
new_card = ["--new", "--serial", "00000abc", "--transport-master", TRANSPORT_MASTER.hex()]


def key_versions(session: SecurityDomainSession) -> set[int]:
    """From the key information template with its tag E0 (GPCS §11.3.3.1; yubikit expects it without)."""
    template = Tlv.unpack(0xE0, session.get_data(0xE0))
    keys = [Tlv.unpack(0xC0, entry) for entry in Tlv.parse_list(template)]
    equal([key[0] for key in keys], [1, 2, 3])
    equal({key[2:] for key in keys}, {bytes.fromhex("8810")})
    return {key[1] for key in keys}


def put_and_use(link) -> None:
    name = link.name.lower()
    path = folder / f"scp03-{name}.json"
    line = CardLine(simulator, path, *new_card, transport=link)
    session = SecurityDomainSession(line)
    kdd = diversification_data(session.protocol, TRANSPORT)
    transport, issuer = kdf3(TRANSPORT_MASTER, kdd), kdf3(ISSUER_MASTER, kdd)
    wrong = StaticKeys(transport.key_enc, bytes(16), transport.key_dek)

    with check(f"{name}: the host refuses a card whose cryptogram does not fit its keys"), refused(ValueError):
        session.authenticate(parameters(TRANSPORT, wrong))
    with check(f"{name}: the card refuses a wrong host cryptogram with 6300"):
        session.protocol.send_apdu(0x80, 0x50, TRANSPORT, 0, bytes(8))
        equal(refusal(lambda: session.protocol.send_apdu(0x84, 0x82, 0x33, 0, bytes(16))), 0x6300)
    with check(f"{name}: PUT KEY without a channel is refused"):
        equal(refusal(lambda: session.protocol.send_apdu(0x80, 0xD8, 1, 0x81, bytes(67))), 0x6982)
    with check(f"{name}: the transport keys open a channel of level 33"):
        session.authenticate(parameters(TRANSPORT, transport))
    with check(f"{name}: key information and recognition data are read under the channel"):
        equal(key_versions(session), {TRANSPORT})
        equal(Tlv.unpack(0x66, session.get_data(0x66))[-1], 0x70)
    with check(f"{name}: key blocks without the key's own length are refused"), refused(ApduError):
        session.put_key(KeyRef(1, ISSUER), issuer, TRANSPORT)
    with check(f"{name}: PUT KEY replaces the transport keys by the issuer's"):
        put_issuer_keys(session.protocol, transport.key_dek, issuer)
    with check(f"{name}: the issuer keys open a channel, several times"):
        for _ in range(3):
            session.authenticate(parameters(ISSUER, issuer))
            equal(key_versions(session), {ISSUER})
    with check(f"{name}: the transport version is dead with 6A88"):
        again = SecurityDomainSession(line)
        equal(refusal(lambda: diversification_data(again.protocol, TRANSPORT)), 0x6A88)
    with check(f"{name}: the card ends with success on SIGTERM"):
        equal(line.close(), 0)
    with check(f"{name}: a restarted card still has the issuer keys"):
        line = CardLine(simulator, path, transport=link)
        SecurityDomainSession(line).authenticate(parameters(ISSUER, issuer))
        line.close()


def pseudo_random_challenges() -> None:
    """Amendment D §6.2.2.1, recomputed with yubikit's derivation: static ENC, constant 02, counter and full AID."""
    line = CardLine(simulator, folder / "challenge.json", *new_card)
    protocol = SmartCardProtocol(line)
    keys = kdf3(TRANSPORT_MASTER, diversification_data(protocol, TRANSPORT))
    names = {"the security domain": AID.SECURE_DOMAIN, "PIV": PIV, "eMRTD": EMRTD}
    for opened, (name, aid) in enumerate(names.items()):
        with check(f"the card challenge in {name} is the pseudo-random one of counter {opened}"):
            protocol.select(aid[:5] if aid == PIV else aid)
            answer = protocol.send_apdu(0x80, 0x50, TRANSPORT, 0, bytes(8))
            counter = opened.to_bytes(3, "big")
            equal(answer[10:13], bytes([TRANSPORT, 0x03, 0x70]))
            equal(answer[29:], counter)
            equal(answer[13:21], _derive(keys.key_enc, 0x02, counter + aid, 0x40))
            protocol.init_scp(parameters(TRANSPORT, keys))
    line.close()


def tears_and_locks() -> None:
    line = CardLine(simulator, state, *new_card)
    session = SecurityDomainSession(line)
    kdd = diversification_data(session.protocol, TRANSPORT)
    transport, issuer = kdf3(TRANSPORT_MASTER, kdd), kdf3(ISSUER_MASTER, kdd)
    with check("a card torn out after PUT KEY has the issuer keys and no other"):
        session.authenticate(parameters(TRANSPORT, transport))
        put_issuer_keys(session.protocol, transport.key_dek, issuer)
        line.tear()
        line = CardLine(simulator, state)
        session = SecurityDomainSession(line)
        equal(key_versions(session), {ISSUER})
        session.authenticate(parameters(ISSUER, issuer))
    with check("a changed command ends the channel"):
        session.authenticate(parameters(ISSUER, issuer))
        session.protocol._processor.state._mac_chain = bytes(16)
        equal(refusal(lambda: key_versions(session)), 0x6982)
        equal(refusal(lambda: key_versions(session)), 0x6982)
    with check("ten wrong cryptograms in a row lock the key set, also after a tear"):
        session = SecurityDomainSession(line)

        def wrong() -> int:
            diversification_data(session.protocol, ISSUER)
            return refusal(lambda: session.protocol.send_apdu(0x84, 0x82, 0x33, 0, bytes(16)))

        equal([wrong() for _ in range(10)], [0x6300] * 10)
        line.tear()
        line = CardLine(simulator, state)
        session = SecurityDomainSession(line)
        equal(refusal(lambda: diversification_data(session.protocol, ISSUER)), 0x6983)
    line.close()


put_and_use(LINK.NFC)
put_and_use(LINK.USB)
pseudo_random_challenges()
tears_and_locks()
finish()
