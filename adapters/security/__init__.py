"""Keys, ciphers, persons' identifiers and tokens: what the hub needs to keep a secret."""
