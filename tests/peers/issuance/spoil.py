"""Writes certificates and lists that a linter must object to: the linter's own must-fail samples.

Usage: spoil.py FOLDER. Signatures no longer fit; linters do not look at them.
"""

import datetime
import pathlib
import sys

from asn1crypto import cms, core, crl, keys, ocsp, pem, x509


def load(path):
    return pem.unarmor(path.read_bytes())[2]


def mixed_key_usage(folder):
    """An authentication certificate that may also encipher."""
    certificate = x509.Certificate.load(load(folder / "auth.pem"))
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].native == "key_usage":
            usage = x509.KeyUsage({"digital_signature", "key_encipherment"})
            extension["extn_value"] = core.ParsableOctetString(usage.dump())
    write(folder / "auth_spoilt.pem", "CERTIFICATE", certificate)


def list_without_number(folder):
    """A list without its cRLNumber."""
    found = crl.CertificateList.load(load(folder / "crl.pem"))
    tbs = found["tbs_cert_list"]
    kept = [one for one in tbs["crl_extensions"] if one["extn_id"].native != "crl_number"]
    tbs["crl_extensions"] = crl.TBSCertListExtensions(kept)
    write(folder / "crl_spoilt.pem", "X509 CRL", found)


def sod_with_null(folder):
    """A SOD whose hash algorithm carries NULL: signed all the same, refused by Doc 9303-10 §4.6.2.3 note 2."""
    octets = (folder / "sod.bin").read_bytes()
    start = 2 if octets[1] < 0x80 else 2 + (octets[1] & 0x7F)
    info = cms.ContentInfo.load(octets[start:])
    info["content"]["digest_algorithms"][0]["parameters"] = core.Null()
    der = info.dump(force=True)
    length = len(der).to_bytes(2, "big")
    (folder / "sod_null.bin").write_bytes(b"\x77\x82" + length + der)


def csca_with_named_curve(folder):
    """A CSCA whose key names its curve."""
    certificate = x509.Certificate.load((folder / "csca.der").read_bytes())
    algorithm = certificate["tbs_certificate"]["subject_public_key_info"]["algorithm"]
    algorithm["parameters"] = keys.ECDomainParameters(name="named", value=keys.NamedCurve("secp384r1"))
    (folder / "csca_named.der").write_bytes(certificate.dump(force=True))


def answers_spoilt(folder):
    """A response that says unknown where good was signed, one with the archive cutoff of nobody, and a wrong version."""
    octets = bytearray((folder / "ocsp_good.der").read_bytes())
    at = octets.find(b"\x80\x00\x18\x0f")
    octets[at] = 0x82
    (folder / "ocsp_spoilt.der").write_bytes(octets)
    response = ocsp.OCSPResponse.load((folder / "ocsp_revoked.der").read_bytes())
    basic = response["response_bytes"]["response"].parsed
    single = basic["tbs_response_data"]["responses"][0]
    single["next_update"] = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    response["response_bytes"]["response"] = core.ParsableOctetString(basic.dump(force=True))
    (folder / "ocsp_backwards.der").write_bytes(response.dump(force=True))


def link_of_a_stranger(folder):
    """The link of the other succession: another old key signed it."""
    (folder / "rsa_ec_foreign.der").write_bytes((folder / "ec_rsa_link.der").read_bytes())


def link_with_a_changed_octet(folder):
    """A link whose signature no longer fits."""
    octets = bytearray((folder / "rsa_ec_link.der").read_bytes())
    octets[-1] ^= 1
    (folder / "rsa_ec_changed.der").write_bytes(octets)


def active_authentication_key_with_named_curve(folder):
    """DG15 whose key names its curve."""
    octets = (folder / "dg15.bin").read_bytes()
    start = 2 if octets[1] < 0x80 else 2 + (octets[1] & 0x7F)
    info = keys.PublicKeyInfo.load(octets[start:])
    info["algorithm"]["parameters"] = keys.ECDomainParameters(name="named", value=keys.NamedCurve("secp256r1"))
    der = info.dump(force=True)
    (folder / "dg15_named.bin").write_bytes(b"\x6f" + bytes([len(der)]) + der)


def changed_master_list(folder):
    """A master list in whose content one octet of a listed certificate has changed."""
    octets = bytearray((folder / "csca.ml").read_bytes())
    listed = (folder / "other_csca.der").read_bytes()
    octets[octets.find(listed) + len(listed) - 1] ^= 1
    (folder / "csca_changed.ml").write_bytes(octets)


def write(path, label, value):
    path.write_bytes(pem.armor(label, value.dump(force=True)))


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    for spoil in (
        mixed_key_usage,
        list_without_number,
        sod_with_null,
        csca_with_named_curve,
        answers_spoilt,
        link_of_a_stranger,
        link_with_a_changed_octet,
        active_authentication_key_with_named_curve,
        changed_master_list,
    ):
        spoil(target)
