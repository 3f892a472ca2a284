-- A conversation of two, a group and a few calls, with everything the parser knows. All invented.
CREATE TABLE android_metadata (locale TEXT);
INSERT INTO android_metadata VALUES ('nl_NL');
CREATE TABLE jid (_id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, server TEXT NOT NULL, agent INTEGER, device INTEGER, type INTEGER, raw_string TEXT);
INSERT INTO jid VALUES
  (1, '31612000001', 's.whatsapp.net', 0, 0, 0, '31612000001@s.whatsapp.net'),
  (2, '31612000002', 's.whatsapp.net', 0, 0, 0, '31612000002@s.whatsapp.net'),
  (3, '120363020000000001', 'g.us', 0, 0, 1, '120363020000000001@g.us'),
  (4, '99000000000001', 'lid', 0, 0, 18, '99000000000001@lid'),
  (5, '99000000000009', 'lid', 0, 0, 18, '99000000000009@lid'),
  (6, 'status', 'broadcast', 0, 0, 5, 'status@broadcast'),
  (7, '31612000003', 's.whatsapp.net', 0, 0, 0, '31612000003@s.whatsapp.net');
CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY NOT NULL, jid_row_id INTEGER NOT NULL, sort_id INTEGER);
INSERT INTO jid_map VALUES (4, 1, 1);
CREATE TABLE lid_display_name (lid_row_id INTEGER PRIMARY KEY NOT NULL, display_name TEXT NOT NULL, username TEXT);
INSERT INTO lid_display_name VALUES (5, 'Wim zonder nummer', NULL);
CREATE TABLE chat (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER UNIQUE, hidden INTEGER, subject TEXT, created_timestamp INTEGER, sort_timestamp INTEGER);
INSERT INTO chat (_id, jid_row_id, subject) VALUES (1, 4, NULL), (2, 3, 'Stikstofoverleg'), (3, 6, NULL);
CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL, key_id TEXT NOT NULL, sender_jid_row_id INTEGER, status INTEGER, broadcast INTEGER, origination_flags INTEGER, timestamp INTEGER, received_timestamp INTEGER, message_type INTEGER, text_data TEXT, starred INTEGER, sort_id INTEGER NOT NULL DEFAULT 0);
INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, origination_flags, timestamp, message_type, text_data, starred) VALUES
  (1, -1, 0, '-1', NULL, -1, NULL, NULL, -1, NULL, NULL),
  (2, 1, 0, 'K02', 0, 0, 0, 1741600000123, 0, 'Kun je de kaart van Ommen sturen? 🗺️', 0),
  (3, 1, 1, 'K03', 0, 13, 0, 1741600060000, 1, 'De kaart', 1),
  (4, 1, 0, 'K04', 0, 0, 0, 1741600120000, 0, 'Dank! Ik kijk er vanavond naar.', 0),
  (5, 1, 0, 'K05-edit', 0, 0, 0, 1741600180000, 0, 'Om 20:30 dus.', 0),
  (6, 1, 0, 'K06-recall', 0, 0, 0, 1741600240000, 15, NULL, 0),
  (7, 1, 1, 'K07', 0, 5, 0, 1741600300000, 15, NULL, 0),
  (8, 1, 0, 'K08', 0, 0, 0, 1741600360000, 42, NULL, 0),
  (9, 1, 0, 'K09', 0, 0, 0, 1741600420000, 5, NULL, 0),
  (10, 1, 0, 'K10', 0, 0, 0, 1741600480000, 4, NULL, 0),
  (11, 1, 0, 'K11', 0, 0, 1, 1741600540000, 0, 'Lees dit: https://voorbeeld.example/nota', 0),
  (12, 1, 0, 'K12', 0, 0, 0, 1741600600000, 10, NULL, 0),
  (13, 1, 1, 'K13', 0, 5, 0, 1741600660000, 90, NULL, 0),
  (14, 1, 0, 'K14', 0, 0, 0, 1741600720000, 11, NULL, 0),
  (15, 1, 0, 'K15', 0, 0, 0, 1741600780000, 7, NULL, 0),
  (20, 2, 0, 'G20', 1, 6, 0, 1741610000000, 7, 'Stikstofoverleg', 0),
  (21, 2, 0, 'G21', 1, 6, 0, 1741610000001, 7, NULL, 0),
  (22, 2, 0, 'G22', 1, 0, 0, 1741610060000, 66, 'Welke dag?', 0),
  (23, 2, 0, 'G23', 5, 0, 0, 1741610120000, 0, 'Ik kan beide dagen, @31612000001', 0),
  (24, 2, 1, 'G24', 0, 5, 0, 1741610180000, 0, 'Dan dinsdag', 0),
  (25, 2, 0, 'G25', 4, 0, 0, 1741610240000, 64, NULL, 0),
  (26, 2, 0, 'G26', 2, 6, 0, 1741610300000, 7, 'Stikstofoverleg', 0),
  (27, 2, 0, 'G27', 1, 6, 0, 1741610360000, 7, NULL, 0),
  (28, 2, 0, 'G28', 2, 0, 0, 1741610420000, 9, NULL, 0),
  (29, 2, 0, 'G29', 2, 0, 0, 1741610480000, 92, NULL, 0),
  (30, 2, 0, 'G30', 2, 0, 0, 1741610540000, 777, 'van later', 0),
  (31, 2, 0, 'G31', NULL, 6, 0, 1741610600000, 7, NULL, 0),
  (40, 3, 0, 'S40', 7, 0, 0, 1741620000000, 0, 'Vandaag op dienstreis', 0),
  (41, 9, 0, 'X41', 7, 0, 0, 1741620060000, 0, 'zonder gesprek', 0);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, file_path TEXT, file_size INTEGER, mime_type TEXT, file_length INTEGER, media_name TEXT, media_caption TEXT, file_hash TEXT, media_duration INTEGER);
INSERT INTO message_media VALUES
  (3, 1, 'Media/WhatsApp Images/IMG-20250310-WA0009.jpg', 30, 'image/jpeg', 30, NULL, NULL, 'yUPAOFZk1QayOYc36ihzYPeR5uzFvHLcBF8xWluTDQM=', 0),
  (8, 1, NULL, NULL, 'image/jpeg', 5120, NULL, NULL, NULL, 0),
  (28, 2, 'Media/WhatsApp Images/IMG-20250310-WA0002.jpg', 16, 'application/pdf', 16, 'nota.pdf', 'De nota', '', 0);
UPDATE message_media SET file_hash = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' WHERE message_row_id = 28;
CREATE TABLE message_quoted (message_row_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, parent_message_chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL, sender_jid_row_id INTEGER, key_id TEXT NOT NULL, timestamp INTEGER, message_type INTEGER, text_data TEXT);
INSERT INTO message_quoted VALUES (4, 1, 1, 1, 0, 'K03', 1741600060000, 1, 'De kaart'), (24, 2, 2, 0, 5, 'G23', 1741610120000, 0, 'Ik kan beide dagen, @31612000001');
CREATE TABLE message_edit_info (message_row_id INTEGER PRIMARY KEY, original_key_id TEXT NOT NULL, edited_timestamp INTEGER NOT NULL, sender_timestamp INTEGER NOT NULL);
INSERT INTO message_edit_info VALUES (5, 'K05', 1741600200000, 1741600180000);
CREATE TABLE message_revoked (message_row_id INTEGER PRIMARY KEY, revoked_key_id TEXT NOT NULL, admin_jid_row_id INTEGER, revoke_timestamp INTEGER);
INSERT INTO message_revoked VALUES (6, 'K06', NULL, 1741600250000), (7, 'K07', NULL, 1741600310000), (25, 'G25', 2, 1741610250000);
CREATE TABLE message_view_once_media (message_row_id INTEGER PRIMARY KEY, state INTEGER NOT NULL);
INSERT INTO message_view_once_media VALUES (8, 2);
CREATE TABLE message_ephemeral (message_row_id INTEGER PRIMARY KEY, duration INTEGER NOT NULL, expire_timestamp INTEGER NOT NULL);
INSERT INTO message_ephemeral VALUES (4, 604800, 1742204920000);
CREATE TABLE message_ephemeral_setting (message_row_id INTEGER PRIMARY KEY, setting_duration INTEGER);
INSERT INTO message_ephemeral_setting VALUES (15, 604800);
CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, latitude REAL, longitude REAL, place_name TEXT, place_address TEXT, url TEXT, live_location_share_duration INTEGER);
INSERT INTO message_location VALUES (9, 1, 52.0799, 4.3113, 'Het Tweede Huis', 'Lange Voorhout 1, Den Haag', NULL, NULL);
CREATE TABLE message_vcard (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, vcard TEXT);
INSERT INTO message_vcard VALUES (1, 10, 'BEGIN:VCARD
VERSION:3.0
N:Yilmaz;Tariq;;;
FN:Tariq Yilmaz
item1.TEL;waid=31612000002:+31 6 12000002
PHOTO;BASE64:AAAA
 BBBB
END:VCARD');
CREATE TABLE message_forwarded (message_row_id INTEGER PRIMARY KEY, forward_score INTEGER);
INSERT INTO message_forwarded VALUES (11, 3);
CREATE TABLE message_text (message_row_id INTEGER PRIMARY KEY, description TEXT, page_title TEXT, url TEXT);
INSERT INTO message_text VALUES (11, NULL, 'Nota', 'https://voorbeeld.example/nota');
CREATE TABLE missed_call_logs (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, timestamp INTEGER, video_call INTEGER);
INSERT INTO missed_call_logs VALUES (1, 12, 1741600600000, 1);
CREATE TABLE call_log (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER, from_me INTEGER, call_id TEXT, transaction_id INTEGER, timestamp INTEGER, video_call INTEGER, duration INTEGER, call_result INTEGER, group_jid_row_id INTEGER NOT NULL DEFAULT 0);
INSERT INTO call_log VALUES
  (1, 1, 1, 'C1', -1, 1741600660000, 0, 95, 5, 0),
  (2, 2, 0, 'C2', -1, 1741630000000, 1, 0, 2, 0),
  (3, 2, 1, 'C3', -1, 1741630100000, 0, 12, 5, 3);
CREATE TABLE message_call_log (message_row_id INTEGER PRIMARY KEY, call_log_row_id INTEGER);
INSERT INTO message_call_log VALUES (13, 1);
CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type INTEGER NOT NULL);
INSERT INTO message_system VALUES (15, 59), (20, 11), (21, 12), (26, 1), (27, 28), (31, 4711);
CREATE TABLE message_system_chat_participant (message_row_id INTEGER, user_jid_row_id INTEGER);
INSERT INTO message_system_chat_participant VALUES (21, 5), (21, 2);
CREATE TABLE message_system_value_change (message_row_id INTEGER PRIMARY KEY, old_data TEXT);
INSERT INTO message_system_value_change VALUES (26, 'Stikstofoverleg oud');
CREATE TABLE message_system_number_change (message_row_id INTEGER PRIMARY KEY, old_jid_row_id INTEGER, new_jid_row_id INTEGER);
INSERT INTO message_system_number_change VALUES (27, 1, 7);
CREATE TABLE message_poll (message_row_id INTEGER PRIMARY KEY, enc_key BLOB, selectable_options_count INTEGER);
INSERT INTO message_poll VALUES (22, X'00112233445566778899AABBCCDDEEFF', 1);
CREATE TABLE message_poll_option (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, option_sha256 TEXT, option_name TEXT, vote_total INTEGER);
INSERT INTO message_poll_option VALUES (1, 22, '', 'dinsdag', 2), (2, 22, '', 'woensdag', 0);
CREATE TABLE message_add_on (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER, from_me INTEGER, key_id TEXT NOT NULL, sender_jid_row_id INTEGER, parent_message_row_id INTEGER, timestamp INTEGER, status INTEGER, message_add_on_type INTEGER);
INSERT INTO message_add_on VALUES
  (1, 1, 0, 'A1', 0, 3, 1741600070000, 0, 56),
  (2, 2, 0, 'A2', 2, 22, 1741610070000, 0, 67),
  (3, 2, 1, 'A3', 0, 22, 1741610080000, 0, 67),
  (4, 2, 1, 'A4', 0, 23, 1741610130000, 0, 56),
  (5, 2, 0, 'A5', 2, 24, 1741610190000, 0, 79),
  (6, 1, 0, 'A6', 0, 999, 1741600075000, 0, 56);
CREATE TABLE message_add_on_reaction (message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT, sender_timestamp INTEGER);
INSERT INTO message_add_on_reaction VALUES (1, '👍', 1741600070000), (4, '', 1741610130000), (6, '😮', 1741600075000);
CREATE TABLE message_add_on_poll_vote (message_add_on_row_id INTEGER PRIMARY KEY, sender_timestamp INTEGER);
INSERT INTO message_add_on_poll_vote VALUES (2, 1741610070000), (3, 1741610080000);
CREATE TABLE message_add_on_poll_vote_selected_option (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_add_on_row_id INTEGER, message_poll_option_id INTEGER);
INSERT INTO message_add_on_poll_vote_selected_option VALUES (1, 2, 1), (2, 3, 1);
CREATE TABLE message_add_on_pin_in_chat (message_add_on_row_id INTEGER PRIMARY KEY, pin_in_chat_state INTEGER NOT NULL DEFAULT 0, sender_timestamp INTEGER);
INSERT INTO message_add_on_pin_in_chat VALUES (5, 1, 1741610190000);
CREATE TABLE receipt_user (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER NOT NULL, receipt_user_jid_row_id INTEGER NOT NULL, receipt_timestamp INTEGER, read_timestamp INTEGER, played_timestamp INTEGER);
INSERT INTO receipt_user VALUES (1, 3, 1, 1741600061000, 1741600065000, NULL), (2, 24, 2, 1741610181000, NULL, NULL);
CREATE TABLE message_event (message_row_id INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT, location_name TEXT, start_time DATETIME NOT NULL);
INSERT INTO message_event VALUES (29, 'Bespreking nota', 'Graag voorbereid', 'Zaal 3', 1741770000000);
CREATE TABLE message_mentions (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER, jid_row_id INTEGER, display_name STRING);
INSERT INTO message_mentions VALUES (1, 23, 1, NULL);
