"""The parts of reading WhatsApp's "export chat" text: header, encoding, wording, date order."""
