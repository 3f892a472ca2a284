-- A Mac of 2015: few columns, seconds since 2001. All invented.
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT, service TEXT);
INSERT INTO handle VALUES (1, 'noor@voorbeeld.example', 'iMessage');
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid TEXT, chat_identifier TEXT);
INSERT INTO chat VALUES (1, 'iMessage;-;noor@voorbeeld.example', 'noor@voorbeeld.example');
CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT UNIQUE, text TEXT, handle_id INTEGER, service TEXT, date INTEGER, is_from_me INTEGER);
INSERT INTO message VALUES (1, 'OUD-1', 'Tot morgen', 1, 'iMessage', 450000000, 0), (2, 'OUD-2', 'Goed', 1, 'iMessage', 450000060, 1);
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);
INSERT INTO chat_message_join VALUES (1, 1), (1, 2);
