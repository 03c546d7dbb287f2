"""Declares a birth through the client that was generated from the description, and reads it back.

The only argument is a JSON object: the folder of the client, where the service is and whom to trust, a one-time code of a
registrar, and of whom the child is. Whatever is sent is a value of a generated type, and so is what is answered.
"""

import datetime
import json
import ssl
import sys
from uuid import uuid4

from attrs import evolve

told = json.loads(sys.argv[1])
sys.path.insert(0, told["folder"])

from burtgel import models
from burtgel.api.declarations import create, preview, register, standing
from burtgel.api.persons import open_record
from burtgel.api.sessions import sign_in
from burtgel.client import AuthenticatedClient, Client
from burtgel.models import BirthFacts, BirthFactsApplicantsItem, BirthFactsSex, ConsequenceLine, DeclareBirth
from burtgel.models import DeclareBirthKind, Declared, Nothing, OpenRecord, Problem, RecordView, Registered
from burtgel.models import SessionStarted, SignIn, Standing


def is_a(wanted, value):
    """The value, which must be of this type."""
    assert isinstance(value, wanted), f"expected {wanted.__name__}, but got {value}"
    return value


def key():
    return str(uuid4())


where = {
    "base_url": told["address"],
    "verify_ssl": ssl.create_default_context(cafile=told["root"]),
    "raise_on_unexpected_status": True,
    "httpx_args": {"trust_env": False},
}

# Nobody signs in twice by one code.
code = SignIn(code=told["code"])
session = is_a(SessionStarted, sign_in.sync(client=Client(**where), body=code, idempotency_key=key()))
refused = is_a(Problem, sign_in.sync(client=Client(**where), body=code, idempotency_key=key()))
assert refused.status == 401, refused
officer = AuthenticatedClient(token=session.token, **where)

facts = BirthFacts(
    given_name="Сарангоо",
    sex=BirthFactsSex.FEMALE,
    born_on=datetime.date.fromisoformat(told["born_on"]),
    birth_place=told["office"],
    mother=told["mother"],
    father=told["father"],
    applicants=[BirthFactsApplicantsItem.MOTHER, BirthFactsApplicantsItem.FATHER],
    medical_certificate="СТ4-1001",
)
birth = DeclareBirth(kind=DeclareBirthKind.BIRTH, facts=facts)

# A birth that is still to come is refused, and the field is named.
ahead = evolve(birth, facts=evolve(facts, born_on=datetime.date(2999, 1, 1)))
refused = is_a(Problem, create.sync(client=officer, body=ahead, idempotency_key=key()))
assert (refused.status, refused.number, refused.field) == (422, 105, "born_on"), refused
assert refused.title and refused.title_mn, refused

lines = preview.sync(client=officer, body=birth)
assert lines and all(isinstance(line, ConsequenceLine) for line in lines), lines

once = key()
declared = is_a(Declared, create.sync(client=officer, body=birth, idempotency_key=once))
again = is_a(Declared, create.sync(client=officer, body=birth, idempotency_key=once))
assert again == declared, (again, declared)

read = is_a(Standing, standing.sync(client=officer, id=declared.id))
assert (read.id, read.kind, read.state) == (declared.id, DeclareBirthKind.BIRTH, declared.state), read
assert (read.office, read.deciding_office) == (told["office"], declared.deciding_office), read

entered = is_a(Registered, register.sync(client=officer, id=declared.id, body=Nothing(), idempotency_key=key()))
[child] = [person for person in entered.people if person.role == "child"]
asked = OpenRecord(person=child.national_number, reason="reading back")
record = is_a(RecordView, open_record.sync(client=officer, body=asked))
assert record.person_id == child.person_id, record
assert (record.given_name, record.sex, record.born_on) == (facts.given_name, facts.sex, told["born_on"]), record
assert [act.number for act in record.acts] == [entered.act_number], record

# Each example of a declaration is a value of its generated type, and nothing is lost in it.
with open(told["description"], encoding="utf-8") as file:
    description = json.load(file)
examples = description["paths"]["/v1/declarations"]["post"]["requestBody"]["content"]["application/json"]["examples"]
mapping = description["components"]["schemas"]["DeclareRequest"]["discriminator"]["mapping"]
for kind, example in examples.items():
    typed = getattr(models, mapping[kind].rsplit("/", 1)[1])
    assert typed.from_dict(example["value"]).to_dict() == example["value"], kind
assert len(examples) == len(mapping) > 20, examples.keys()
