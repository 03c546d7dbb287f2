"""Asserts what Doc 9303-12 §9 asks of a master list, with asn1crypto and cryptography.

Usage: master_list.py LIST CSCA [CSCA ...]: the certificates in DER or PEM that must be listed, the first of them the one
that certified the signer. Ends with code 1 and the reason at the first fault.
"""

import hashlib
import pathlib
import sys

from asn1crypto import cms, core, pem, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from icao import require, require_icao_certificate


class Certificates(core.SetOf):
    _child_spec = x509.Certificate


class CscaMasterList(core.Sequence):
    _fields = [("version", core.Integer), ("certificates", Certificates)]


def read(name):
    octets = pathlib.Path(name).read_bytes()
    return pem.unarmor(octets)[2] if pem.detect(octets) else octets


def verify(key, signature, signed):
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        else:
            mask = padding.MGF1(hashes.SHA256())
            key.verify(signature, signed, padding.PSS(mgf=mask, salt_length=32), hashes.SHA256())
    except InvalidSignature:
        require(False, "the signature")


def check(der, cscas):
    info = cms.ContentInfo.load(der)
    require(info.dump(force=True) == der, "the list is DER")
    data = info["content"]
    require(data["version"].native == "v3" and data["crls"].native is None, "version 3 and no lists")
    require(data["encap_content_info"]["content_type"].dotted == "2.23.136.1.1.2", "id-icao-cscaMasterList")
    require(len(data["signer_infos"]) == 1, "one signer")
    signer = data["signer_infos"][0]
    require(signer["version"].native == "v3", "SignerInfo version 3")
    require(signer["sid"].name == "subject_key_identifier", "the signer is named by its key identifier")
    require(signer["unsigned_attrs"].native is None, "no unsigned attributes")
    for algorithm in [*data["digest_algorithms"], signer["digest_algorithm"]]:
        require(algorithm["algorithm"].native == "sha256", "SHA-256")
        require(algorithm["parameters"].dump() == b"", "no NULL in a digest algorithm")
    inside = {one.chosen.key_identifier: one.chosen.dump() for one in data["certificates"]}
    found = inside[signer["sid"].chosen.native]
    certificate, extensions = require_icao_certificate(found)
    require(cscas[0] in inside.values(), "the CSCA certificate inside")
    purpose = extensions["2.5.29.37"]
    require(purpose["critical"].native, "extKeyUsage is critical")
    require([one.dotted for one in purpose["extn_value"].parsed] == ["2.23.136.1.1.3"], "its one purpose")
    require(certificate.key_usage_value.native == {"digital_signature"}, "keyUsage of the signer")
    require("2.5.29.19" not in extensions and "2.23.136.1.1.6.2" not in extensions, "no authority, no documents")
    pyca.load_der_x509_certificate(found).verify_directly_issued_by(pyca.load_der_x509_certificate(cscas[0]))
    content = data["encap_content_info"]["content"].native
    attributes = {one["type"].native: one["values"].native for one in signer["signed_attrs"]}
    require(set(attributes) == {"content_type", "message_digest", "signing_time"}, "the signed attributes")
    require(attributes["message_digest"] == [hashlib.sha256(content).digest()], "messageDigest")
    key = pyca.load_der_x509_certificate(found).public_key()
    verify(key, signer["signature"].native, signer["signed_attrs"].untag().dump())
    listed = CscaMasterList.load(content, strict=True)
    require(listed.dump(force=True) == content, "the content is DER")
    require(listed["version"].native == 0, "version 0")
    require(sorted(one.dump() for one in listed["certificates"]) == sorted(cscas), "the certificates listed")


if __name__ == "__main__":
    check(read(sys.argv[1]), [read(name) for name in sys.argv[2:]])
    print("accepted")
