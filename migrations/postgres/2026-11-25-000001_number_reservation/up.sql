-- Register numbers kept from a declaration on for the children of one birth. Operational: a number that was given stands in number_claim.
CREATE TABLE number_reservation (
    number TEXT NOT NULL PRIMARY KEY,
    claim TEXT NOT NULL,
    declaration_id UUID NOT NULL,
    until_on TEXT NOT NULL
);
CREATE INDEX number_reservation_claim ON number_reservation (claim);
