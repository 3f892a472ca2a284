"""What Apple's Messages keeps in its database in forms of its own."""
