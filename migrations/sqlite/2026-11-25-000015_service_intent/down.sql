DROP TABLE service_intent;
