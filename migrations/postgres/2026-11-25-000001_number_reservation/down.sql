DROP TABLE number_reservation;
