"""Asserts what Doc 9303-10 and -11 ask of DG12, DG14, DG15 and EF.CardAccess, with asn1crypto and cryptography.

Usage: options.py FOLDER [--card-access FILE] [--dg15 FILE]. Ends with code 1 and the reason at the first fault.
"""

import argparse
import datetime
import pathlib

from asn1crypto import core, keys
from cryptography.hazmat.primitives.serialization import load_der_public_key

from icao import check_sod, only, require, require_explicit_key, unwrap

PACE = "0.4.0.127.0.7.2.2.4.2.2"
CHIP_AUTHENTICATION = "0.4.0.127.0.7.2.2.3.2.2"
CHIP_KEY = "0.4.0.127.0.7.2.2.1.2"
ACTIVE_AUTHENTICATION = "2.23.136.1.1.5"
ECDSA_PLAIN_SHA256 = "0.4.0.127.0.7.1.1.4.1.3"


class Protocol(core.Sequence):
    _fields = [("protocol", core.ObjectIdentifier), ("required", core.Any), ("optional", core.Any, {"optional": True})]


class SecurityInfos(core.SetOf):
    _child_spec = Protocol


def security_infos(der):
    """Each info by its protocol: required and optional data."""
    found = SecurityInfos.load(der, strict=True)
    require(found.dump(force=True) == der, "the set is DER")
    dumps = [one.dump() for one in found]
    require(dumps == sorted(dumps), "the set is sorted")
    infos = {one["protocol"].dotted: one for one in found}
    require(len(infos) == len(found), "each protocol once")
    return infos


def integer(value):
    return core.Integer.load(value.dump()).native


def check_card_access(der):
    infos = security_infos(der)
    require(set(infos) == {PACE}, "PACE alone in EF.CardAccess")
    require(integer(infos[PACE]["required"]) == 2, "PACEInfo version 2")
    require(integer(infos[PACE]["optional"]) in (12, 13), "standardised parameters 12 or 13")
    return infos[PACE].dump()


def check_dg14(octets, pace):
    infos = security_infos(only(octets, 0x6E))
    require(set(infos) == {PACE, CHIP_AUTHENTICATION, CHIP_KEY, ACTIVE_AUTHENTICATION}, "the protocols of DG14")
    require(infos[PACE].dump() == pace, "DG14 signs what EF.CardAccess says")
    require(integer(infos[CHIP_AUTHENTICATION]["required"]) == 1, "ChipAuthenticationInfo version 1")
    require(
        integer(infos[CHIP_AUTHENTICATION]["optional"]) == integer(infos[CHIP_KEY]["optional"]),
        "Chip Authentication names its key",
    )
    require_public_key(infos[CHIP_KEY]["required"].dump())
    require(integer(infos[ACTIVE_AUTHENTICATION]["required"]) == 1, "ActiveAuthenticationInfo version 1")
    algorithm = core.ObjectIdentifier.load(infos[ACTIVE_AUTHENTICATION]["optional"].dump()).dotted
    require(algorithm == ECDSA_PLAIN_SHA256, "ecdsa-plain-SHA256")


def require_public_key(der):
    info = keys.PublicKeyInfo.load(der)
    require_explicit_key(info)
    require(load_der_public_key(der).curve.name == "secp256r1", "P-256, as cryptography reads it")


def check_dg12(octets):
    tags, rest = unwrap(only(octets, 0x6C), 0x5C)
    require(tags.hex() == "5f195f265f555f56", "the tag list")
    authority, rest = unwrap(rest, 0x5F19)
    require(authority.decode() == "Улсын бүртгэлийн үзүүлэн", "the issuing authority in Cyrillic")
    issued, rest = unwrap(rest, 0x5F26)
    datetime.datetime.strptime(issued.decode(), "%Y%m%d")
    personalised, rest = unwrap(rest, 0x5F55)
    datetime.datetime.strptime(personalised.decode(), "%Y%m%d%H%M%S")
    require(len(issued) == 8 and len(personalised) == 14, "dates of the right length")
    require(only(rest, 0x5F56) == b"station 7", "the personalisation system")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--card-access", default="card_access.bin")
    parser.add_argument("--dg15", default="dg15.bin")
    options = parser.parse_args()
    read = lambda name: (options.folder / name).read_bytes()
    pace = check_card_access(read(options.card_access))
    check_dg12(read("dg12.bin"))
    check_dg14(read("dg14.bin"), pace)
    require_public_key(only(read(options.dg15), 0x6F))
    numbers = (1, 2, 11, 12, 14, 15)
    check_sod(read("full_sod.bin"), read("ds.der"), {number: read(f"dg{number}.bin") for number in numbers})
    com = only(read("full_com.bin"), 0x60)
    require(com.hex() == "5f0104303130385f36063034303030305c0661756b6c6e6f", "EF.COM lists all")
    print("accepted")


if __name__ == "__main__":
    main()
