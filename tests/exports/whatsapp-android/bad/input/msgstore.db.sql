-- Two generations at once, wrong types everywhere, text that is no UTF-8, rows that belong to nothing.
CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
INSERT INTO jid VALUES (1, '31612000001', 's.whatsapp.net', NULL), (2, X'FF', 7, 3.5);
CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
INSERT INTO chat VALUES (1, 1, X'4142'), (2, 'x', NULL);
CREATE TABLE message (_id INTEGER PRIMARY KEY, chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type, text_data);
INSERT INTO message VALUES
  (1, 1, 0, 'B1', 1, 1741600000000, 0, CAST(X'4E6F6720FF6D' AS TEXT)),
  (2, 1, 'ja', X'0001', 'wie', 'gisteren', 'foto', X'FFFE'),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (4, 1, 0, 'B4', 1, -5, 9223372036854775807, 12),
  (5, 1, 0, 'B5', 1, 1741600000000, 7, NULL);
CREATE TABLE message_media (message_row_id, file_path, file_hash, file_length);
INSERT INTO message_media VALUES ('geen', 'a/b.jpg', '', 1), (4, X'00', 17, 'veel'), (99, 'weg.jpg', NULL, NULL);
CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type);
INSERT INTO message_system VALUES (5, 'iets');
CREATE VIEW message_vcard AS SELECT 1 AS message_row_id, 'BEGIN:VCARD' AS vcard;
CREATE TABLE messages (_id INTEGER PRIMARY KEY, key_remote_jid TEXT, key_id TEXT, data TEXT);
INSERT INTO messages VALUES (1, '31612000001@s.whatsapp.net', 'OUD', 'blijft liggen');
