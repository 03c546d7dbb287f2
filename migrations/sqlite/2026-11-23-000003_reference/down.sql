DROP TABLE station;
DROP TABLE agreement;
DROP TABLE agency;
DROP TABLE officer;
DROP TABLE office;
DROP TABLE unit;
