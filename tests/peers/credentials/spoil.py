"""Spoils what `credentials make` wrote: what must be refused."""

import base64
import json
import zlib

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def text(name):
    return open(name, encoding="ascii").read().strip()


def write(name, value):
    with open(name, "w", encoding="ascii") as file:
        file.write(value)


def decode(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def encode(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def changed(octets, at):
    return octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]


def base45(octets):
    """RFC 9285 §4, from the clause."""
    out = ""
    for at in range(0, len(octets), 2):
        pair = octets[at : at + 2]
        number, count = int.from_bytes(pair, "big"), len(pair) + 1
        for _ in range(count):
            out += LETTERS[number % 45]
            number //= 45
    return out


# The payload says that it ends later; the signature is the old one.
jwt, rest = text("pid_ES256.txt").split("~", 1)
header, payload, signature = jwt.split(".")
later = json.loads(decode(payload))
later["exp"] += 1000
write("pid_later.txt", f"{header}.{encode(json.dumps(later).encode())}.{signature}~{rest}")

# A disclosure says another birthdate.
parts = text("shown_ES256.txt").split("~")
at = next(i for i, one in enumerate(parts) if "birthdate" in decode(one.split(".")[0]).decode("utf-8", "ignore"))
salt, name, _ = json.loads(decode(parts[at]))
parts[at] = encode(json.dumps([salt, name, "1981-02-03"]).encode())
write("shown_older.txt", "~".join(parts))

# Without its proof.
write("shown_bare.txt", text("shown_ES256.txt").rsplit("~", 1)[0] + "~")

# A list in which the revoked credential is good again.
header, payload, signature = text("list_ES256.jwt").split(".")
revived = json.loads(decode(payload))
revived["status_list"]["lst"] = encode(zlib.compress(bytes(1 << 14), 9))
write("list_revived.jwt", f"{header}.{encode(json.dumps(revived).encode())}.{signature}")

# CWT: an octet of the last claim, and of the signature.
for name in ("list_ES256", "qr_plain_ES256"):
    octets = open(f"{name}.cwt", "rb").read()
    for kind, at in (("payload", len(octets) - 80), ("signature", len(octets) - 1)):
        spoilt = changed(octets, at)
        open(f"{name}_{kind}.cwt", "wb").write(spoilt)
        write(f"{name}_{kind}.txt", base45(zlib.compress(spoilt, 9)))

# An honest code by our own base45, so that the spoilt ones are refused for what is spoilt.
write("qr_plain_honest.txt", base45(zlib.compress(open("qr_plain_ES256.cwt", "rb").read(), 9)))
