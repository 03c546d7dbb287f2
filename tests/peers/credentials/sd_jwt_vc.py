"""The SD-JWT VC that `issuance` makes, by PyPI `sd-jwt` and `cryptography`.

  sd_jwt_vc.py verify FILE SIGNER.pem ISSUING.pem CLAIM,CLAIM… [AUDIENCE NONCE]
  sd_jwt_vc.py present FILE WALLET.pk8 OUT AUDIENCE NONCE CLAIM,CLAIM…

`sd-jwt` drops a disclosure that it cannot place without a word, and looks neither at times, type nor certificates: those
are asserted here, and the claims one by one.
"""

import base64
import json
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat
from jwcrypto.jwk import JWK
from sd_jwt.holder import SDJWTHolder
from sd_jwt.verifier import SDJWTVerifier

FRAME = {"cnf", "exp", "iat", "iss", "status", "vct"}
EXPECTED = {
    "family_name": "Batbold",
    "given_name": "Nomin-Erdene",
    "family_name#mn": "Батболд",
    "given_name#mn": "Номин-Эрдэнэ",
    "birthdate": "2001-02-03",
    "place_of_birth": {"region": "Өвөрхангай", "locality": "Арвайхээр"},
    "nationalities": ["MN"],
    "sex": 2,
    "personal_administrative_number": "123456789012",
    "document_number": "AA1234567",
    "issuing_authority": "TEST Burtgel demonstration",
    "issuing_country": "MN",
}


def need(condition, what):
    if not condition:
        raise SystemExit(f"refused: {what}")


def certificate(path):
    with open(path, "rb") as file:
        return x509.load_pem_x509_certificate(file.read())


def part(text):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def verify(path, signer_path, issuing_path, claims, audience=None, nonce=None):
    text = open(path, encoding="ascii").read().strip()
    signer, issuing = certificate(signer_path), certificate(issuing_path)
    header = part(text.split(".")[0])
    need(set(header) == {"alg", "typ", "x5c"} and header["typ"] == "dc+sd-jwt", "the header")
    chain = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in header["x5c"]]
    need(chain == [signer, issuing], "x5c: signer and authority, without the root")
    chain[0].verify_directly_issued_by(chain[1])
    uris = signer.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    key = signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def issuer_key(issuer, _header):
        need([issuer] == uris.get_values_for_type(x509.UniformResourceIdentifier), "iss is in the certificate")
        return JWK.from_pem(key)

    try:
        payload = SDJWTVerifier(text, issuer_key, audience, nonce).get_verified_payload()
    except Exception as error:  # the library raises whatever its parts raise
        raise SystemExit(f"refused: {type(error).__name__} {error}") from error
    need(payload["vct"] == "urn:mn:pid:1", "the type")
    need(payload["iat"] <= time.time() < payload["exp"], "the time")
    names = set(EXPECTED) | {"picture", "date_of_issuance", "date_of_expiry"} if claims == "all" else set(claims.split(","))
    need(set(payload) == FRAME | names, f"the claims: {sorted(payload)}")
    for name in names & set(EXPECTED):
        need(payload[name] == EXPECTED[name], f"the claim {name}")
    if "picture" in names:
        picture = base64.b64decode(payload["picture"].removeprefix("data:image/jpeg;base64,"))
        need(picture.startswith(b"\xff\xd8\xff"), "the picture")
    digests = part(text.split("~")[0].split(".")[1])["_sd"]
    need(len(digests) == 20 and digests == sorted(set(digests)), "the digests")


def present(path, wallet, out, audience, nonce, claims):
    key = load_der_private_key(open(wallet, "rb").read(), None)
    key = JWK.from_pem(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    holder = SDJWTHolder(open(path, encoding="ascii").read().strip())
    holder.create_presentation({name: True for name in claims.split(",")}, nonce, audience, key)
    with open(out, "w", encoding="ascii") as file:
        file.write(holder.sd_jwt_presentation)


{"verify": verify, "present": present}[sys.argv[1]](*sys.argv[2:])
print("taken")
