"""What people are told of a pair, in Bahasa Indonesia and English. Words only: nothing here computes."""
