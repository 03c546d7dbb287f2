"""QR credentials and status lists as CWT, by PyPI `claim169`, `cwt` and `pycose`, one tool a call.

  cwt_peers.py claim169 CODE.txt SIGNER.pem [PHOTO]
  cwt_peers.py cwt|pycose qr MESSAGE.cwt SIGNER.pem
  cwt_peers.py cwt|pycose list LIST.cwt SIGNER.pem INDEX=STATUS…
"""

import sys
import time
import zlib

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LIST = "https://status.example.mn/1"
IDENTITY = {
    1: "AA1234567",
    2: "1.0",
    3: "mon",
    4: "Батболд Номин-Эрдэнэ",
    5: "Nomin-Erdene",
    7: "Batbold",
    8: "20010203",
    9: 2,
    13: "MN",
}


def need(condition, what):
    if not condition:
        raise SystemExit(f"refused: {what}")


def octets(path):
    with open(path, "rb") as file:
        return file.read()


def claim169(code, signer, photo=None):
    import claim169 as library

    text = octets(code).decode("ascii")
    public = x509.load_pem_x509_certificate(octets(signer)).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    try:
        if isinstance(public, ed25519.Ed25519PublicKey):
            result = library.decode_with_ed25519_pem(text, pem)
        else:
            result = library.decode_with_ecdsa_p256_pem(text, pem)
    except (library.Claim169Exception, ValueError) as error:
        raise SystemExit(f"refused: {type(error).__name__} {error}") from error
    need(result.is_verified(), "not verified")
    found = result.claim169
    fields = {1: found.id, 2: found.version, 3: found.language, 4: found.full_name, 5: found.first_name}
    fields |= {7: found.last_name, 8: found.date_of_birth, 9: found.gender, 13: found.nationality}
    need(fields == IDENTITY, f"the identity: {fields}")
    need(found.photo is None if photo is None else bytes(found.photo) == octets(photo), "the photo")
    need(photo is None or found.photo_format == 1, "the format of the photo")
    need(result.cwt_meta.issuer == "https://pid.example.mn" and result.cwt_meta.is_valid_now(), "the frame")


def by_cwt(message, certificate):
    """python-cwt: signature, and times by itself."""
    import cwt

    key = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    kid = cbor2.loads(cbor2.loads(message).value[0]).get(4)
    names = {ec.SECP256R1: "ES256", ec.SECP384R1: "ES384"}
    public = certificate.public_key()
    alg = names[type(public.curve)] if isinstance(public, ec.EllipticCurvePublicKey) else "EdDSA"
    try:
        return cwt.decode(message, cwt.COSEKey.from_pem(key, alg=alg, kid=kid or b"none"))
    except (cwt.CWTError, ValueError) as error:
        raise SystemExit(f"refused: {type(error).__name__} {error}") from error


def by_pycose(message, certificate):
    """pycose: the signature alone."""
    from pycose.keys import EC2Key, OKPKey
    from pycose.messages import Sign1Message

    public = certificate.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        numbers, size = public.public_numbers(), public.key_size // 8
        name = {32: "P_256", 48: "P_384"}[size]
        key = EC2Key(crv=name, x=numbers.x.to_bytes(size, "big"), y=numbers.y.to_bytes(size, "big"))
    else:
        key = OKPKey(crv="ED25519", x=public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    decoded = Sign1Message.decode(message)
    decoded.key = key
    need(decoded.verify_signature(), "the signature")
    claims = cbor2.loads(decoded.payload)
    need(claims[6] <= time.time() < claims[4], "the time")
    return claims


def require_canonical(message, claims):
    """The octets are the deterministic form (RFC 8949 §4.2.1), and nothing stands unprotected."""
    tag = cbor2.loads(message)
    need(tag.tag == 18 and tag.value[1] == {}, "a tagged COSE_Sign1 with all of its header protected")
    need(cbor2.dumps(claims, canonical=True) == tag.value[2], "deterministic CBOR")
    return cbor2.loads(tag.value[0])


def qr(tool, path, signer):
    message, certificate = octets(path), x509.load_pem_x509_certificate(octets(signer))
    claims = tool(message, certificate)
    header = require_canonical(message, claims)
    need(header[4] == certificate.fingerprint(hashes.SHA256())[:8], "the key identifier")
    need(set(claims) == {1, 4, 6, 169, 65535}, f"the claims: {sorted(claims)}")
    need({name: value for name, value in claims[169].items() if name < 16} == IDENTITY, "the identity")
    need(claims[65535]["status_list"]["uri"] == LIST, "the list")


def status_list(tool, path, signer, *expected):
    message, certificate = octets(path), x509.load_pem_x509_certificate(octets(signer))
    claims = tool(message, certificate)
    header = require_canonical(message, claims)
    need(header[16] == "application/statuslist+cwt", "the type")
    need(x509.load_der_x509_certificate(header[33][0]) == certificate, "x5chain: the signer")
    need(claims[2] == LIST and claims[65534] == 600, "subject and time to live")
    bits, packed = claims[65533]["bits"], zlib.decompress(claims[65533]["lst"])
    for index, value in (one.split("=") for one in expected):
        place = int(index) * bits
        found = packed[place // 8] >> (place % 8) & (1 << bits) - 1
        need(found == int(value), f"status {index}: {found}")


if sys.argv[1] == "claim169":
    claim169(*sys.argv[2:])
else:
    {"qr": qr, "list": status_list}[sys.argv[2]]({"cwt": by_cwt, "pycose": by_pycose}[sys.argv[1]], *sys.argv[3:])
print("taken")
