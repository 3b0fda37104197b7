"""Where: regencies with real codes and sizes, invented places and addresses below them."""
