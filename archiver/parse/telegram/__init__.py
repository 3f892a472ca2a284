"""What the Telegram formats share: fields, words, media, service messages."""
