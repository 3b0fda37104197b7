"""Person names: rules, tokens, phonetic keys, and how two names agree."""
