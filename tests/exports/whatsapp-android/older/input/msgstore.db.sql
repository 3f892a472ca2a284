-- The wide table of before 2022. All invented.
CREATE TABLE messages (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER, key_id TEXT NOT NULL, status INTEGER, needs_push INTEGER, data TEXT, timestamp INTEGER, media_url TEXT, media_mime_type TEXT, media_wa_type TEXT, media_size INTEGER, media_name TEXT, media_caption TEXT, media_hash TEXT, media_duration INTEGER, origin INTEGER, latitude REAL, longitude REAL, thumb_image TEXT, remote_resource TEXT, quoted_row_id INTEGER, edit_version INTEGER, starred INTEGER, forwarded INTEGER);
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status, data, timestamp, media_mime_type, media_wa_type, media_size, media_name, media_caption, media_hash, latitude, longitude, thumb_image, remote_resource, quoted_row_id, forwarded) VALUES
  (1, '-1', 0, '-1', -1, NULL, 0, NULL, '-1', -1, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL),
  (2, '31612000001@s.whatsapp.net', 0, 'M2', 0, 'Tot morgen', 1546862400000, NULL, '0', 0, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, 0),
  (3, '31612000001@s.whatsapp.net', 1, 'M3', 13, NULL, 1546862460000, 'image/jpeg', '1', 77, NULL, 'foto van de zaal', NULL, 0, 0, X'ACED0005737274002D4D656469612F576861747341707020496D616765732F494D472D32303139303130372D5741303030312E6A706778', NULL, NULL, 0),
  (4, '31612000001@s.whatsapp.net', 0, 'M4', 0, 'Mooi!', 1546862520000, NULL, '0', 0, NULL, NULL, NULL, 0, 0, NULL, NULL, 1, 1),
  (5, '31612000001@s.whatsapp.net', 0, 'M5', 0, NULL, 1546862580000, NULL, '15', 0, NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, 0),
  (6, '31612000001@s.whatsapp.net', 0, 'M6', 0, NULL, 1546862640000, NULL, '5', 0, 'Ministerie', NULL, NULL, 52.08, 4.32, NULL, NULL, NULL, 0),
  (7, '31612000001@s.whatsapp.net', 0, 'M7', 0, 'BEGIN:VCARD
FN:Tariq Yilmaz
END:VCARD', 1546862700000, NULL, '4', 0, 'Tariq Yilmaz', NULL, NULL, 0, 0, NULL, NULL, NULL, 0),
  (8, '31612000001@s.whatsapp.net', 0, 'M8', 6, NULL, 1546862760000, NULL, '10', 0, NULL, 'video', NULL, 0, 0, NULL, NULL, NULL, 0),
  (9, '31612000001-1546800000@g.us', 1, 'G9', 6, 'Werkgroep', 1546870000000, NULL, '0', 11, NULL, NULL, NULL, 0, 0, NULL, '31612000002@s.whatsapp.net', NULL, 0),
  (10, '31612000001-1546800000@g.us', 0, 'G10', 0, 'Welkom allen', 1546870060000, NULL, '0', 0, NULL, NULL, NULL, 0, 0, NULL, '31612000002@s.whatsapp.net', NULL, 0);
CREATE TABLE messages_quotes (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER, key_id TEXT NOT NULL, data TEXT, remote_resource TEXT);
INSERT INTO messages_quotes VALUES (1, '31612000001@s.whatsapp.net', 1, 'M3', 'foto van de zaal', NULL);
CREATE TABLE chat_list (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT UNIQUE, subject TEXT, creation INTEGER);
INSERT INTO chat_list VALUES (1, '31612000001@s.whatsapp.net', NULL, NULL), (2, '31612000001-1546800000@g.us', 'Werkgroep', 1546800000);
