"""Asserts what Doc 9303-10 and -12 ask of our files, with asn1crypto, cryptography, mrz and Pillow.

Usage: icao.py FOLDER [--dg1 FILE] [--sod FILE] [--csca FILE]. Ends with code 1 and the reason at the first fault.
"""

import argparse
import datetime
import hashlib
import io
import pathlib

from asn1crypto import algos, cms, core, crl, x509
from cryptography import x509 as pyca
from mrz.checker.td1 import TD1CodeChecker
from PIL import Image

P256 = "1.2.840.10045.3.1.7"


class DataGroupHash(core.Sequence):
    _fields = [("number", core.Integer), ("hash", core.OctetString)]


class DataGroupHashes(core.SequenceOf):
    _child_spec = DataGroupHash


class LdsVersionInfo(core.Sequence):
    _fields = [("lds", core.PrintableString), ("unicode", core.PrintableString)]


class LdsSecurityObject(core.Sequence):
    _fields = [
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", DataGroupHashes),
        ("lds_version", LdsVersionInfo, {"optional": True}),
    ]


class UsagePeriod(core.Sequence):
    _fields = [
        ("not_before", core.GeneralizedTime, {"implicit": 0, "optional": True}),
        ("not_after", core.GeneralizedTime, {"implicit": 1, "optional": True}),
    ]


class DocumentCodes(core.SetOf):
    _child_spec = core.PrintableString


class DocumentTypes(core.Sequence):
    _fields = [("version", core.Integer), ("codes", DocumentCodes)]


class PrimeField(core.Sequence):
    _fields = [("kind", core.ObjectIdentifier), ("prime", core.Integer)]


class Coefficients(core.Sequence):
    _fields = [("a", core.OctetString), ("b", core.OctetString), ("seed", core.BitString, {"optional": True})]


class ExplicitParameters(core.Sequence):
    _fields = [
        ("version", core.Integer),
        ("field", PrimeField),
        ("curve", Coefficients),
        ("base", core.OctetString),
        ("order", core.Integer),
        ("cofactor", core.Integer, {"optional": True}),
    ]


def require(condition, what):
    if not condition:
        raise SystemExit(f"refused: {what}")


def extensions(certificate):
    return {one["extn_id"].dotted: one for one in certificate["tbs_certificate"]["extensions"]}


def require_key(certificate):
    """An EC key with its parameters spelt out, or RSA of a size and exponent that we use."""
    info = certificate["tbs_certificate"]["subject_public_key_info"]
    if info["algorithm"]["algorithm"].dotted == "1.2.840.113549.1.1.1":
        key = info["public_key"].parsed
        require(info["algorithm"]["parameters"].dump() == b"\x05\x00", "NULL in rsaEncryption")
        require(key["modulus"].native.bit_length() in (3072, 4096), "a modulus of 3072 or 4096 bits")
        require(key["public_exponent"].native == 65537, "the exponent 65537")
        return
    require_explicit_key(info)


def require_signature_algorithm(certificate):
    """ECDSA without parameters, or RSASSA-PSS with SHA-256, MGF1 with SHA-256 and 32 octets of salt."""
    algorithm = certificate["signature_algorithm"]
    require(algorithm.dump() == certificate["tbs_certificate"]["signature"].dump(), "one signature algorithm")
    if algorithm["algorithm"].native != "rsassa_pss":
        require(algorithm["parameters"].dump() == b"", "no parameters in ecdsa-with-…")
        return
    parameters = algorithm["parameters"]
    require(parameters["hash_algorithm"]["algorithm"].native == "sha256", "PSS with SHA-256")
    mask = parameters["mask_gen_algorithm"]
    require(mask["algorithm"].native == "mgf1", "PSS with MGF1")
    require(mask["parameters"]["algorithm"].native == "sha256", "MGF1 with SHA-256")
    require(parameters["salt_length"].native == 32, "32 octets of salt")


def require_explicit_key(info):
    """Parameters spelt out with co-factor one; an uncompressed point that lies on that curve."""
    require(info["algorithm"]["algorithm"].dotted == "1.2.840.10045.2.1", "an EC key")
    require(info["algorithm"]["parameters"].name == "specified", "the curve is spelt out")
    parameters = ExplicitParameters.load(info["algorithm"]["parameters"].chosen.dump())
    require(parameters["version"].native == 1, "ecpVer1")
    require(parameters["field"]["kind"].native == "1.2.840.10045.1.1", "a prime field")
    require(parameters["cofactor"].native == 1, "the co-factor")
    p = parameters["field"]["prime"].native
    size = (p.bit_length() + 7) // 8
    require(size in (32, 48), "a field of 256 or 384 bits")
    a = int.from_bytes(parameters["curve"]["a"].native, "big")
    b = int.from_bytes(parameters["curve"]["b"].native, "big")
    point = info["public_key"].contents[1:]
    for name, octets in (("the key", point), ("the base", parameters["base"].native)):
        require(len(octets) == 1 + 2 * size and octets[0] == 4, f"{name} is an uncompressed point")
        x, y = int.from_bytes(octets[1 : 1 + size], "big"), int.from_bytes(octets[1 + size :], "big")
        require((y * y - x * x * x - a * x - b) % p == 0, f"{name} lies on the curve")


def require_icao_certificate(der):
    certificate = x509.Certificate.load(der)
    require(certificate.dump(force=True) == der, "the certificate is DER")
    tbs = certificate["tbs_certificate"]
    require(tbs["version"].native == "v3", "version 3")
    require(len(tbs["serial_number"].contents) <= 20 and tbs["serial_number"].native > 0, "the serial")
    require(tbs["issuer_unique_id"].native is None, "no unique identifiers")
    require_signature_algorithm(certificate)
    require_key(certificate)
    country = tbs["subject"].chosen[0][0]
    require(country["type"].native == "country_name" and country["value"].native == "MN", "C=MN first")
    require(country["value"].chosen.tag == core.PrintableString.tag, "C is a PrintableString")
    found = extensions(certificate)
    san, ian = found["2.5.29.17"]["extn_value"].contents, found["2.5.29.18"]["extn_value"].contents
    require(san == ian, "issuerAltName equals subjectAltName")
    names = found["2.5.29.17"]["extn_value"].parsed.native
    require(any(isinstance(n, dict) and n.get("locality_name") == "MNG" for n in names), "L=MNG")
    period = UsagePeriod.load(found["2.5.29.16"]["extn_value"].contents)
    require(period["not_before"].native == tbs["validity"]["not_before"].native, "the usage begins with the validity")
    require(period["not_after"].native < tbs["validity"]["not_after"].native, "the usage ends before the validity")
    require(found["2.5.29.15"]["critical"].native, "keyUsage is critical")
    require("2.5.29.31" in found, "cRLDistributionPoints")
    forbidden = {"2.5.29.33", "2.5.29.30", "2.5.29.36", "2.5.29.54", "2.5.29.46", "2.16.840.1.113730.1.1"}
    require(not forbidden & set(found), "no forbidden extension")
    return certificate, found


def check_certificates(csca_der, ds_der):
    csca, found = require_icao_certificate(csca_der)
    require(csca.issuer == csca.subject, "the CSCA signs itself")
    require(csca.key_usage_value.native == {"key_cert_sign", "crl_sign"}, "keyUsage of a CSCA")
    require(found["2.5.29.19"]["critical"].native, "basicConstraints is critical")
    require(csca.basic_constraints_value.native == {"ca": True, "path_len_constraint": 0}, "path length 0")
    require("2.5.29.37" not in found and "2.23.136.1.1.6.2" not in found, "neither EKU nor document types in a CSCA")
    signer, found = require_icao_certificate(ds_der)
    require(signer.key_usage_value.native == {"digital_signature"}, "keyUsage of a Document Signer")
    require("2.5.29.19" not in found and "2.5.29.37" not in found, "neither basicConstraints nor EKU in a signer")
    require(signer.authority_key_identifier == csca.key_identifier, "authorityKeyIdentifier")
    types = DocumentTypes.load(found["2.23.136.1.1.6.2"]["extn_value"].contents)
    require(types["version"].native == 0 and list(types["codes"].native) == ["I"], "document types")
    period = UsagePeriod.load(found["2.5.29.16"]["extn_value"].contents)
    days = (period["not_after"].native - period["not_before"].native).days
    require(days <= 92, "a signer's key signs for three months at most")
    pyca.load_der_x509_certificate(ds_der).verify_directly_issued_by(pyca.load_der_x509_certificate(csca_der))


def check_list(path):
    der = path.read_bytes()
    found = crl.CertificateList.load(der)
    require(found.dump(force=True) == der, "the list is DER")
    tbs = found["tbs_cert_list"]
    names = {one["extn_id"].native for one in tbs["crl_extensions"]}
    require(names == {"authority_key_identifier", "crl_number"}, "extensions of a CSCA list")
    entries = tbs["revoked_certificates"]
    if entries.native is not None:
        require(len(entries) > 0, "no empty sequence")
        require(all(entry["crl_entry_extensions"].native is None for entry in entries), "no entry extensions")
    days = (tbs["next_update"].native - tbs["this_update"].native).days
    require(days <= 90, "a new list at least every 90 days")


def unwrap(octets, tag):
    """The content of the only element, with a shortest-form length."""
    width = 1 if tag < 0x100 else 2
    require(int.from_bytes(octets[:width], "big") == tag, f"tag {tag:X}")
    first = octets[width]
    if first < 0x80:
        length, start = first, width + 1
    else:
        start = width + 1 + (first & 0x7F)
        length = int.from_bytes(octets[width + 1 : start], "big")
        require(length >= 0x80 and octets[width + 1] != 0, "shortest length")
    return octets[start : start + length], octets[start + length :]


def only(octets, tag):
    value, rest = unwrap(octets, tag)
    require(rest == b"", "nothing after the element")
    return value


def check_sod(sod, ds_der, groups):
    der = only(sod, 0x77)
    info = cms.ContentInfo.load(der)
    data = info["content"]
    require(info.dump(force=True) == der, "the SOD is DER")
    require(data["version"].native == "v3", "SignedData version 3")
    require(data["encap_content_info"]["content_type"].dotted == "2.23.136.1.1.1", "the content type")
    require(data["crls"].native is None, "no lists in the SOD")
    require([c.chosen.dump() for c in data["certificates"]] == [ds_der], "the signer's certificate inside")
    require(len(data["signer_infos"]) == 1, "one signer")
    signer = data["signer_infos"][0]
    require(signer["sid"].name == "issuer_and_serial_number", "the signer is named by issuer and serial")
    certificate = x509.Certificate.load(ds_der)
    require(signer["sid"].chosen["serial_number"].native == certificate.serial_number, "the signer's serial")
    require(signer["unsigned_attrs"].native is None, "no unsigned attributes")
    for algorithm in [*data["digest_algorithms"], signer["digest_algorithm"]]:
        require(algorithm["parameters"].dump() == b"", "no NULL in a digest algorithm")
    content = data["encap_content_info"]["content"].native
    attributes = {one["type"].native: one["values"].native for one in signer["signed_attrs"]}
    require(set(attributes) >= {"content_type", "message_digest"}, "the signed attributes")
    require(attributes["message_digest"] == [hashlib.sha256(content).digest()], "messageDigest")
    check_signature(signer, ds_der)
    check_security_object(content, groups)


def check_signature(signer, ds_der):
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = pyca.load_der_x509_certificate(ds_der).public_key()
    signed = signer["signed_attrs"].untag().dump()
    try:
        key.verify(signer["signature"].native, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        require(False, "the signature")


def check_security_object(content, groups):
    found = LdsSecurityObject.load(content, strict=True)
    require(found.dump(force=True) == content, "the LDS security object is DER")
    require(found["version"].native == 1, "version 1")
    require(found["hash_algorithm"]["algorithm"].native == "sha256", "SHA-256")
    require(found["hash_algorithm"]["parameters"].dump() == b"", "no NULL in the hash algorithm")
    require(found["lds_version"].native == {"lds": "0108", "unicode": "040000"}, "the LDS version")
    hashes = {one["number"].native: one["hash"].native for one in found["hashes"]}
    require(list(hashes) == sorted(hashes) == sorted(groups), "the data groups listed")
    for number, octets in groups.items():
        require(hashes[number] == hashlib.sha256(octets).digest(), f"data group {number} is the one signed")


def check_dg1(octets):
    zone = only(only(octets, 0x61), 0x5F1F).decode()
    lines = "\n".join(zone[at : at + 30] for at in range(0, 90, 30))
    require(len(zone) == 90 and zone.startswith("I<MNG"), "a TD1 zone of Mongolia")
    require(bool(TD1CodeChecker(lines, check_expiry=False)), "the zone's check digits")


def biometric_block(octets, form, tag):
    """The one block of DG2, which the header says to be of this form."""
    count, rest = unwrap(only(only(octets, 0x75), 0x7F61), 0x02)
    require(count == b"\x01", "one portrait")
    header, rest = unwrap(only(rest, 0x7F60), 0xA1)
    require(b"\x87\x02\x01\x01\x88\x02" + form.to_bytes(2, "big") in header, "the form of the block")
    return only(rest, tag)


def check_dg2(octets, portrait):
    record = biometric_block(octets, 0x0008, 0x5F2E)
    require(record[:8] == b"FAC\x00010\x00", "a facial record")
    require(int.from_bytes(record[8:12], "big") == len(record), "its length")
    image = Image.open(io.BytesIO(record[46:]))
    image.load()
    size = (int.from_bytes(record[36:38], "big"), int.from_bytes(record[38:40], "big"))
    require(image.format == "JPEG" and image.size == size, "the image has the size of the header")
    require(record[46:] == portrait, "the image is the portrait")


def check_dg11(octets, names):
    body = only(octets, 0x6B)
    tags, rest = unwrap(body, 0x5C)
    require(tags.hex() == "5f0e5f105f2b5f11", "the tag list")
    name, rest = unwrap(rest, 0x5F0E)
    require(name.decode() == "<<".join(names), "the name in Cyrillic")
    number, rest = unwrap(rest, 0x5F10)
    require(len(number) == 12 and number.isdigit(), "the personal number")
    born, rest = unwrap(rest, 0x5F2B)
    datetime.datetime.strptime(born.decode(), "%Y%m%d")
    only(rest, 0x5F11).decode()


def check_com(octets):
    body = only(octets, 0x60)
    require(body.hex() == "5f0104303130385f36063034303030305c0361756b", "EF.COM")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--dg1", default="dg1.bin")
    parser.add_argument("--sod", default="sod.bin")
    parser.add_argument("--csca", default="csca.der")
    options = parser.parse_args()
    read = lambda name: (options.folder / name).read_bytes()
    check_certificates(read(options.csca), read("ds.der"))
    check_list(options.folder / "csca.crl")
    check_list(options.folder / "csca_revoking.crl")
    groups = {1: read(options.dg1), 2: read("dg2.bin"), 11: read("dg11.bin")}
    check_sod(read(options.sod), read("ds.der"), groups)
    check_dg1(groups[1])
    check_dg2(groups[2], read("portrait.jpg"))
    check_dg11(groups[11], read("holder.txt").decode().split("\n"))
    check_com(read("com.bin"))
    print("accepted")


if __name__ == "__main__":
    main()
