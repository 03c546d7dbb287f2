DROP TABLE paper_copy;
