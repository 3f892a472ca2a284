CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, display_name TEXT, given_name TEXT, nickname TEXT, wa_name TEXT);
INSERT INTO wa_contacts VALUES (1, '31612000001@s.whatsapp.net', 'Noor Bakker', 'Noor', NULL, 'Noor'), (2, '31612000002@s.whatsapp.net', NULL, NULL, NULL, 'Tariq');
