-- Wrong types, text that is no UTF-8, a message in two conversations, references to nothing.
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id);
INSERT INTO handle VALUES (1, X'FF'), (2, 12345);
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid, chat_identifier, style);
INSERT INTO chat VALUES (1, 5, NULL, 'stijl'), (2, 'any;-;tweede', 'tweede', 45);
CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid, text, attributedBody, handle_id, is_from_me, date, item_type, associated_message_guid, associated_message_type, message_summary_info, date_edited, date_retracted);
INSERT INTO message VALUES
  (1, 'SLECHT-1', CAST(X'41FF42' AS TEXT), 'tekst', 1, 0, 'gisteren', 'soort', NULL, NULL, NULL, NULL, NULL),
  (2, NULL, NULL, X'040B73747265616D747970656484012B', 'wie', 'ja', -1, 0, 'p:', 2001, X'00', 1, 'ooit'),
  (3, X'0001', 7, NULL, 2, 1, 9223372036854775807, 3, 'p:0/SLECHT-1', 2003, NULL, NULL, NULL),
  (4, 'SLECHT-4', NULL, X'040B73747265616D747970656484012B8410', 2, 0, 1e300, 0, NULL, 0, X'62706C6973743030D101025F', 5, NULL);
CREATE TABLE chat_message_join (chat_id, message_id);
INSERT INTO chat_message_join VALUES (1, 1), (2, 1), ('x', 2), (2, 'y'), (7, 3), (2, 4);
CREATE TABLE message_attachment_join (message_id, attachment_id);
INSERT INTO message_attachment_join VALUES (1, 99), (1, 'a');
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY, filename);
