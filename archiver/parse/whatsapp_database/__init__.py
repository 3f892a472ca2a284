"""What the databases of WhatsApp on Android phones and iPhones have in common, and each its own."""
