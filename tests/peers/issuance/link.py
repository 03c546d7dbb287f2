"""Asserts what Doc 9303-12 asks of a CSCA's succession, with asn1crypto and cryptography.

Usage: link.py FOLDER NAME [--link FILE]. Reads NAME_old.der, NAME_next.der, NAME_link.der, NAME_ds.der and
NAME_next.crl. Ends with code 1 and the reason at the first fault.
"""

import argparse
import pathlib

from asn1crypto import crl, x509
from cryptography import x509 as pyca
from cryptography.exceptions import InvalidSignature

from icao import UsagePeriod, extensions, require, require_icao_certificate


def usage(found):
    return UsagePeriod.load(found["2.5.29.16"]["extn_value"].contents)


def issued(child, parent, what):
    """Names and signature, by cryptography."""
    try:
        pyca.load_der_x509_certificate(child).verify_directly_issued_by(pyca.load_der_x509_certificate(parent))
    except (InvalidSignature, ValueError) as refusal:
        require(False, f"{what}: {refusal!r}")


def check(old_der, next_der, link_der, ds_der, list_der):
    old, old_found = require_icao_certificate(old_der)
    following, next_found = require_icao_certificate(next_der)
    link, found = require_icao_certificate(link_der)
    require(old.subject == following.subject == link.subject == link.issuer, "one subject in all three")
    require("2.23.136.1.1.6.1" not in found, "no nameChange where the name stays")
    require(link.key_identifier == following.key_identifier, "the link names the next key")
    require(link.public_key.dump() == following.public_key.dump(), "the link certifies the next key")
    require(link.authority_key_identifier == old.key_identifier, "the link names the old key")
    require(old.key_identifier != following.key_identifier, "two keys")
    require(link.key_usage_value.native == {"key_cert_sign", "crl_sign"}, "keyUsage of a link")
    require(found["2.5.29.19"]["critical"].native, "basicConstraints is critical")
    require(link.basic_constraints_value.native == {"ca": True, "path_len_constraint": 0}, "path length 0")
    require("2.5.29.37" not in found and "2.23.136.1.1.6.2" not in found, "neither EKU nor document types")
    for oid in ("2.5.29.17", "2.5.29.18", "2.5.29.31", "2.5.29.16"):
        same = found[oid]["extn_value"].contents == next_found[oid]["extn_value"].contents
        require(same, f"{oid} is that of the next certificate")
    begins = link["tbs_certificate"]["validity"]["not_before"].native
    window = usage(old_found)
    require(window["not_before"].native <= begins <= window["not_after"].native, "signed while the old key signs")
    ends = link["tbs_certificate"]["validity"]["not_after"].native
    require(ends <= old["tbs_certificate"]["validity"]["not_after"].native, "the link ends with the old certificate")
    issued(link_der, old_der, "the old key signed the link")
    issued(ds_der, link_der, "the link's key signed the Document Signer")
    issued(ds_der, next_der, "the next key signed the Document Signer")
    signer = x509.Certificate.load(ds_der)
    require("2.23.136.1.1.6.2" in extensions(signer), "the Document Signer lists its documents")
    one = pyca.load_der_x509_crl(list_der)
    require(one.is_signature_valid(pyca.load_der_x509_certificate(next_der).public_key()), "the list of the next key")
    names = crl.CertificateList.load(list_der)["tbs_cert_list"]["issuer"]
    require(names == old.subject, "the list is of the one name")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("name")
    parser.add_argument("--link")
    options = parser.parse_args()
    read = lambda name: (options.folder / name).read_bytes()
    name = options.name
    link = read(options.link or f"{name}_link.der")
    check(read(f"{name}_old.der"), read(f"{name}_next.der"), link, read(f"{name}_ds.der"), read(f"{name}_next.crl"))
    print("accepted")


if __name__ == "__main__":
    main()
