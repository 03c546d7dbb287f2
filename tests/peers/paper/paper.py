"""Checks a civil paper from docs/civil-paper.md, with nothing of ours: Ed25519 by `cryptography`, RFC 6962 by hashlib.

    paper.py check PROOF QR-TEXT PAGE-TEXT EXTRACT-KEY LOG-KEY    the attached file, against the QR and the words of the page
    paper.py spoil FOLDER                                         writes files that must be refused
"""

import base64
import hashlib
import json
import pathlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_der_public_key


class Refused(Exception):
    pass


def need(holds, what):
    if not holds:
        raise Refused(what)


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(key, signature, message, what):
    try:
        key.verify(signature, message)
    except InvalidSignature:
        raise Refused(what) from None


def claim_of(seal, key):
    prefix = "burtgel:extract:v2:"
    need(seal.startswith(prefix), "not a counted copy")
    payload, signature = (unpadded(part) for part in seal[len(prefix) :].split("."))
    verify(key, signature, b"burtgel/v2/extract\0" + payload, "the signature of the QR")
    return json.loads(payload)


def checkpoint_of(note, name, key):
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    raw = key.public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n\x01" + raw).digest()[:4]
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        if dash == "—" and signer == name and signature[:4] == key_id:
            verify(key, signature[4:], text.encode(), "the signature of the checkpoint")
            origin, size, root = text.splitlines()[:3]
            need(origin == name, "the origin of the checkpoint")
            return int(size), base64.b64decode(root)
    raise Refused("no signature by the key of the log")


def root_of(leaf, index, size, path):
    """RFC 9162 section 2.1.3.2."""
    node, last = index, size - 1
    reached = hashlib.sha256(b"\0" + leaf).digest()
    for sibling in path:
        need(last != 0, "the path is too long")
        if node & 1 or node == last:
            reached = hashlib.sha256(b"\1" + sibling + reached).digest()
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            reached = hashlib.sha256(b"\1" + reached + sibling).digest()
        node >>= 1
        last >>= 1
    need(last == 0, "the path is too short")
    return reached


def digest_of(lines, salt):
    said = "".join(f"{line['label']}={line['value']}\n" for line in lines)
    return salt + hashlib.sha256(salt + said.encode()).digest()


def squeezed(text):
    return re.sub(r"\s+", "", text)


def check(proof, qr, page, extract_key, log_key):
    proof = json.loads(proof)
    need(proof["version"] == 1, "the version of the file")
    need(proof["seal"] == qr.strip(), "the QR of the page is not the one of the file")
    claim = claim_of(proof["seal"], extract_key)
    copy = claim["d"]
    facts = unpadded(claim["f"])
    need(digest_of(proof["lines"], facts[:16]) == facts, "the lines are not the signed ones")
    size, root = checkpoint_of(proof["checkpoint"], copy["i"] + "/register", log_key)
    need((size, base64.b64encode(root).decode()) == (copy["t"], copy["h"]), "the checkpoint is not the signed one")
    path = [base64.b64decode(sibling) for sibling in proof["path"]]
    need(root_of(proof["leaf"].encode(), copy["l"], size, path) == root, "the entry is not in the ledger")
    words = squeezed(page)
    for line in proof["lines"]:
        for text in (line["label"], line["value"]):
            need(squeezed(text) in words, f"the page does not say: {text}")
    for text in (claim["a"], claim["r"], claim["p"], copy["b"]):
        need(squeezed(text) in words, f"the page does not say: {text}")
    print(f"act {claim['a']}, copy {copy['c']}, entry {copy['l']} of {copy['t']}: all holds")


def replaced(octets, old, new):
    old, new = old.encode(), new.encode()
    need(old in octets and len(old) == len(new), "nothing to spoil")
    return octets.replace(old, new)


def spoil(folder):
    """The attachment is not packed, so that what is changed in it keeps the file whole."""
    good = (folder / "birth.pdf").read_bytes()
    (folder / "other_name.pdf").write_bytes(replaced(good, '"value": "Сарангоо"', '"value": "Сарантуя"'))
    (folder / "other_leaf.pdf").write_bytes(replaced(good, '\\"s\\":17}', '\\"s\\":18}'))
    (folder / "renamed.pdf").write_bytes(replaced(good, "ledger-proof.json", "ledger-proof.jsoN"))
    (folder / "cut.pdf").write_bytes(good[: len(good) // 2])
    at = good.index(b"\xe2\x80\x94 registry.example/register ") + 40
    changed = b"B" if good[at : at + 1] == b"A" else b"A"
    (folder / "other_note.pdf").write_bytes(good[:at] + changed + good[at + 1 :])
    (folder / "not.pdf").write_text("not a paper\n")


def main():
    if sys.argv[1] == "spoil":
        spoil(pathlib.Path(sys.argv[2]))
        return
    proof, qr, page = (pathlib.Path(name).read_text() for name in sys.argv[2:5])
    keys = (load_der_public_key(pathlib.Path(name).read_bytes()) for name in sys.argv[5:7])
    try:
        check(proof, qr, page, *keys)
    except Refused as refused:
        sys.exit(f"refused: {refused}")


main()
