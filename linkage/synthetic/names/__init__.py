"""How people are called: tables of tokens, cultures, and the rules that compose names."""
